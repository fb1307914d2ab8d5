"""Runs as rows of a list: of which connector, how they stand, about whom, how long, since when."""

from collections.abc import Collection
from typing import Final

from app.pages.run_words import words_for
from app.services.all import Services
from components.listing import Column, Row, badge_cell, moment
from components.sentences import translated
from components.texts import _, duration, later
from db.executions import Execution
from db.session import Actor

COLUMNS: Final = (
    Column("connector", later("Connector")),
    Column("result", later("Result"), "badge"),
    Column("contact", later("Contact")),
    Column("took", later("Took"), "number"),
    Column("began", later("Started"), "moment"),
)
OF_ONE_CONNECTOR: Final = (COLUMNS[2], COLUMNS[1], *COLUMNS[3:])


async def run_rows(services: Services, me: Actor, runs: Collection[Execution]) -> list[Row]:
    connectors = await services.connectors.names(me, {run.connector_id for run in runs})
    contacts = await services.contacts.names(me, {run.contact_id for run in runs if run.contact_id})
    waits = await services.history.waits(me, runs)
    return [
        Row(
            str(run.id),
            {
                "connector": connectors.get(run.connector_id, _("A deleted connector")),
                "result": badge_cell(*words_for(run, waits)),
                "contact": contacts.get(run.contact_id, "–") if run.contact_id else "–",
                "took": duration(run.execution_time_ms),
                "began": moment(run.created_at),
            },
            href=f"/runs/{run.id}",
            more=translated(run.error_message or ""),
        )
        for run in runs
    ]
