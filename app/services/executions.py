"""Executions as people wish for them: start, cancel, retry. A worker performs them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import inputs
from app.services.problems import Conflict, NotFound, bad_field
from app.services.recording import final_row, finished_event
from app.services.resuming import carry_over, is_unknown, missing
from app.services.roles import must
from db import claims, connectors, executions, jobs, records
from db.connectors import Connector
from db.executions import LIVE, Execution
from db.jobs import NewRuns
from db.session import Actor, Database
from engine.queue.endings import CANCELLED

# A person waits, a clock rang, or it is one of very many.
PRIORITIES = {"contact": 1, "schedule": 1, "bulk": 2}

Also = Callable[[AsyncSession, Execution], Awaitable[None]]
From = Literal["failed_step", "start"]
Version = Literal["same", "latest"]
Unknown = Literal["repeat", "skip", "mark_done"]


class Executions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(
        self,
        actor: Actor,
        connector_id: UUID,
        contact_id: UUID | None = None,
        input: Mapping[str, Any] | None = None,
        flow_run_id: str | None = None,
        run_at: datetime | None = None,
        trigger: str = "api",
        also: Also | None = None,
    ) -> Execution:
        """Accepted means: it is on disk, and will reach exactly one final status. `also`: what
        shall be on disk with it."""
        async with self._database.session_for(actor) as session:
            return await self.add_to(
                session,
                actor,
                connector_id,
                contact_id,
                input,
                flow_run_id=flow_run_id,
                run_at=run_at,
                trigger=trigger,
                also=also,
            )

    async def add_to(
        self,
        session: AsyncSession,
        actor: Actor,
        connector_id: UUID,
        contact_id: UUID | None = None,
        input: Mapping[str, Any] | None = None,
        also: Also | None = None,
        **more: Any,
    ) -> Execution:
        """The same as the last act of a transaction that does more than this.

        `more`: flow_run_id, run_at, trigger.
        """
        must(actor, "executions.start")
        new = await self._new(session, actor, connector_id, input)
        priority = PRIORITIES.get(more.get("trigger", ""), 0)
        added = await jobs.add(
            session, replace(new, contacts=[contact_id], priority=priority, **more)
        )
        if added is None:
            raise NotFound("contact")
        if also is not None:
            await also(session, added)
        await jobs.announce(session, new.workspace_id, [added.id])
        return added

    async def enqueue_many(
        self,
        actor: Actor,
        connector_id: UUID,
        contact_ids: Sequence[UUID],
        input: Mapping[str, Any] | None = None,
        trigger: str = "bulk",
        bulk_id: UUID | None = None,
    ) -> list[UUID]:
        """One for each contact that is there, all in one statement; answers with their ids."""
        must(actor, "executions.start")
        async with self._database.session_for(actor) as session:
            new = await self._new(session, actor, connector_id, input)
            new = replace(
                new,
                contacts=contact_ids,
                trigger=trigger,
                priority=PRIORITIES.get(trigger, 0),
                bulk_id=bulk_id,
            )
            added = await jobs.add_many(session, new)
            if added:
                await jobs.announce(session, new.workspace_id, added)
        return added

    async def _new(
        self, session: Any, actor: Actor, connector_id: UUID, input: Mapping[str, Any] | None
    ) -> NewRuns:
        workspace_id = _workspace(actor)
        connector = may_run(await connectors.find(session, workspace_id, connector_id))
        return NewRuns(
            workspace_id=workspace_id,
            connector_id=connector_id,
            connector_version=connector.version,
            input=inputs.checked(connector.input_schema, dict(input or {})),
            created_by=actor.user_id,
        )

    async def cancel(self, actor: Actor, execution_id: UUID) -> None:
        """At once where nobody is at work on it; otherwise its worker aborts the call under way."""
        must(actor, "executions.change")
        workspace_id = _workspace(actor)
        async with self._database.connection_for(actor) as connection:
            asked = await claims.ask_to_stop(connection, workspace_id, execution_id)
            if asked:
                connector_id, held, _ = asked
                if not held:
                    await records.enter(connection, workspace_id)
                    await records.finish(connection, [final_row(execution_id, CANCELLED)])
                    event = finished_event(execution_id, connector_id, CANCELLED)
                    await records.tell(connection, workspace_id, [event])
                return
        async with self._database.session_for(actor) as session:
            status = await executions.status_of(session, workspace_id, execution_id)
        if status is None:
            raise NotFound("execution")
        raise Conflict(
            f"This run has finished already: {status}.",
            hint="What has finished stays as it is.",
            code="already_finished",
        )

    async def retry(
        self,
        actor: Actor,
        execution_id: UUID,
        from_: From = "failed_step",
        version: Version = "same",
        unknown: Unknown | None = None,
    ) -> Execution:
        """A new execution; the old one stays as it ended."""
        must(actor, "executions.change")
        workspace_id = _workspace(actor)
        async with self._database.session_for(actor) as session:
            old = await executions.find(session, workspace_id, execution_id)
            if old is None:
                raise NotFound("execution")
            _may_be_retried(old, from_, unknown, await _missed(session, old))
            found = await connectors.find(session, workspace_id, old.connector_id)
            connector = may_run(found)
            new = NewRuns(
                workspace_id=workspace_id,
                connector_id=connector.id,
                connector_version=old.connector_version,
                contacts=[old.contact_id],
                input=old.input_data,
                trigger="retry",
                created_by=actor.user_id,
                flow_run_id=old.flow_run_id,
                retry_of=old.id,
                attempt=old.attempt + 1,
            )
            if version == "latest":
                given = inputs.checked(connector.input_schema, old.input_data)
                new = replace(new, input=given, connector_version=connector.version)
            again = await jobs.add(session, new)
            if again is None:
                raise NotFound("contact")
            if from_ == "failed_step":
                await carry_over(session, old, again, unknown)
            await jobs.announce(session, workspace_id, [again.id])
        return again


def may_run(connector: Connector | None) -> Connector:
    if connector is None:
        raise NotFound("connector")
    if not connector.enabled:
        raise Conflict(
            f"“{connector.name}” is switched off.",
            hint="Switch the connector on, and start it again.",
            code="connector_disabled",
        )
    return connector


async def _missed(session: AsyncSession, old: Execution) -> list[Any]:
    """Of a run that found a part, the steps that failed on the way."""
    return missing(await jobs.steps_of(session, old.id)) if old.outcome == "partly" else []


def _may_be_retried(
    old: Execution, from_: From, unknown: Unknown | None, missed: Sequence[Any]
) -> None:
    if old.status in LIVE:
        raise Conflict(
            "This run has not finished yet.",
            hint="Wait for it, or cancel it first.",
            code="not_finished",
        )
    if from_ == "failed_step" and old.status == "success" and not missed:
        raise Conflict(
            "No step of this run failed.",
            hint="Retry it from the start.",
            code="nothing_failed",
        )
    lost = old.error_code == "unknown_result" or any(map(is_unknown, missed))
    if from_ == "failed_step" and lost and unknown is None:
        raise bad_field(
            "unknown",
            "Nobody knows whether the last call arrived. "
            "Say what becomes of it: repeat, skip or mark_done.",
            hint="Look at the service whether it did its work: mark_done if so, repeat if not.",
        )


def _workspace(actor: Actor) -> str:
    if actor.workspace_id is None:
        raise NotFound("workspace")
    return actor.workspace_id
