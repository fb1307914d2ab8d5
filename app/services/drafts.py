"""Drafts: what someone is editing, kept at each change, published when it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from app.services.answers import media_type_of
from app.services.connectors import Connectors, Wanted
from app.services.contacts import workspace_of
from app.services.problems import Conflict, NotFound
from app.services.roles import must
from db import connectors, step_answers
from db.connectors import Connector, ConnectorDraft, StepTest
from db.session import Actor, Database
from engine.model.poison import sanitize

SETTINGS = ("input_schema", "field_mappings", "timeout_ms", "max_retries", "continue_on_error")
LONGEST_NAME: Final = 200

# What stands for a connector that was never published: it does nothing, and cannot be run.
UNPUBLISHED: Final = {
    "version": 1,
    "steps": [{"id": "nothing_yet", "name": "Nothing yet", "kind": "set", "values": {}}],
}


@dataclass(frozen=True, slots=True)
class LastTest:
    """A step's last answer, good or bad; `fingerprint` tells whether it is stale."""

    step_id: str
    good: bool
    fingerprint: str
    entry: dict[str, Any]
    tested_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A connector on the workbench. `revision` 0: nobody has changed anything yet."""

    connector: Connector
    document: dict[str, Any]
    base_version: int
    revision: int
    saved_at: datetime | None
    tests: list[LastTest] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Saved:
    revision: int
    at: datetime


class Drafts:
    def __init__(self, database: Database, published: Connectors) -> None:
        self._database, self._published = database, published

    async def begin(self, actor: Actor, document: Mapping[str, Any]) -> Connector:
        """A new connector that is a draft only: switched off until it is published."""
        name = str(document.get("name") or "Untitled connector")
        made = await self._published.create(
            actor, Wanted(name=name, config=UNPUBLISHED, enabled=False)
        )
        await self.save(actor, made.id, document, revision=0, base_version=made.version)
        return made

    async def open(self, actor: Actor, connector_id: UUID) -> Opened:
        """The draft, or the published version where there is none."""
        connector = await self._published.get(actor, connector_id)
        workspace_id = workspace_of(actor)
        async with self._database.session_for(actor) as session:
            draft = await connectors.draft_of(session, workspace_id, connector_id)
            tests = await connectors.step_tests(session, workspace_id, connector_id)
        last = [_last(test) for test in tests]
        if draft is None:
            return Opened(connector, document_of(connector), connector.version, 0, None, last)
        return Opened(
            connector, draft.draft, draft.base_version, draft.revision, draft.updated_at, last
        )

    async def save(
        self,
        actor: Actor,
        connector_id: UUID,
        document: Mapping[str, Any],
        *,
        revision: int,
        base_version: int,
    ) -> Saved:
        """Kept as it is, whole or not. Of two people at once the second is told."""
        must(actor, "connectors.change")
        now = datetime.now(UTC)
        draft = ConnectorDraft(
            connector_id=connector_id,
            workspace_id=workspace_of(actor),
            draft=sanitize(dict(document)),
            base_version=base_version,
            revision=revision + 1,
            updated_by=actor.user_id,
            updated_at=now,
        )
        async with self._database.session_for(actor) as session:
            connector = await connectors.find(session, draft.workspace_id, connector_id)
            if connector is None:
                raise NotFound("connector")
            if not await connectors.save_draft(session, draft, after=revision):
                raise _two_at_once()
            if is_unpublished(connector) and draft.draft.get("name"):
                connector.name = str(draft.draft["name"])[:LONGEST_NAME]
        return Saved(revision + 1, now)

    async def publish(
        self,
        actor: Actor,
        connector_id: UUID,
        document: Mapping[str, Any],
        *,
        base_version: int,
    ) -> Connector:
        """The draft becomes the newest version; BadDefinition says every reason why not."""
        changes = {
            "name": document.get("name") or "Untitled connector",
            "description": document.get("description") or "",
            "config": {"version": 1, "steps": document.get("steps") or []},
            **{name: document[name] for name in SETTINGS if name in document},
        }
        if is_unpublished(await self._published.get(actor, connector_id)):
            changes["enabled"] = True
        connector = await self._published.change(actor, connector_id, base_version, changes)
        await self.discard(actor, connector_id)
        return connector

    async def discard(self, actor: Actor, connector_id: UUID) -> None:
        """Back to what is published."""
        must(actor, "connectors.change")
        async with self._database.session_for(actor) as session:
            await connectors.drop_draft(session, workspace_of(actor), connector_id)

    async def remember(
        self,
        actor: Actor,
        connector_id: UUID,
        tested: Mapping[str, tuple[str, dict[str, Any]]],
        wholes: Mapping[str, bytes] | None = None,
    ) -> list[LastTest]:
        """{step id: (fingerprint, entry)}: the last good and the last bad answer of each step.

        `wholes`: answers that their entries hold only a part of.
        """
        must(actor, "connectors.test")
        now = datetime.now(UTC)
        tests = [
            StepTest(
                connector_id=connector_id,
                workspace_id=workspace_of(actor),
                step_id=step_id,
                good=entry["status"] in ("success", "not_found"),
                fingerprint=fingerprint,
                entry=sanitize(entry),
                tested_at=now,
            )
            for step_id, (fingerprint, entry) in tested.items()
        ]
        async with self._database.session_for(actor) as session:
            for test in tests:
                await connectors.keep_step_test(session, test)
                await step_answers.keep(
                    session,
                    test.workspace_id,
                    connector_id,
                    test.step_id,
                    test.good,
                    _whole(test, wholes or {}),
                )
        return [_last(test) for test in tests]


def document_of(connector: Connector) -> dict[str, Any]:
    """A published connector as the draft one starts from."""
    return {
        "name": connector.name,
        "description": connector.description,
        "steps": [] if is_unpublished(connector) else connector.config.get("steps") or [],
        **{name: getattr(connector, name) for name in SETTINGS},
    }


def is_unpublished(connector: Connector) -> bool:
    return not connector.enabled and connector.config == UNPUBLISHED


def _whole(test: StepTest, wholes: Mapping[str, bytes]) -> tuple[str, bytes] | None:
    body = wholes.get(test.step_id)
    return None if body is None else (media_type_of(test.entry), body)


def _last(test: StepTest) -> LastTest:
    return LastTest(test.step_id, test.good, test.fingerprint, test.entry, test.tested_at)


def _two_at_once() -> Conflict:
    return Conflict(
        "Someone else changed this draft meanwhile.",
        hint="Load it again to see their change; what you see here is not saved.",
        code="stale_draft",
    )
