"""/runs: every run, live; new ones wait behind a button and never move the rows being read."""

from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import background_tasks, ui

from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import box, choice, empty_state, field, words_of_run
from components.frame import frame
from components.listing import Column, Listing, Row, badge_cell, moment
from components.texts import _, each, later
from db.executions import Execution, Narrowed

COLUMNS = (
    Column("connector", later("Connector")),
    Column("result", later("Result"), "badge"),
    Column("contact", later("Contact")),
    Column("took", later("Took"), "number"),
    Column("began", later("Started"), "moment"),
)
SHOWN = {
    "": later("All runs"),
    "live": later("Waiting or running"),
    "found": later("Found"),
    "partly": later("Partly"),
    "not_found": later("No match"),
    "failed": later("Failed"),
    "cancelled": later("Cancelled"),
}


def add(services: Services) -> None:
    @ui.page("/runs")
    async def runs(
        request: Request, q: str = "", show: str = "", connector_id: str = "", contact_id: str = ""
    ) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="runs", title=_("Runs")):
            await _Runs(visit, services, q, show, connector_id, contact_id).draw()


class _Runs:
    def __init__(
        self,
        visit: Visit,
        services: Services,
        q: str,
        show: str,
        connector_id: str,
        contact_id: str,
    ) -> None:
        self.visit, self.services = visit, services
        self.asked = {"q": q, "show": show, "connector_id": connector_id, "contact_id": contact_id}
        self.names: dict[UUID, str] = {}
        self.rows: list[Execution] = []
        self.fresh: set[UUID] = set()

    async def draw(self) -> None:
        await self._learn_names()
        with box("filters", role="search"):
            field(
                _("Search runs"),
                self.asked["q"],
                kind="search",
                placeholder=_("E-mail, name or id"),
                icon="search",
                hide_label=True,
                on_change=lambda words: self.ask(q=words.strip()),
            ).classes("search")
            choice(
                _("Result"),
                each(SHOWN),
                self.asked["show"],
                hide_label=True,
                on_change=lambda one: self.ask(show=one),
            )
            connectors = {"": _("All connectors")} | {
                str(key): name for key, name in self.names.items()
            }
            choice(
                _("Connector"),
                connectors,
                self.asked["connector_id"],
                hide_label=True,
                on_change=lambda one: self.ask(connector_id=one),
            )
        self.listing = Listing(_("Runs"), COLUMNS, on_more=self.more, on_fresh=self.load)
        self.nothing = box("card")
        await self.load()
        await self._follow()

    async def ask(self, **changed: str) -> None:
        self.asked |= changed
        self.visit.remember(**self.asked)
        await self.load()

    async def load(self) -> None:
        self.fresh.clear()
        self.listing.announce(0)
        found = await self.services.history.list(await self.visit.me(), narrowed(self.asked))
        self.rows = list(found.items)
        self.listing.show(await self._shown(self.rows), more=found.more)
        self.listing.set_visibility(bool(self.rows))
        self._say_nothing()

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.history.list(
            await self.visit.me(), narrowed(self.asked), after=(last.created_at, last.id)
        )
        self.rows += found.items
        self.listing.append(await self._shown(found.items), more=found.more)

    async def _follow(self) -> None:
        """Rows on screen change in place; runs that are not there are only counted."""
        following = await self.services.live.follow(await self.visit.me())
        client = ui.context.client

        async def watch() -> None:
            async with following:
                async for events in following:
                    with client:
                        await self._happened({one.execution_id for one in events})

        task = background_tasks.create(watch(), name="runs: follow")
        client.on_delete(task.cancel)

    async def _happened(self, ids: set[UUID]) -> None:
        known = {row.id for row in self.rows}
        self.fresh |= ids - known
        if not self.rows and self.fresh:
            await self.load()
            return
        self.listing.announce(len(self.fresh))
        if touched := ids & known:
            found = await self.services.history.list(
                await self.visit.me(), Narrowed(ids=tuple(touched)), limit=200
            )
            newer = {row.id: row for row in found.items}
            self.rows = [newer.get(row.id, row) for row in self.rows]
            for row in await self._shown(found.items):
                self.listing.renew(row)

    async def _shown(self, rows: Any) -> list[Row]:
        if any(row.connector_id not in self.names for row in rows):
            await self._learn_names()
        contacts = await self.services.contacts.names(
            await self.visit.me(), {row.contact_id for row in rows if row.contact_id}
        )
        return [self._row(row, contacts) for row in rows]

    def _row(self, row: Execution, contacts: dict[UUID, str]) -> Row:
        return Row(
            str(row.id),
            {
                "connector": self.names.get(row.connector_id, _("A deleted connector")),
                "result": badge_cell(*words_of_run(row.status, row.outcome)),
                "contact": contacts.get(row.contact_id, "–") if row.contact_id else "–",
                "took": long_words(row.execution_time_ms),
                "began": moment(row.created_at),
            },
            href=f"/runs/{row.id}",
            more=row.error_message or "",
        )

    async def _learn_names(self) -> None:
        found = await self.services.connectors.list(await self.visit.me(), limit=200)
        self.names = {one.id: one.name for one in found.items}

    def _say_nothing(self) -> None:
        self.nothing.clear()
        self.nothing.set_visibility(not self.rows)
        if self.rows:
            return
        with self.nothing:
            if any(self.asked.values()):
                empty_state(
                    _("No run fits"), _("Take a filter away to see more."), icon_name="search"
                )
            else:
                empty_state(
                    _("Nothing has run yet"),
                    _("Open a connector, test it on a contact, then run it. It shows up here."),
                    icon_name="activity",
                    action=_("Go to the connectors"),
                    href="/connectors",
                )


def narrowed(asked: dict[str, str]) -> Narrowed:
    show = asked["show"]
    status = {"live": ("pending", "running"), "cancelled": ("cancelled",)}.get(show, ())
    outcome = (show,) if show in ("found", "partly", "not_found", "failed") else ()
    return Narrowed(
        connector_id=uuid_or_none(asked["connector_id"]),
        contact_id=uuid_or_none(asked["contact_id"]),
        status=status,
        outcome=outcome,
        q=asked["q"] or None,
    )


def uuid_or_none(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def long_words(ms: int | None) -> str:
    if ms is None:
        return "–"
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
