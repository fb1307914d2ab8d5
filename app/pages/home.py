"""/: what to do next, and how the last runs went."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.runs import long_words
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import box, button, empty_state, icon, row, stack, text, words_of_run
from components.frame import frame
from components.listing import Column, Listing, Row, badge_cell, moment
from db.connectors import Connector
from db.executions import Execution

STEPS = (
    (
        "workflow",
        "Open a connector",
        "Each asks web services about a contact, step by step.",
        "/connectors",
    ),
    (
        "play",
        "Test it on one contact",
        "See what it would change. A test never writes anything.",
        "/connectors",
    ),
    (
        "activity",
        "Run it and watch",
        "Every call, every answer, and every value it wrote.",
        "/runs",
    ),
)
RUNS = (
    Column("connector", "Connector"),
    Column("result", "Result", "badge"),
    Column("took", "Took", "number"),
    Column("began", "Started", "moment"),
)


def add(services: Services) -> None:
    @ui.page("/")
    async def home(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="home", title="Home"):
            if not visit.viewer.workspace_id:
                empty_state(
                    "You belong to no workspace yet",
                    "Ask an admin of a workspace to add you.",
                    icon_name="users",
                )
                return
            me = await visit.me()
            connectors = (await services.connectors.list(me, limit=200)).items
            runs = (await services.history.list(me, limit=6)).items
            _first_steps(visit)
            with box("columns"):
                _last_runs(runs, {one.id: one.name for one in connectors})
                _connectors(connectors[:6])


def _first_steps(visit: Visit) -> None:
    with box("card"):
        text("From question to answer in three steps", tag="h2")
        with box("steps-row"):
            for number, (symbol, title, sentence, href) in enumerate(STEPS, 1):
                with box("step-hint", tag="a", href=href):
                    icon(symbol)
                    with stack("tight"):
                        text(f"{number}. {title}", "strong")
                        text(sentence, "quiet small")
        if visit.viewer.workspace_name.lower().startswith("demo"):
            text(
                "This is the demo workspace: its people are invented, and its two connectors call "
                "the practice service on this machine. No key and no internet are needed.",
                "hint",
            )


def _last_runs(runs: Sequence[Execution], names: dict[UUID, str]) -> None:
    with stack():
        text("Last runs", tag="h2")
        if not runs:
            with box("card"):
                empty_state(
                    "Nothing has run yet",
                    "Open a connector and press Run.",
                    icon_name="activity",
                    action="Go to the connectors",
                    href="/connectors",
                )
            return
        Listing("Last runs", RUNS).show(
            [
                Row(
                    str(one.id),
                    {
                        "connector": names.get(one.connector_id, "A deleted connector"),
                        "result": badge_cell(*words_of_run(one.status, one.outcome)),
                        "took": long_words(one.execution_time_ms),
                        "began": moment(one.created_at),
                    },
                    href=f"/runs/{one.id}",
                )
                for one in runs
            ]
        )


def _connectors(connectors: Sequence[Connector]) -> None:
    with stack():
        text("Connectors", tag="h2")
        with box("card"):
            for one in connectors:
                with row():
                    icon("workflow", "quiet")
                    text(one.name, "grow cut", tag="a").props["href"] = f"/connectors/{one.id}"
            if not connectors:
                text("None yet.", "hint")
            button("All connectors", href="/connectors", kind="small")
