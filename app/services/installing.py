"""Before a template is installed: its keys tested and the whole tried on one contact, kept nowhere.

A person may stop at any point, and nothing is left: what was typed lives in the page alone until
the one transaction that installs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.credentials import Credentials, Given
from app.services.problems import bad_field
from app.services.proving import definition
from app.services.roles import must
from app.services.slots import filled
from app.services.templates import PARTS, Templates, changed_meanwhile
from app.services.testing import OnMark, Tested, Testing, Trial
from db import credentials as stored
from db.session import Actor, Database
from db.templates import Template
from engine.effects.credentials import Credential
from engine.effects.hosts import Hosts
from engine.effects.urls import parse_origin
from engine.run.doors import Doors

# The doors for one trial, with tokens of their own for the credentials with these ids.
Apart = Callable[[Collection[str]], Doors]
Typed = Mapping[str, Mapping[str, str]]  # service → field → value


@dataclass(frozen=True, slots=True)
class SlotState:
    """A slot, and what the workspace has for it. `kept_from`: hosts that the key it has may not
    go to, so that the template would fail there."""

    slot: Mapping[str, Any]
    there: stored.Credential | None
    kept_from: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        return str(self.slot["service_name"])


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody is asked before an install. `version` goes back with the answer."""

    template: Template
    slots: list[SlotState] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.template.version


class Installing:
    def __init__(
        self,
        database: Database,
        templates: Templates,
        credentials: Credentials,
        testing: Testing,
        apart: Apart,
    ) -> None:
        self._database, self._templates = database, templates
        self._credentials, self._testing, self._apart = credentials, testing, apart

    async def look(self, actor: Actor, template_id: UUID) -> Looked:
        template = await self._templates.get(actor, template_id)
        async with self._database.session_for(actor) as session:
            rows = await stored.listed(session, workspace_of(actor), limit=1000)
        there = {row.service_name: row for row in rows}
        return Looked(
            template,
            [
                SlotState(slot, row, _kept_from(slot, row))
                for slot in template.slots
                for row in (there.get(slot["service_name"]),)
            ],
        )

    def check(self, slot: Mapping[str, Any], typed: Mapping[str, str]) -> Given:
        """BadInput with every field that is missing or does not look right."""
        (given,) = filled([slot], {slot["service_name"]: dict(typed)}, set())
        return given

    async def test_key(
        self, actor: Actor, slot: Mapping[str, Any], typed: Mapping[str, str] | None
    ) -> Tested | None:
        """One call with what was typed, or with the key that is there. None: the template does
        not say what to call."""
        must(actor, "credentials.change")
        if not slot.get("test"):
            return None
        service = str(slot["service_name"])
        given = await self._given(actor, [slot], {} if typed is None else {service: typed})
        what = definition(service, slot["test"])
        return await self._testing.try_now(
            actor, what, Trial(contact={}), given=given, doors=self._doors(given)
        )

    async def try_on(
        self,
        actor: Actor,
        seen: Looked,
        typed: Typed,
        trial: Trial,
        on_mark: OnMark | None = None,
    ) -> Tested:
        """The whole connector that would be installed, with the keys that would be kept."""
        must(actor, "templates.install")
        template = await self._templates.get(actor, seen.template.id)
        if template.version != seen.version:
            raise changed_meanwhile(template)
        given = await self._given(actor, template.slots, typed)
        what = {part: getattr(template, part) for part in PARTS}
        return await self._testing.try_now(
            actor, what, trial, on_mark, given=given, doors=self._doors(given)
        )

    async def _given(
        self, actor: Actor, slots: Sequence[Mapping[str, Any]], typed: Typed
    ) -> dict[str, Credential]:
        known = {str(slot["service_name"]): slot for slot in slots}
        made: dict[str, Credential] = {}
        for service, fields in typed.items():
            if service not in known:
                raise bad_field(f"credentials.{service}", "This template has no such slot.")
            made[service] = await self._credentials.typed(actor, self.check(known[service], fields))
        return made

    def _doors(self, given: Mapping[str, Credential]) -> Doors:
        return self._apart({one.id for one in given.values()})


def _kept_from(slot: Mapping[str, Any], row: stored.Credential | None) -> tuple[str, ...]:
    if row is None:
        return ()
    hosts = Hosts(tuple(row.allowed_hosts))
    return tuple(one for one in slot.get("allowed_hosts") or () if not _covers(hosts, row, one))


def _covers(hosts: Hosts, row: stored.Credential, wanted: str) -> bool:
    if wanted in row.allowed_hosts:
        return True
    if wanted.startswith("*."):
        return False
    return hosts.allow(parse_origin("https", wanted))
