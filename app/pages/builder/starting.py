"""A run in earnest: what is published, on the sample contact, with its numbers said first."""

from app.pages.builder.bench import Bench
from app.pages.launch import Launch
from app.services.drafts import is_unpublished
from components.texts import _


class Starting:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def run(self) -> None:
        bench = self.bench
        asked = Launch(
            bench.visit, bench.services, connector=bench.connector, contact=bench.contact
        )
        await asked.ask()

    def why_not(self) -> str:
        """A run uses what is published, so a change that is not would be missed without a word."""
        bench = self.bench
        if why_not := bench.visit.why_not("executions.start"):
            return why_not
        if is_unpublished(bench.connector):
            return _("Publish it first: a run uses what is published.")
        if bench.revision:
            return _("Publish your changes first: a run would use version {version}.").format(
                version=bench.connector.version
            )
        return "" if bench.connector.enabled else _("It is switched off. Switch it on in the list.")
