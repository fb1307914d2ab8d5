"""Addresses that no run could ever call, found when a connector is saved.

Only what is written out is looked at here. The one way out decides at every call, about all else.
"""

from collections.abc import Iterator

from engine.effects.failures import DestinationRefused
from engine.effects.policy import Policy
from engine.effects.urls import parse_origin
from engine.errors import Problem, RunStopped
from engine.model.parts import Definition, HttpStep, Request, placed_steps
from engine.model.shapes import Place, spelled
from engine.model.urls import shape


def closed_to(definition: Definition, policy: Policy) -> list[Problem]:
    """Every step that asks a number, or a name, inside our own network."""
    return [
        Problem(spelled((*place, "url")), refused.message, refused.hint, step.id, "url")
        for place, step, request in _requests(definition)
        if (refused := _refused(request.url, policy)) is not None
    ]


def requests_of(step: HttpStep) -> Iterator[tuple[Place, Request]]:
    yield ("request",), step.request
    if step.poll and step.poll.request:
        yield ("poll", "request"), step.poll.request


def _requests(definition: Definition) -> Iterator[tuple[Place, HttpStep, Request]]:
    for place, step in placed_steps(definition.steps):
        if isinstance(step, HttpStep):
            for where, request in requests_of(step):
                yield (*place, *where), step, request


def _refused(url: str, policy: Policy) -> DestinationRefused | None:
    try:
        address = shape(url)
    except RunStopped:
        return None
    if address.host is None:
        return None
    try:
        origin = parse_origin(address.base.partition("://")[0].lower(), address.host)
        if origin.ip is not None or origin.host.rpartition(".")[2] == "localhost":
            policy.admit(origin)
    except DestinationRefused as refused:
        return refused
    return None
