"""Which steps' values may be used at a place: earlier ones, and not those inside a closed frame.

A place is a step's id (before it), a list's id (at its end) or nothing (after everything).
"""

from dataclasses import dataclass

from components.step_tree import Place, Step, inner_lists


@dataclass(frozen=True, slots=True)
class Around:
    """The place is inside this loop, so its item is known from here on."""

    loop: Step


Seen = Place | Around


def visible(steps: list[Step], place: str | None) -> list[Seen]:
    seen: list[Seen] = []
    _walk(steps, "root", "", place or "root", seen)
    return seen


def way_number(number: str, at: int, ways: int) -> str:
    """What the numbers of inner steps begin with: 3a. for the first way of step 3."""
    return f"{number}{chr(ord('a') + at % 26) if ways > 1 else ''}."


def _walk(steps: list[Step], list_id: str, before: str, place: str, seen: list[Seen]) -> bool:
    """Fills `seen` until the place is reached, and says whether it was."""
    for index, step in enumerate(steps):
        if step["id"] == place:
            return True
        here = Place(list_id, index, f"{before}{index + 1}", step)
        inner = inner_lists(step)
        after: list[Seen] = [*seen, here]
        for at, (inner_id, _title, inside) in enumerate(inner):
            mine: list[Seen] = [*seen, Around(step)] if step["kind"] == "for_each" else [*seen]
            if _walk(inside, inner_id, way_number(here.number, at, len(inner)), place, mine):
                seen[:] = mine
                return True
            if step["kind"] == "branch":  # what ran in a way stays known behind it
                after += mine[len(seen) :]
        seen[:] = after
    return list_id == place
