"""Whether a step can run earlier, so that one before it may use its values."""

from collections.abc import Iterable, Iterator
from typing import Any

from engine.errors import RunStopped
from engine.model.expressions import names
from engine.model.mending import Earlier
from engine.model.parts import Step, placed_steps


def earlier(steps: Iterable[Step], late: str, early: str) -> Earlier | None:
    """`late` moved up to stand before `early`, or before what `early` is inside of; None where
    they share no list, or where it uses what it would then run ahead of."""
    placed = [(tuple(place), step) for place, step in placed_steps(steps)]
    (*around, number), step = next(one for one in placed if one[1].id == late)
    asks = next(place for place, one in placed if one.id == early)
    depth = len(around)
    to = asks[depth] if asks[:depth] == (*around,) and len(asks) > depth else number
    if not isinstance(to, int) or not isinstance(number, int) or to >= number:
        return None
    passed = {
        one.id
        for place, one in placed
        if place[:depth] == (*around,) and to <= int(place[depth]) < number
    }
    return None if passed & set(_uses(step)) else Earlier((*around, number), to)


def _uses(step: Step) -> Iterator[str]:
    """The steps whose values it takes, by their ids."""
    for text in _texts(step.model_dump(mode="json", by_alias=True)):
        try:
            asked = names(text)
        except RunStopped:
            continue  # told elsewhere
        yield from (str(name.keys[1]) for name in asked if name.keys[0] == "steps" != name.keys[-1])


def _texts(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    for inner in value if type(value) is list else value.values() if type(value) is dict else ():
        yield from _texts(inner)
