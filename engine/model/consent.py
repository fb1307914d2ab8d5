"""What somebody agrees to by installing a template, and what has to be asked again later.

Kept with the connector as JSON: {"hosts": […], "slots": {service: {"hosts", "auth", "fields"}},
"writes": […]}.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.model.parts import Definition
from engine.model.sentences import hosts

Kind = Literal["host", "slot", "slot_host", "auth", "fields"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that nobody agreed to yet. `id` says it whole, so that an answer names it."""

    kind: Kind
    what: str
    service: str = ""

    @property
    def id(self) -> str:
        return ":".join(part for part in (self.kind, self.service, self.what) if part)


def consent(definition: Definition, slots: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "hosts": list(hosts(definition)),
        "slots": {
            str(slot["service_name"]): {
                "hosts": list(slot.get("allowed_hosts") or ()),
                "auth": dict(slot.get("auth") or {}),
                "fields": [str(one["name"]) for one in slot.get("fields") or ()],
            }
            for slot in slots
        },
        "writes": list(dict.fromkeys(one.field for one in definition.field_mappings)),
    }


def asked_anew(agreed: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[Ask, ...]:
    """Hosts, ways of signing in and slots that were no part of what was agreed to."""
    before = set(agreed.get("hosts") or ())
    asks = [Ask("host", host) for host in wanted["hosts"] if host not in before]
    known = agreed.get("slots") or {}
    for service, slot in wanted["slots"].items():
        asks += _of_slot(service, known.get(service), slot)
    return tuple(asks)


def _of_slot(
    service: str, before: Mapping[str, Any] | None, slot: Mapping[str, Any]
) -> Iterator[Ask]:
    if before is None:
        yield Ask("slot", service)
        yield from (Ask("slot_host", host, service) for host in slot["hosts"])
        return
    yield from (
        Ask("slot_host", one, service) for one in slot["hosts"] if one not in before["hosts"]
    )
    if slot["auth"] != before["auth"]:
        yield Ask("auth", str(slot["auth"].get("type", "none")), service)
    more = [one for one in slot["fields"] if one not in before["fields"]]
    if more:
        yield Ask("fields", ",".join(more), service)
