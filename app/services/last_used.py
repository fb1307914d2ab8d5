"""When each credential was last used: noted at each call, written now and then."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from db import credentials
from db.session import Database, DatabaseAway, Runner
from engine.effects.credentials import Credential

SOON_S: Final = 60.0  # what was written so shortly ago is true enough


class LastUsed:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._used: set[tuple[str, str]] = set()  # workspace and credential
        self._written: dict[tuple[str, str], datetime] = {}

    def note(self, credential: Credential) -> None:
        self._used.add((credential.workspace_id, credential.id))

    async def write(self) -> None:
        now = self._now()
        self._written = {
            key: at for key, at in self._written.items() if (now - at).total_seconds() < SOON_S
        }
        due = self._used - self._written.keys()
        self._used = self._used & self._written.keys()
        apart: dict[str, list[UUID]] = defaultdict(list)
        for workspace_id, credential_id in due:
            if workspace_id:
                apart[workspace_id].append(UUID(credential_id))
        for workspace_id, ids in apart.items():
            try:
                async with self._database.session_for(Runner(workspace_id)) as session:
                    await credentials.note_used(session, workspace_id, ids)
            except DatabaseAway:
                return  # a next call notes it again
            self._written.update({(workspace_id, str(one)): now for one in ids})
