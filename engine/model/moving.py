"""Whether a step can run earlier, so that one before it may use its values."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from engine.errors import RunStopped
from engine.model.expressions import names
from engine.model.mending import Earlier
from engine.model.parts import Step, placed_steps


class Order:
    """The steps of a definition as they stand; each is looked through once."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = tuple(steps)
        self._used: dict[str, frozenset[str]] = {}

    def earlier(self, late: str, early: str) -> Earlier | None:
        """`late` moved up to stand before `early`, or before what `early` is inside of; None
        where they share no list, or where it uses what it would then run ahead of."""
        (*around, number), step = self._placed[late]
        asks, depth = self._placed[early][0], len(around)
        to = asks[depth] if asks[:depth] == (*around,) and len(asks) > depth else number
        if not isinstance(to, int) or not isinstance(number, int) or to >= number:
            return None
        passed = (
            one
            for one, (place, _step) in self._placed.items()
            if place[:depth] == (*around,) and to <= int(place[depth]) < number
        )
        return None if self._uses(step) & set(passed) else Earlier((*around, number), to)

    @cached_property
    def _placed(self) -> dict[str, tuple[tuple[str | int, ...], Step]]:
        found: dict[str, tuple[tuple[str | int, ...], Step]] = {}
        for place, step in placed_steps(self._steps):
            found.setdefault(step.id, (place, step))
        return found

    def _uses(self, step: Step) -> frozenset[str]:
        if step.id not in self._used:
            texts = _texts(step.model_dump(mode="json", by_alias=True))
            self._used[step.id] = frozenset(one for text in texts for one in _asked(text))
        return self._used[step.id]


def _asked(text: str) -> Iterator[str]:
    """The steps whose values a text takes, by their ids."""
    try:
        asked = names(text)
    except RunStopped:
        return  # told elsewhere
    yield from (str(name.keys[1]) for name in asked if name.keys[0] == "steps" and name.keys[1:])


def _texts(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    for inner in value if type(value) is list else value.values() if type(value) is dict else ():
        yield from _texts(inner)
