"""A workspace's access to services: secrets go in, are put to use, and never come out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.contacts import workspace_of
from app.services.listing import Slice, cut
from app.services.problems import BadInput, Complaint, Conflict, NotFound, Wrong
from app.services.proving import plan_of
from app.services.roles import must
from app.services.safe import Safe
from db import audit, credentials
from db.credentials import Credential as Row
from db.refusals import Taken, refusals
from db.session import Actor, Database, Runner
from engine.effects.credential_checks import check_credential, check_secrets, work_out_settings
from engine.effects.credentials import Credential, Secret, parse_auth
from engine.errors import BadDefinition

SERVICE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
SHOWN_FROM: Final = 12  # of a shorter secret the last four would tell too much
LONGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Given:
    """A credential as somebody typed it, whole."""

    service_name: str
    auth: dict[str, Any]
    secrets: dict[str, str]
    settings: dict[str, Any]
    allowed_hosts: list[str]
    label: str = ""
    test: dict[str, Any] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A change, checked and sealed, and not stored yet."""

    before: Row
    columns: dict[str, object]
    service_name: str
    replaces: bool


class Credentials:
    def __init__(self, database: Database, safe: Safe) -> None:
        self._database = database
        self._safe = safe

    async def listed(
        self, actor: Actor, *, limit: int = 50, after: tuple[datetime, UUID] | None = None
    ) -> Slice[Row]:
        async with self._database.session_for(actor) as session:
            rows = await credentials.listed(session, workspace_of(actor), limit=limit, after=after)
        return cut(rows, limit)

    async def get(self, actor: Actor, credential_id: UUID) -> Row:
        async with self._database.session_for(actor) as session:
            found = await credentials.find(session, workspace_of(actor), credential_id)
        if found is None:
            raise NotFound("credential")
        return found

    async def add(self, actor: Actor, given: Given) -> Row:
        if given.test:
            plan_of(given.service_name, given.test)
        row = await self.sealed(actor, given)
        async with self._database.session_for(actor) as session:
            await keep(session, actor, row)
        return await self.get(actor, row.id)

    async def sealed(self, actor: Actor, given: Given) -> Row:
        """Checked and sealed, not stored yet: `keep` does that, beside whatever belongs to it."""
        must(actor, "credentials.change")
        workspace_id, credential_id = workspace_of(actor), uuid4()
        settings = checked(given)
        return Row(
            id=credential_id,
            workspace_id=workspace_id,
            service_name=given.service_name,
            label=given.label,
            auth=given.auth,
            credentials=await self._safe.seal_fields(workspace_id, credential_id, given.secrets),
            fields=shown(given.secrets),
            settings=settings,
            settings_from=cut_out(given.settings),
            allowed_hosts=given.allowed_hosts,
            test=given.test,
            expires_at=given.expires_at,
            created_by=actor.user_id,
        )

    async def has(self, actor: Actor, given: Given) -> bool:
        """Whether the workspace has just these secrets for this service."""
        must(actor, "credentials.change")
        opened = await self.opened(workspace_of(actor), [given.service_name])
        known = opened.get(given.service_name)
        return known is not None and known.secrets == {
            name: Secret(value) for name, value in given.secrets.items()
        }

    async def change(self, actor: Actor, credential_id: UUID, values: Mapping[str, Any]) -> Row:
        """Only what is given; single secrets can be replaced, and null takes one away."""
        wanted = await self.prepared(actor, credential_id, values)
        async with self._database.session_for(actor) as session:
            return await self.write(session, actor, wanted)

    async def prepared(
        self, actor: Actor, credential_id: UUID, values: Mapping[str, Any]
    ) -> Prepared:
        """Checked and sealed: `write` stores it, beside whatever belongs to it."""
        must(actor, "credentials.change")
        before = await self.get(actor, credential_id)
        sealed, known = await self._inside(before)
        secrets = {**known, **(values.get("credentials") or {})}
        secrets = {name: value for name, value in secrets.items() if value is not None}
        given = Given(
            service_name=values.get("service_name") or before.service_name,
            auth=before.auth if values.get("auth") is None else values["auth"],
            secrets=secrets,
            settings=as_before(values.get("settings", before.settings), before),
            allowed_hosts=values.get("allowed_hosts", before.allowed_hosts),
            label=values.get("label", before.label),
            test=values.get("test", before.test),
            expires_at=values.get("expires_at", before.expires_at),
        )
        settings = checked(given)
        if values.get("test"):
            plan_of(given.service_name, values["test"])
        new = {name: value for name, value in secrets.items() if known.get(name) != value}
        resealed = await self._safe.seal_fields(before.workspace_id, before.id, new)
        columns: dict[str, object] = {
            "service_name": given.service_name,
            "auth": given.auth,
            "credentials": {name: resealed.get(name) or sealed[name] for name in secrets},
            "fields": shown(secrets),
            "settings": settings,
            "settings_from": cut_out(given.settings),
            "allowed_hosts": given.allowed_hosts,
            "label": given.label,
            "test": given.test,
            "expires_at": given.expires_at,
        }
        if set(values) - {"label", "test", "expires_at"}:
            columns |= {"state": "untested", "state_message": None}
        return Prepared(before, columns, given.service_name, bool(new))

    async def write(self, session: AsyncSession, actor: Actor, wanted: Prepared) -> Row:
        before = wanted.before
        try:
            with refusals():
                changed = await credentials.change(session, before, wanted.columns)
        except Taken as error:
            raise _taken(wanted.service_name) from error
        if changed is None:
            raise Conflict(
                "Somebody changed this credential in the same moment.",
                hint="Look at it again, then repeat your change.",
            )
        action = "credential.replaced" if wanted.replaces else "credential.changed"
        audit.note(session, actor, action, before.id, before=told(before), after=told(changed))
        return changed

    async def remove(self, actor: Actor, credential_id: UUID) -> None:
        must(actor, "credentials.change")
        async with self._database.session_for(actor) as session:
            service = await credentials.remove(session, workspace_of(actor), credential_id)
            if service is None:
                raise NotFound("credential")
            before = {"service_name": service}
            audit.note(session, actor, "credential.removed", credential_id, before=before)

    async def where_used(self, actor: Actor, credential_id: UUID) -> list[tuple[UUID, str]]:
        """The connectors (id, name) with a step that takes it."""
        row = await self.get(actor, credential_id)
        async with self._database.session_for(actor) as session:
            return await credentials.used_by(session, row.workspace_id, row.service_name)

    async def use(self, actor: Actor) -> dict[str, int]:
        """How many connectors take each service's credential."""
        async with self._database.session_for(actor) as session:
            return await credentials.use(session, workspace_of(actor))

    async def typed(self, actor: Actor, given: Given, instead_of: UUID | None = None) -> Credential:
        """For a test before it is kept. `instead_of`: secrets left out are those it has."""
        must(actor, "credentials.change")
        known: dict[str, str] = {}
        if instead_of is not None:
            _, known = await self._inside(await self.get(actor, instead_of))
        whole = replace(given, secrets={**known, **given.secrets})
        settings = checked(whole)
        return Credential(
            id=str(instead_of or uuid4()),
            service_name=given.service_name,
            auth=parse_auth(given.auth),
            secrets={name: Secret(value) for name, value in whole.secrets.items()},
            settings=settings,
            allowed_hosts=tuple(given.allowed_hosts),
            label=given.label,
            workspace_id=workspace_of(actor),
        )

    async def note_test(self, row: Row, *, works: bool, message: str | None) -> None:
        async with self._database.session_for(Runner(row.workspace_id)) as session:
            state = "works" if works else "failing"
            await credentials.note_test(session, row.workspace_id, row.id, state, message)

    async def opened(
        self, workspace_id: str, service_names: Sequence[str]
    ) -> dict[str, Credential]:
        """For a run, by service name; what the workspace does not have is left out."""
        if not service_names:
            return {}
        async with self._database.session_for(Runner(workspace_id)) as session:
            rows = await credentials.sealed(session, workspace_id, service_names)
        return {
            row.service_name: Credential(
                id=str(row.id),
                service_name=row.service_name,
                auth=parse_auth(row.auth),
                secrets=await self._safe.open_fields(workspace_id, row.id, row.credentials),
                settings=row.settings,
                allowed_hosts=tuple(row.allowed_hosts),
                label=row.label,
                workspace_id=workspace_id,
            )
            for row in rows
        }

    async def _inside(self, row: Row) -> tuple[dict[str, str], dict[str, str]]:
        """The sealed texts, and what they say: a change is checked as a whole."""
        async with self._database.session_for(Runner(row.workspace_id)) as session:
            sealed = await credentials.sealed_fields(session, row.workspace_id, row.id)
        opened = await self._safe.open_fields(row.workspace_id, row.id, sealed)
        return sealed, {name: secret.reveal() for name, secret in opened.items()}


