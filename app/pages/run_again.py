"""Running a run once more: from where, with which version, and what that will do, said first."""

from typing import Final

from nicegui import ui

from app.pages.promise import promise_of, promise_words
from app.pages.visit import Visit
from app.services.all import Services
from app.services.executions import From, Unknown, Version
from app.services.problems import NotFound, ServiceProblem
from components.controls import box, button, confirm, sheet, text
from components.frame import notice
from components.texts import _, later
from db.executions import Execution

# What became of a call whose answer was lost, and what is to be done about it.
UNKNOWN: Final[tuple[tuple[Unknown, str, str], ...]] = (
    ("mark_done", later("It arrived"), later("Go on after this step as if it had answered well.")),
    ("repeat", later("It did not arrive"), later("Make the call again.")),
    ("skip", later("Leave it out"), later("Go on without this step.")),
)


class Again:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services

    async def from_start(self, run: Execution) -> None:
        await self._ask(run, "start", "same", _("Run it again from the start?"))

    async def with_latest(self, run: Execution) -> None:
        await self._ask(run, "start", "latest", _("Run it again with the latest version?"))

    async def from_failed(self, run: Execution) -> None:
        if run.error_code == "unknown_result":
            self._what_became_of_it(run)
        else:
            await self._ask(run, "failed_step", "same", _("Run it again from the failed step?"))

    async def _ask(self, run: Execution, since: From, version: Version, title: str) -> None:
        if await confirm(title, await self._promise(run), yes=_("Run it again"), danger=False):
            await self._go(run, since, version)

    async def _promise(self, run: Execution) -> str:
        try:
            connector = await self.services.connectors.get(await self.visit.me(), run.connector_id)
        except NotFound:
            return _("The connector of this run was deleted.")
        said = [f"{words} ({more})." for _icon, words, more in promise_words(promise_of(connector))]
        return " ".join([*said, _("What the first run found or wrote stays as it is.")])

    async def _go(
        self, run: Execution, since: From, version: Version, unknown: Unknown | None = None
    ) -> None:
        try:
            made = await self.services.executions.retry(
                await self.visit.me(), run.id, since, version, unknown
            )
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="bad")
            return
        ui.navigate.to(f"/runs/{made.id}")

    def ask_what_became_of_it(self, run: Execution) -> None:
        """Three buttons, each with what it means."""
        text(_("Did the call arrive?"), tag="h2")
        text(
            _(
                "The connection was lost before the answer came, so nobody here knows. "
                "Look at the service, then say what is true."
            ),
            "soft",
        )
        with box("ways", role="group", aria_label=_("Did the call arrive?"), data_testid="unknown"):
            for unknown, words, more in UNKNOWN:
                self._way(run, unknown, _(words), _(more))

    def _what_became_of_it(self, run: Execution) -> None:
        with sheet(_("Run it again from the failed step?")) as asked:
            self.ask_what_became_of_it(run)
        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
        asked.show()

    def _way(self, run: Execution, unknown: Unknown, words: str, more: str) -> None:
        one = box("step-hint", tag="button", type="button", data_testid=f"unknown-{unknown}")
        with one, box("stack tight", tag="span"):
            text(words, "strong", tag="span")
            text(more, "quiet small", tag="span")
        one.on("click", lambda: self._go(run, "failed_step", "same", unknown), args=[])
