"""One connector over many contacts, as people wish for it; app.services.feeding does the rest."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import choosing, costs, inputs
from app.services.choosing import Chosen
from app.services.contacts import workspace_of
from app.services.executions import may_run
from app.services.listing import Slice, cut
from app.services.problems import Conflict, NotFound, bad_field
from app.services.recording import final_row, finished_event
from app.services.roles import must
from db import audit, bulk, connectors, records
from db.bulk import Bulk as Row
from db.session import Actor, Database, Runner
from engine.queue.endings import CANCELLED

STATUSES: Final = ("pending", "running", "success", "failed", "timeout", "cancelled")
OUTCOMES: Final = ("found", "partly", "not_found", "skipped", "failed")
AT_ONCE: Final = 500  # runs that one transaction ends


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and how far it has come."""

    row: Row
    tally: Mapping[str, int]  # {"success found": 12}

    @property
    def id(self) -> UUID:
        return self.row.id

    @property
    def created_at(self) -> datetime:
        return self.row.created_at

    @property
    def by_status(self) -> dict[str, int]:
        """Those whose turn has not come are pending, too; where it never will, cancelled."""
        known = dict.fromkeys(
            ("pending", "running", "success", "failed", "timeout", "cancelled"), 0
        )
        for said, number in self.tally.items():
            known[said.partition(" ")[0]] += number
        to_come = "cancelled" if self.row.state == "cancelled" else "pending"
        known[to_come] += self.row.total - self.row.fed
        return known

    @property
    def by_outcome(self) -> dict[str, int]:
        known = dict.fromkeys(OUTCOMES, 0)
        for said, number in self.tally.items():
            if outcome := said.partition(" ")[2]:
                known[outcome] += number
        return known

    @property
    def done(self) -> int:
        """Contacts that are behind us; also those that were gone when their turn came."""
        known = self.by_status
        gone = self.row.fed - sum(self.tally.values())
        ended = sum(known[status] for status in ("success", "failed", "timeout", "cancelled"))
        return ended + max(gone, 0)


