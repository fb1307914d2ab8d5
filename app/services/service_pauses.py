"""When a service asks one run to wait, all runs with the same credential wait, in every worker."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from db import service_pauses
from db.session import Database, DatabaseAway, Engine, Runner
from engine.effects.credentials import Credential

logger = logging.getLogger(__name__)

Place = tuple[str, str, str]  # workspace, credential, host


class ServicePauses:
    """Fills engine.run.doors.Pauses. Asking costs nothing: `look` keeps what others were told."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._until: dict[Place, datetime] = {}

    def left_s(self, credential: Credential, host: str) -> float:
        until = self._until.get((credential.workspace_id, credential.id, host))
        return max((until - self._now()).total_seconds(), 0.0) if until else 0.0

    async def ask_for(self, credential: Credential, host: str, seconds: float) -> None:
        until = self._now() + timedelta(seconds=seconds)
        self._learn((credential.workspace_id, credential.id, host), until)
        try:
            runner = Runner(credential.workspace_id)
            async with self._database.connection_for(runner) as connection:
                await service_pauses.put(
                    connection, credential.workspace_id, UUID(credential.id), host, until
                )
        except DatabaseAway:
            logger.info("a pause could not be told to other workers: the database is away")

    async def look(self) -> None:
        """What other workers were told; and what is over is forgotten."""
        now = self._now()
        async with self._database.connection_for(Engine()) as connection:
            rows = await service_pauses.going_on(connection, now)
        self._until = {place: until for place, until in self._until.items() if until > now}
        for workspace_id, credential_id, host, until in rows:
            self._learn((workspace_id, str(credential_id), host), until)

    def _learn(self, place: Place, until: datetime) -> None:
        self._until[place] = max(until, self._until.get(place, until))
