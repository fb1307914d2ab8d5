"""The worker's store on Postgres: claims as the engine, everything else inside one workspace."""

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from app.services.opening import Found, Openings
from app.services.recording import keep
from db import claims as queue
from db import records
from db.session import Caller, Database, DatabaseAway, Engine, Runner
from engine.queue.endings import OUR_MISTAKE
from engine.queue.shelf import Beat, Claim, Opened, Record, StoreAway

logger = logging.getLogger(__name__)

NO_NEED_TO_WAIT: Final = {"synchronous_commit": "off"}  # for the disk


class Running:
    """Fills engine.queue.shelf.Shelf."""

    def __init__(self, database: Database, openings: Openings) -> None:
        self._database, self._openings = database, openings

    async def claim(
        self, owner: str, room: int, lease_s: float, look_at: Sequence[str]
    ) -> list[Claim]:
        # A claim that is lost with the server is claimed again: no need to wait for the disk.
        async with self._batch(Engine(), NO_NEED_TO_WAIT) as connection:
            rows = await queue.claim(
                connection, owner=owner, room=room, lease_s=lease_s, look_at=look_at
            )
        return [Claim(*row) for row in rows]

    async def open(self, owner: str, claims: Sequence[Claim]) -> list[Opened]:
        apart = by_workspace(claims)
        async with self._batch(Runner(next(iter(apart))), NO_NEED_TO_WAIT) as connection:
            found = await self._openings.read(connection, owner, apart)
        return [await self._open(one) for one in found]

    async def _open(self, found: Found) -> Opened:
        try:
            return await self._openings.open(found)
        except DatabaseAway as away:
            raise StoreAway from away
        except Exception:
            # Our own mistake. It ends this execution and none of those claimed with it.
            logger.exception("execution %s could not be opened", found.claim.execution_id)
            return Opened(found.claim, None, OUR_MISTAKE)

    async def write(self, owner: str, written: Sequence[Record]) -> set[UUID]:
        apart: dict[str, list[Record]] = defaultdict(list)
        for record in written:
            apart[record.claim.workspace_id].append(record)
        # In one order everywhere, so that two workers never wait for one another.
        ordered = dict(sorted(apart.items()))
        async with self._batch(Runner(next(iter(ordered)))) as connection:
            return await keep(connection, owner, ordered)

    async def beat(self, owner: str, claims: Sequence[Claim], lease_s: float) -> Beat:
        async with self._batch(Engine(), NO_NEED_TO_WAIT) as connection:
            rows = await queue.renew(
                connection,
                owner=owner,
                executions=[claim.execution_id for claim in claims],
                lease_s=lease_s,
            )
        return Beat(
            held=frozenset(execution_id for execution_id, _ in rows),
            cancelled=frozenset(execution_id for execution_id, cancelled in rows if cancelled),
        )

    async def repair(self) -> None:
        """Lanes whose hint came too late."""
        async with self._batch(Engine()) as connection:
            await queue.repair_lanes(connection)

    async def sweep(self, keep_days: int) -> None:
        """New partitions ahead of time, old ones and old records away."""
        async with self._batch(Engine()) as connection:
            await queue.keep_partitions(connection, keep_days)
        more = True
        while more:
            async with self._batch(Engine()) as connection:
                more = await queue.forget_old(connection, keep_days)

    @asynccontextmanager
    async def _batch(
        self, who: Caller, more: Mapping[str, str] = MappingProxyType({})
    ) -> AsyncIterator[Any]:
        settings = records.IN_BULK if isinstance(who, Runner) else records.BY_KEY
        try:
            async with self._database.batch_for(who, **settings, **more) as connection:
                yield connection
        except DatabaseAway as away:
            raise StoreAway from away


def by_workspace(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    apart: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        apart[claim.workspace_id].append(claim)
    return dict(sorted(apart.items()))