Also = Callable[[AsyncSession, Batch], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a batch would be, before anything is called; no cost where no step says one."""

    contacts: int
    cost_each: Decimal | None

    @property
    def cost(self) -> Decimal | None:
        return None if self.cost_each is None else self.cost_each * self.contacts


class Bulk:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(
        self,
        actor: Actor,
        connector_id: UUID,
        chosen: Chosen,
        *,
        input: Mapping[str, Any] | None = None,
        max_cost: Decimal | None = None,
        try_first: int | None = None,
    ) -> Batch:
        """Whom it is about is fixed now; accepted means that each of them has one run."""
        if chosen.nobody:
            raise bad_field("contact_ids", "Say which contacts: contact_ids or a filter.")
        async with self._database.session_for(actor) as session:
            row = await self.add_to(
                session,
                actor,
                connector_id,
                chosen,
                input=input,
                max_cost=max_cost,
                try_first=try_first,
            )
            audit.note(session, actor, "bulk.started", row.id, after=_told(row))
        return Batch(row, {})

    async def estimate(self, actor: Actor, connector_id: UUID, chosen: Chosen) -> Estimate:
        async with self._database.session_for(actor) as session:
            connector = await connectors.find(session, workspace_of(actor), connector_id)
            if connector is None:
                raise NotFound("connector")
            count = await choosing.how_many(session, workspace_of(actor), choosing.checked(chosen))
        return Estimate(count, costs.at_most(connector.config))

    async def again(self, actor: Actor, bulk_id: UUID) -> Batch:
        """A new batch of the contacts whose run failed or timed out in an ended one."""
        async with self._database.session_for(actor) as session:
            found = await bulk.find(session, workspace_of(actor), bulk_id)
            if found is None:
                raise NotFound("bulk execution")
            old = found[0]
            if old.state not in ("cancelled", "finished"):
                raise Conflict(
                    "This bulk run is still at work.",
                    hint="Wait for its end, or cancel it.",
                    code="not_finished",
                )
            ids = await bulk.failed(session, old)
        if not ids:
            raise Conflict(
                "None of its runs failed.",
                hint="There is nothing to do again.",
                code="nothing_failed",
            )
        return await self.start(
            actor, old.connector_id, Chosen(contact_ids=ids), input=old.input, max_cost=old.max_cost
        )

    async def add_to(
        self,
        session: AsyncSession,
        actor: Actor,
        connector_id: UUID,
        chosen: Chosen,
        *,
        input: Mapping[str, Any] | None = None,
        max_cost: Decimal | None = None,
        try_first: int | None = None,
        trigger: str = "bulk",
        those_there: bool = False,
    ) -> Row:
        """The same within a transaction that does more than this."""
        must(actor, "bulk.change")
        workspace_id = workspace_of(actor)
        connector = may_run(await connectors.find(session, workspace_id, connector_id))
        given = inputs.checked(connector.input_schema, dict(input or {}))
        ids = await choosing.contacts_of(
            session, workspace_id, choosing.checked(chosen), those_there=those_there
        )
        row = Row(
            id=uuid4(),
            workspace_id=workspace_id,
            connector_id=connector_id,
            connector_version=connector.version,
            trigger=trigger,
            input=given,
            state="try_first" if try_first and try_first < len(ids) else "running",
            total=len(ids),
            try_first=try_first,
            max_cost=max_cost,
            cost_each=costs.at_most(connector.config),
            acts_as=actor.user_id,
            created_by=actor.user_id,
        )
        if not ids:
            row.state, row.finished_at = "finished", datetime.now(UTC)
        session.add(row)
        await session.flush()
        await bulk.add_contacts(session, row, ids)
        return row

    async def get(self, actor: Actor, bulk_id: UUID) -> Batch:
        async with self._database.session_for(actor) as session:
            found = await bulk.find(session, workspace_of(actor), bulk_id)
        if found is None:
            raise NotFound("bulk execution")
        return Batch(*found)

    async def listed(
        self,
        actor: Actor,
        *,
        connector_id: UUID | None = None,
        limit: int = 50,
        after: tuple[datetime, UUID] | None = None,
    ) -> Slice[Batch]:
        async with self._database.session_for(actor) as session:
            rows = await bulk.newest(
                session,
                workspace_of(actor),
                connector_id=connector_id,
                limit=limit + 1,
                after=after,
            )
        return cut([Batch(*row) for row in rows], limit)

    async def pause(self, actor: Actor, bulk_id: UUID) -> Batch:
        """No further contact is begun; runs that have begun go on to their end."""
        async with self._database.session_for(actor) as session:
            row = await self._to_change(session, actor, bulk_id)
            if row.state != "paused":
                row.state, row.acts_as = "paused", actor.user_id
                row.reason = "Paused by hand."
                await session.flush()
                await bulk.hold_back(session, row)
                audit.note(session, actor, "bulk.paused", bulk_id, after=_told(row))
        return await self.get(actor, bulk_id)

    async def resume(
        self, actor: Actor, bulk_id: UUID, *, max_cost: Decimal | None = None
    ) -> Batch:
        """It goes on where it stopped, from now on in the name of whoever resumed it."""
        async with self._database.session_for(actor) as session:
            row = await self._to_change(session, actor, bulk_id)
            may_run(await connectors.find(session, row.workspace_id, row.connector_id))
            if max_cost is not None:
                row.max_cost = max_cost
            begun = row.state == "try_first" and row.fed >= (row.try_first or 0)
            if begun:
                row.try_first = None  # said before it paused by itself: it need not ask any more
            if begun or row.state == "paused":
                row.state = "try_first" if row.try_first else "running"
                row.reason, row.acts_as = None, actor.user_id
                await session.flush()
                await bulk.let_go(session, row)
                audit.note(session, actor, "bulk.resumed", bulk_id, after=_told(row))
        return await self.get(actor, bulk_id)

    async def cancel(self, actor: Actor, bulk_id: UUID, *, also: Also | None = None) -> Batch:
        """Nobody else is begun, and runs under way are stopped; `also` is kept with the first."""
        async with self._database.session_for(actor) as session:
            row = await self._to_change(session, actor, bulk_id)
            row.state, row.reason, row.acts_as = "cancelled", None, actor.user_id
            audit.note(session, actor, "bulk.cancelled", bulk_id, after=_told(row))
            if also and (decided := await bulk.find(session, row.workspace_id, bulk_id)):
                await also(session, Batch(*decided))
        await stop_runs(self._database, row)
        return await self.get(actor, bulk_id)

    async def _to_change(self, session: AsyncSession, actor: Actor, bulk_id: UUID) -> Row:
        must(actor, "bulk.change")
        row = await bulk.to_change(session, workspace_of(actor), bulk_id)
        if row is None:
            raise NotFound("bulk execution")
        if row.state in ("cancelled", "finished"):
            raise Conflict(
                f"This bulk run has ended already: it is {row.state}.",
                hint="Start a new one over the contacts that are left.",
                code="already_finished",
            )
        return row


async def stop_runs(database: Database, row: Row) -> None:
    """A few hundred a transaction, so that no worker waits long for a row of ours."""
    more = True
    while more:
        async with database.connection_for(Runner(row.workspace_id)) as connection:
            ours = await bulk.ask_to_stop(connection, row, AT_ONCE)
            more = len(ours) == AT_ONCE
            if ours:
                await records.finish(connection, [final_row(run, CANCELLED) for run, _ in ours])
                events = [finished_event(run, connector, CANCELLED) for run, connector in ours]
                await records.tell(connection, row.workspace_id, events)


def _told(row: Row) -> dict[str, Any]:
    return {"connector_id": str(row.connector_id), "total": row.total}
