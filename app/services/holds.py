"""Runs on hold: how many wait for which credential, and letting them go on at once."""

from uuid import UUID

from app.services.problems import Conflict, NotFound
from app.services.roles import must
from db import executions, held, records, service_pauses
from db.session import Actor, Database, Runner


class Holds:
    """They go on by themselves once what they lack is mended; a person may be ahead of that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self, actor: Actor) -> dict[UUID, int]:
        """Runs on hold, by the credential they wait for."""
        async with self._database.session_for(actor) as session:
            found = await held.counts(session, _workspace(actor))
        return {credential: count for credential, count in found.items() if credential}

    async def why(self, actor: Actor, execution_id: UUID) -> tuple[str, UUID | None] | None:
        """(quota or reconnect, the credential it waits for); None where it is not on hold."""
        async with self._database.session_for(actor) as session:
            return await held.why(session, _workspace(actor), execution_id)

    async def resume(self, actor: Actor, execution_id: UUID) -> None:
        """Its next call is made at once, whatever the last one was told."""
        must(actor, "executions.change")
        workspace_id = _workspace(actor)
        async with self._database.session_for(actor) as session:
            status = await executions.status_of(session, workspace_id, execution_id)
        if status is None:
            raise NotFound("execution")
        async with self._database.connection_for(actor) as connection:
            await records.enter(connection, workspace_id)
            resumed = await held.resume(connection, execution_id=execution_id)
        if not resumed:
            raise Conflict(
                "This run is not on hold.",
                hint="Only a run that waits for a quota or a login can be resumed.",
                code="not_held",
            )

    async def resume_all(self, actor: Actor, credential_id: UUID) -> int:
        """All that wait for this credential; answers how many."""
        must(actor, "executions.change")
        workspace_id = _workspace(actor)
        async with self._database.connection_for(Runner(workspace_id)) as connection:
            await service_pauses.open_all(connection, workspace_id, credential_id)
            return await held.resume(connection, credential_id=credential_id)


def _workspace(actor: Actor) -> str:
    if actor.workspace_id is None:
        raise NotFound("workspace")
    return actor.workspace_id
