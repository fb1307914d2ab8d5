"""/: what to do next, and how the last runs went."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request

from app.pages.launch import Launch
from app.pages.open_at import open_at
from app.pages.promise import why_not_run
from app.pages.run_rows import COLUMNS, run_rows
from app.pages.visit import Visit, begin
from app.pages.waiting_for_you import waiting_for_you
from app.services.all import Services
from components.controls import box, button, empty_state, icon, row, stack, text
from components.frame import frame
from components.listing import Listing, Row
from components.texts import _
from db.connectors import Connector

SHOWN = 6


def add(services: Services) -> None:
    @open_at("/")
    async def home(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="home", title=_("Home")):
            if visit.viewer.workspace_id:
                await _Home(visit, services).draw()
                return
            empty_state(
                _("You belong to no workspace yet"),
                _("Ask an admin of a workspace to add you."),
                icon_name="users",
            )


class _Home:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services

    async def draw(self) -> None:
        me = await self.visit.me()
        connectors = (await self.services.connectors.list(me, limit=200)).items
        runs = (await self.services.history.list(me, limit=SHOWN)).items
        rows = await run_rows(self.services, me, runs)
        if len(runs) < SHOWN:
            self._first_steps(connectors)
        await waiting_for_you(self.visit, self.services)
        with box("columns"):
            self._last_runs(rows)
            self._connectors(connectors[:SHOWN])

    def _first_steps(self, connectors: Sequence[Connector]) -> None:
        """Until some runs are there to look at. Each step is a way, not only a word."""
        if not connectors:
            _from_nothing()
            return
        first = next((one for one in connectors if not why_not_run(one)), None)
        href = f"/connectors/{first.id}" if first else "/connectors"
        with box("card"):
            text(_("From question to answer in three steps"), tag="h2")
            with box("steps-row"):
                _step(
                    1,
                    "workflow",
                    _("Open a connector"),
                    _("It asks web services about a contact, step by step."),
                    href=href,
                )
                _step(
                    2,
                    "play",
                    _("Press “Test all” in it"),
                    _("See what it would change. A test never writes anything."),
                    href=href,
                )
                _step(
                    3,
                    "activity",
                    _("Run it and watch"),
                    _("Every call, every answer, and every value it wrote."),
                    on_press=(lambda: self.run(first)) if first else None,
                    href="/connectors",
                )
            if self.visit.viewer.is_demo:
                text(
                    _(
                        "This is for practice: the people here are invented, and so are the "
                        "answers of the practice service on this machine. No key and no "
                        "internet are needed."
                    ),
                    "hint",
                )

    def _last_runs(self, rows: Sequence[Row]) -> None:
        with stack():
            with row():
                text(_("Last runs"), "grow", tag="h2")
                button(_("All"), href="/runs", kind="small ghost", name=_("All runs"))
            if not rows:
                with box("card"):
                    empty_state(
                        _("Nothing has run yet"),
                        _("Open a connector, test it on a contact, then run it."),
                        icon_name="activity",
                        action=_("Go to the connectors"),
                        href="/connectors",
                    )
                return
            Listing(_("Last runs"), COLUMNS).show(rows)

    def _connectors(self, connectors: Sequence[Connector]) -> None:
        refused = self.visit.why_not("executions.start")
        with stack():
            with row():
                text(_("Connectors"), "grow", tag="h2")
                button(_("All"), href="/connectors", kind="small ghost", name=_("All connectors"))
            with box("card"), box("links", tag="ul"):
                for one in connectors:
                    with box("row", tag="li"):
                        text(one.name, "grow cut", tag="a").props["href"] = f"/connectors/{one.id}"
                        button(
                            _("Run"),
                            icon="play",
                            kind="small",
                            name=_("Run: {name}").format(name=one.name),
                            why=refused or why_not_run(one),
                            on_press=lambda one=one: self.run(one),
                        )
                if not connectors:
                    with box("row wrap", tag="li"):
                        text(_("None yet."), "hint grow", tag="span")
                        button(_("See templates"), href="/templates", kind="small")

    async def run(self, one: Connector) -> None:
        whole = await self.services.connectors.get(await self.visit.me(), one.id)
        await Launch(self.visit, self.services, connector=whole).ask()


def _from_nothing() -> None:
    with box("card"):
        text(_("From an empty workspace to the first answer"), tag="h2")
        with box("steps-row"):
            _step(
                1,
                "store",
                _("Choose a ready-made connector"),
                _("Templates ask only for your own key. Or make one of your own, step by step."),
                href="/templates",
            )
            _step(
                2,
                "users",
                _("Bring your contacts"),
                _("As a CSV file, or one by hand to try it on."),
                href="/contacts",
            )
            _step(
                3,
                "play",
                _("Test it, then run it"),
                _("A test shows what would change, and writes nothing."),
                href="/connectors",
            )


def _step(
    number: int,
    symbol: str,
    title: str,
    sentence: str,
    *,
    href: str,
    on_press: Callable[[], Any] | None = None,
) -> None:
    if on_press:
        way = box("step-hint", tag="button", type="button").on("click", on_press, args=[])
    else:
        way = box("step-hint", tag="a", href=href)
    with way:
        icon(symbol)
        with box("stack tight", tag="span"):
            text(f"{number}. {title}", "strong", tag="span")
            text(sentence, "quiet small", tag="span")
