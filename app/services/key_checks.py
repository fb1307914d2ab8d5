"""Whether a workspace has the keys that a definition takes, and whether they may go where it asks.

Nothing is refused for this: a connector may be there before its key. It is told before Publish,
and when connectors come from files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.services.destinations import requests_of
from db.credentials import Credential
from engine.effects.failures import DestinationRefused
from engine.effects.hosts import Hosts
from engine.effects.policy import Policy
from engine.effects.urls import Origin, parse_origin
from engine.errors import Problem, RunStopped
from engine.model.expressions import Hole, answer
from engine.model.mending import AllowHost, GiveKey, Reword
from engine.model.parts import Definition, HttpStep, Request, placed_steps
from engine.model.shapes import Place, spelled
from engine.model.urls import shape

_OPEN = frozenset({"none", "secret_url"})  # these go where the step or the secret says


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What anybody of the workspace may know of a key."""

    allowed_hosts: tuple[str, ...]
    auth_type: str = "bearer"
    settings: Mapping[str, Any] | None = None
    id: UUID | None = None
    label: str = ""


def known_key(row: Credential) -> KnownKey:
    hosts, auth = tuple(row.allowed_hosts), str(row.auth.get("type"))
    return KnownKey(hosts, auth, row.settings, row.id, row.label)


def check_keys(
    definition: Definition, known: Mapping[str, KnownKey], policy: Policy | None = None
) -> list[Problem]:
    """By service name what the workspace has; all that is missing, in the order of the steps.
    `policy`: where a key may go without being encrypted."""
    found: list[Problem] = []
    asked: set[str] = set()
    for place, step in placed_steps(definition.steps):
        if not isinstance(step, HttpStep) or step.credential is None or step.disabled:
            continue
        key = known.get(step.credential)
        if key is not None:
            found += _wrong_ways(step, key, place, policy)
        elif step.credential not in asked:
            asked.add(step.credential)
            found.append(_missing(step, step.credential, place))
    return found


def _missing(step: HttpStep, service: str, place: Place) -> Problem:
    return Problem(
        spelled((*place, "credential")),
        f"This workspace has no key for “{service}” yet.",
        "Until there is one, this step fails.",
        step.id,
        "credential",
        GiveKey(service),
    )


def _wrong_ways(
    step: HttpStep, key: KnownKey, place: Place, policy: Policy | None
) -> Iterator[Problem]:
    if key.auth_type in _OPEN:
        return
    hosts, service = Hosts(key.allowed_hosts), str(step.credential)
    for where, request in requests_of(step):
        origin, there = _origin(request, key), (*place, *where, "url")
        if origin is not None and not hosts.allow(origin):
            yield Problem(
                spelled(there),
                f"The key “{service}” may not be sent to {origin.authority}.",
                "Choose another key, or let this one go there, too.",
                step.id,
                "credential",
                AllowHost(service, origin.authority),
            )
        elif origin is not None and policy is not None and _is_readable(origin, policy):
            safe = Reword(there, request.url, f"https{request.url[4:]}")
            yield Problem(
                spelled(there),
                f"The key “{service}” goes to {origin.authority} over https only.",
                "Anybody on the way could read it otherwise.",
                step.id,
                "url",
                safe if request.url.lower().startswith("http:") else None,
            )


def _is_readable(origin: Origin, policy: Policy) -> bool:
    """Whether everybody on the way could read what is sent, and nobody said that this is fine."""
    try:
        return origin.scheme == "http" and not policy.admit(origin)
    except DestinationRefused:
        return False


def _origin(request: Request, key: KnownKey) -> Origin | None:
    """None where only a run can tell, or where the address is no address."""
    scope = {"credential": {"settings": dict(key.settings or {})}}
    try:
        address = shape(request.url)
        base = _filled(address.base, address.host_holes, scope)
        scheme, there, rest = base.partition("://")
        return parse_origin(scheme.lower(), rest.partition("/")[0]) if there else None
    except (RunStopped, DestinationRefused):
        return None


def _filled(base: str, holes: tuple[Hole, ...], scope: dict[str, Any]) -> str:
    parts = base.split("\0")
    return parts[0] + "".join(
        f"{answer(hole, scope)}{part}" for hole, part in zip(holes, parts[1:], strict=True)
    )
