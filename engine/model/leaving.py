"""Where a connector's calls go, and what of the contact goes with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import RunStopped
from engine.model.expressions import Name, names
from engine.model.parts import (
    Definition,
    ForEachStep,
    HttpStep,
    Request,
    SetStep,
    Step,
    all_steps,
)
from engine.model.sentences import host_of

EVERYTHING: Final = "everything"
EARLIER: Final = "earlier answers"
INPUT: Final = "input"


@dataclass(frozen=True, slots=True)
class Leaving:
    """One call. `fields`: contact fields by name, or one of the words above."""

    step_id: str
    method: str
    host: str
    fields: tuple[str, ...]
    credential: str | None = None


def leaving(definition: Definition) -> tuple[Leaving, ...]:
    steps = list(all_steps(definition.config.steps))
    sources = _Sources(steps)
    return tuple(
        Leaving(
            step.id,
            request.method,
            host_of(request.url),
            tuple(dict.fromkeys(sources.of(_sent(request)))),
            step.credential,
        )
        for step in steps
        if isinstance(step, HttpStep)
        for request in (step.request, step.poll.request if step.poll else None)
        if request is not None
    )


class _Sources:
    """What a value is made of, through the steps that work it out and the loops that hand it on."""

    def __init__(self, steps: list[Step]) -> None:
        self._made: dict[str, Any] = {one.id: one.values for one in steps if type(one) is SetStep}
        self._loops: dict[str, Any] = {
            one.as_: one.items for one in steps if type(one) is ForEachStep
        }

    def of(self, value: Any, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        for name in _names(value):
            root, *path = [str(key) for key in name.keys]
            if root == "contact":
                yield ".".join(path[:2] if path[:1] == ["data"] else path[:1]) or EVERYTHING
            elif root == "input":
                yield INPUT
            elif root == "steps" and path[:1] and path[0] in self._made and path[0] not in seen:
                yield from self.of(self._made[path[0]], seen | {path[0]})
            elif root in self._loops and root not in seen:
                yield from self.of(self._loops[root], seen | {root})
            elif root == "steps":
                yield EARLIER


def _sent(request: Request) -> list[Any]:
    return [request.url, request.query, request.headers, request.body and request.body.model_dump()]


def _names(value: Any) -> Iterator[Name]:
    if type(value) is str:
        try:
            yield from names(value)
        except RunStopped:
            return
    inner = value.values() if type(value) is dict else value if type(value) is list else ()
    for one in inner:
        yield from _names(one)
