"""Whether a service still takes a key, learnt from the runs that use it."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from db import credentials
from db.session import Database, DatabaseAway, Runner
from engine.effects.auth import (
    AuthorizationCodeAuth,
    ClientCredentialsAuth,
    JwtBearerAuth,
    TokenExchangeAuth,
)
from engine.effects.credentials import Credential
from engine.effects.egress import Answer

OFTEN: Final = 3  # one refusal may be about one address; so many in a row are about the key
SOON_S: Final = 60.0  # that a key works is written at most so often
# Their tokens come and go; whoever renews them knows how they are.
BY_TOKEN: Final = (AuthorizationCodeAuth, ClientCredentialsAuth, JwtBearerAuth, TokenExchangeAuth)
Key = tuple[str, str]  # workspace and credential


class KeyHealth:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._refused: Counter[Key] = Counter()
        self._news: dict[Key, str | None] = {}  # what the service said; None: it works
        self._told_works: dict[Key, datetime] = {}

    def note(self, credential: Credential, answer: Answer) -> None:
        if not credential.workspace_id or not credential.secrets:
            return
        if isinstance(credential.auth, BY_TOKEN):
            return
        key = (credential.workspace_id, credential.id)
        if answer.status == 401:
            self._refused[key] += 1
            if self._refused[key] == OFTEN:
                self._news[key] = f"It refused the key {OFTEN} times in a row (401)."
                self._told_works.pop(key, None)
        elif answer.status < 300:
            self._refused.pop(key, None)
            if key not in self._told_works:
                self._news[key] = None

    async def write(self) -> None:
        now = self._now()
        self._told_works = {
            key: at for key, at in self._told_works.items() if (now - at).total_seconds() < SOON_S
        }
        news, self._news = self._news, {}
        apart: dict[str, list[tuple[UUID, str | None]]] = defaultdict(list)
        for (workspace_id, named), said in news.items():
            apart[workspace_id].append((UUID(named), said))
        for workspace_id, known in apart.items():
            try:
                async with self._database.session_for(Runner(workspace_id)) as session:
                    for credential_id, said in known:
                        await credentials.note_health(session, workspace_id, credential_id, said)
            except DatabaseAway:
                return  # the next call notes it again
            works = [str(one) for one, said in known if said is None]
            self._told_works.update({(workspace_id, one): now for one in works})