async def keep(session: AsyncSession, actor: Actor, row: Row) -> None:
    try:
        with refusals():
            await credentials.add(session, row)
    except Taken as error:
        raise _taken(row.service_name) from error
    audit.note(session, actor, "credential.added", row.id, after=told(row))


def checked(given: Given) -> dict[str, Any]:
    """Everything that would keep it from working, at once; else its settings, worked out."""
    wrong: list[Complaint] = []
    if not SERVICE.fullmatch(given.service_name):
        wrong.append(
            Wrong("service_name", "Use 1 to 100 letters, digits, “_”, “-” or “.” for a service.")
        )
    for name, value in given.secrets.items():
        if len(value) > LONGEST:
            wrong.append(Wrong(f"credentials.{name}", f"This is longer than {LONGEST} characters."))
        elif not value.strip():
            wrong.append(Wrong(f"credentials.{name}", "This is empty."))
    try:
        auth = parse_auth(given.auth)
    except BadDefinition as bad:
        raise BadInput([*wrong, *bad.problems]) from bad
    wrong += check_credential(auth, given.secrets, given.settings, given.allowed_hosts)
    wrong += check_secrets(auth, given.secrets, given.allowed_hosts)
    if wrong:
        raise BadInput(wrong)
    settings, missing = work_out_settings(given.settings, given.secrets)
    if missing:
        raise BadInput(missing)
    return settings


def cut_out(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are a part of a secret: from which, and after what."""
    return {name: value for name, value in settings.items() if isinstance(value, dict)}


def as_before(settings: Mapping[str, Any], before: Row) -> dict[str, Any]:
    """A setting that was cut out of a secret is so again, unless it is given another value."""
    cut = before.settings_from
    return {
        name: cut.get(name, value) if value == before.settings.get(name) else value
        for name, value in settings.items()
    }


def shown(secrets: Mapping[str, str]) -> dict[str, str | None]:
    """What people may see of them: the last four, where that does not tell too much."""
    return {
        name: value[-4:] if len(value) >= SHOWN_FROM else None for name, value in secrets.items()
    }


def told(row: Row) -> dict[str, Any]:
    """What the audit says about it: names and places, no value."""
    return {
        "service_name": row.service_name,
        "fields": sorted(row.fields),
        "allowed_hosts": list(row.allowed_hosts),
        "auth": row.auth.get("type"),
    }


def _taken(service_name: str) -> Conflict:
    return Conflict(
        f"This workspace has a credential for {service_name} already.",
        hint="Change that one, or use another service_name.",
        code="service_taken",
    )
