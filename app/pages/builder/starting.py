"""A run in earnest on the sample contact: what it does is said before it starts."""

from nicegui import ui

from app.pages.builder.bench import Bench
from components.controls import confirm
from components.frame import notice


class Starting:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def run(self) -> None:
        bench = self.bench
        if bench.contact_id is None:
            notice("Choose a sample contact first.", tone="warn")
            return
        if why_not := bench.visit.why_not("executions.start"):
            notice(why_not, tone="warn")
            return
        sure = await confirm(
            f"Run version {bench.connector.version} on {bench.contact_name}?",
            self._price(),
            yes="Run it",
            danger=False,
        )
        if sure:
            me = await bench.visit.me()
            started = await bench.services.executions.enqueue(
                me, bench.connector_id, bench.contact_id, trigger="manual"
            )
            ui.navigate.to(f"/runs/{started.id}")

    def _price(self) -> str:
        """Numbers first: how many calls, how many fields, and which version."""
        connector = self.bench.connector
        calls = sum(step.get("kind") == "http" for step in connector.config.get("steps") or [])
        fields = len(connector.field_mappings)
        said = (
            f"It makes {_some(calls, 'call')} and fills in up to {_some(fields, 'contact field')}."
        )
        if self.bench.revision:
            return f"{said} Your draft is not part of it: publish first to run what you see here."
        return said


def _some(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
