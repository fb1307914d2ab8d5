"""Where a step goes when it is moved by a key: up, down, into a frame beside it, and out again."""

from collections.abc import Sequence

from components.step_tree import Place, Step, inner_lists, list_in, places_in


def shifted(steps: list[Step], step_id: str, way: str) -> tuple[str, int] | None:
    """The list and the index there, counted without the step; None where it cannot go.

    `up`, `down`: past its neighbour, at an end out of the frame. `left`, `right`: to the way
    beside; `right` beside a frame: into it; `left` in a first way: out of it.
    """
    here = next((p for p in places_in(steps, "root", "") if p.step["id"] == step_id), None)
    if here is None:
        return None
    around = _around(steps, here.list_id)
    last = len(list_in(steps, here.list_id)) - 1
    if way in ("up", "down"):
        index = here.index + (-1 if way == "up" else 1)
        if 0 <= index <= last:
            return here.list_id, index
        return _out(around, after=way == "down")
    beside = _beside(around, here.list_id, 1 if way == "right" else -1)
    if beside is not None:
        return beside[0], len(beside[1])
    if way == "left":
        return _out(around, after=False)
    return _into_neighbour(list_in(steps, here.list_id), here)


def near(step_id: str, before: Sequence[str], now: Sequence[str]) -> str:
    """The step itself, else the one that stood before it, else the one behind it."""
    at = before.index(step_id) if step_id in before else 0
    nearest = [step_id, *reversed(before[:at]), *before[at:], *now]
    return next((one for one in nearest if one in now), "")


def _around(steps: list[Step], list_id: str) -> Place | None:
    """The container that holds this list."""
    holder = list_id.partition("/")[0]
    return next((p for p in places_in(steps, "root", "") if p.step["id"] == holder), None)


def _out(around: Place | None, *, after: bool) -> tuple[str, int] | None:
    return None if around is None else (around.list_id, around.index + (1 if after else 0))


def _beside(around: Place | None, list_id: str, by: int) -> tuple[str, list[Step]] | None:
    lists = [] if around is None else inner_lists(around.step)
    at = next((n for n, one in enumerate(lists) if one[0] == list_id), -2)
    if at < 0 or not 0 <= at + by < len(lists):
        return None
    return lists[at + by][0], lists[at + by][2]


def _into_neighbour(siblings: list[Step], here: Place) -> tuple[str, int] | None:
    """Into the frame above, at its end; else into the one below, at its beginning."""
    if here.index > 0 and (above := inner_lists(siblings[here.index - 1])):
        return above[0][0], len(above[0][2])
    if here.index + 1 < len(siblings) and (below := inner_lists(siblings[here.index + 1])):
        return below[0][0], 0
    return None
