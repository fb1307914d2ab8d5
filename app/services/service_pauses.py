"""When one run learns that a service must be left alone, all runs with the same credential do so,
in every worker."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeVar
from uuid import UUID

from db import held, service_pauses
from db.service_pauses import Connection, Place
from db.session import Database, DatabaseAway, Engine, Runner
from engine.effects.credentials import Credential
from engine.run.doors import Shut
from engine.run.holding import FIRST_LOOK_S, LONGEST_LOOK_S

logger = logging.getLogger(__name__)

# So many failures in a row, of whatever runs, and for so long: then nobody calls for a while. Many
# at once are over before it would help anybody that those beside them wait.
FAILURES: Final = 30
FAILING_FOR_S: Final = 60.0
FORGET_S: Final = 600.0  # a failure so long ago is no part of a row
FIRST_S: Final = 10.0
LONGEST_S: Final = 60.0  # one call a minute is no burden, and finds out soon that it is over
TRIAL_S: Final = 60.0  # the one that tries is given so long; then the next one may
LOOK_S: Final = 5.0  # while somebody tries

Key = tuple[str, str, str]  # workspace, credential, host
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Row:
    """Failures without a success between them."""

    count: int
    first: datetime
    last: datetime

    def and_now(self, now: datetime) -> "Row":
        if (now - self.last).total_seconds() >= FORGET_S:
            return Row(1, now, now)
        return Row(self.count + 1, self.first, now)

    @property
    def tells(self) -> bool:
        lasting_s = (self.last - self.first).total_seconds()
        return self.count >= FAILURES and lasting_s >= FAILING_FOR_S


@dataclass(frozen=True, slots=True)
class Known:
    until: datetime
    why: Literal["asked", "broken", "quota"] = "asked"
    trial_until: datetime | None = None


class ServicePauses:
    """Fills engine.run.doors.Pauses. A `host` may be a part of one: a quota is often that of one
    kind of call. Asking costs nothing: `look` keeps what others were told."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._known: dict[Key, Known] = {}
        self._failures: dict[Key, Row] = {}

    @property
    def any(self) -> bool:
        return bool(self._known)

    @property
    def troubled(self) -> bool:
        return bool(self._failures)

    def shut(self, credential: Credential, host: str) -> Shut | None:
        known = self._known.get((credential.workspace_id, credential.id, host))
        if known is None:
            return None
        now = self._now()
        if known.until > now:
            return Shut((known.until - now).total_seconds(), known.why)
        if known.why == "asked":
            return None
        return Shut(LOOK_S if known.trial_until and known.trial_until > now else 0.0, known.why)

    async def ask_for(self, credential: Credential, host: str, seconds: float) -> None:
        key, until = _key(credential, host), self._now() + timedelta(seconds=seconds)
        known = self._known.get(key)
        if known is not None and known.until >= until:
            return
        self._known[key] = Known(until, known.why if known else "asked")
        place = _place(credential, host)
        await self._tell(credential, lambda one: service_pauses.put(one, place, until))

    async def take_trial(self, credential: Credential, host: str) -> bool:
        key, now = _key(credential, host), self._now()
        until, place = now + timedelta(seconds=TRIAL_S), _place(credential, host)
        known = self._known.get(key)
        if known is None:
            return True
        self._known[key] = Known(known.until, known.why, until)
        told = await self._tell(
            credential, lambda one: service_pauses.take_trial(one, place, now, until)
        )
        ours, gone = told or (False, False)
        if gone:
            self._known.pop(key, None)
        return ours or gone

    async def went_well(self, credential: Credential, host: str) -> None:
        key = _key(credential, host)
        self._failures.pop(key, None)
        known = self._known.get(key)
        if known is None or known.why == "asked":
            return
        del self._known[key]
        place = _place(credential, host)

        async def open_again(connection: Connection) -> None:
            await service_pauses.open_again(connection, place)
            if known.why == "quota":
                await held.resume(
                    connection, credential_id=place.credential_id, why="quota", place=host
                )

        await self._tell(credential, open_again)

    async def went_badly(self, credential: Credential, host: str) -> None:
        """Long enough in a row, and nobody calls; the one that tries counts alone."""
        key, now = _key(credential, host), self._now()
        known = self._known.get(key)
        if known is not None and known.why == "broken":
            if known.until <= now:
                await self._shut(credential, host, "broken", FIRST_S, LONGEST_S, None)
            return
        row = self._failures.get(key, Row(0, now, now)).and_now(now)
        self._failures[key] = row
        if row.tells:
            del self._failures[key]
            await self._shut(credential, host, "broken", FIRST_S, LONGEST_S, None)

    async def used_up(self, credential: Credential, host: str, asked_s: float | None) -> float:
        first_s = FIRST_LOOK_S["quota"]
        until = await self._shut(credential, host, "quota", first_s, LONGEST_LOOK_S, asked_s)
        return max((until - self._now()).total_seconds(), 1.0)

    async def look(self) -> None:
        """What other workers were told; and what is over is forgotten."""
        now = self._now()
        async with self._database.connection_for(Engine()) as connection:
            rows = await service_pauses.going_on(connection, now)
        ours = {
            key: known
            for key, known in self._known.items()
            if known.until > now and known.why == "asked"
        }
        self._known = ours
        for workspace_id, credential_id, host, until, why, trial_until in rows:
            key = workspace_id, str(credential_id), host
            if key not in ours or ours[key].until < until or why != "asked":
                ours[key] = Known(until, why, trial_until)

    async def _shut(
        self,
        credential: Credential,
        host: str,
        why: Literal["broken", "quota"],
        first_s: float,
        longest_s: float,
        asked_s: float | None,
    ) -> datetime:
        key, now = _key(credential, host), self._now()
        until = now + timedelta(seconds=asked_s or first_s)
        self._known[key] = Known(until, why)
        place = _place(credential, host)
        stored = await self._tell(
            credential,
            lambda one: service_pauses.shut(
                one, place, why, now, first_s=first_s, longest_s=longest_s, asked_s=asked_s
            ),
        )
        if stored is not None:
            until = stored[0]
            self._known[key] = Known(until, why)
        return until

    async def _tell(
        self, credential: Credential, say: Callable[[Connection], Awaitable[Answer]]
    ) -> Answer | None:
        try:
            runner = Runner(credential.workspace_id)
            async with self._database.connection_for(runner) as connection:
                return await say(connection)
        except DatabaseAway:
            logger.info("other workers could not be told of a pause: the database is away")
            return None


def _key(credential: Credential, host: str) -> Key:
    return credential.workspace_id, credential.id, host


def _place(credential: Credential, host: str) -> Place:
    return Place(credential.workspace_id, UUID(credential.id), host)
