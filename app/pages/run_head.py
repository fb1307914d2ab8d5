"""The upper end of a run: how it stands, what went wrong, and what one can do about it."""

from app.pages.run_again import Again
from app.pages.visit import Visit
from app.services.all import Services
from app.services.history import is_over
from app.services.problems import ServiceProblem
from components.controls import box, button, error_card, menu, menu_item, run_badge
from components.frame import Frame, notice
from components.neighbours import Neighbours
from components.texts import _
from db.executions import Execution

AMBER = {"timeout", "rate_limited", "service_busy", "no_answer", "unknown_result"}


class RunHead:
    def __init__(self, visit: Visit, services: Services, again: Again) -> None:
        self.visit, self.services, self.again = visit, services, again

    def draw(self, page: Frame) -> None:
        with page.lead:
            self.state = box("row")
        with page.side:
            Neighbours()
            self.acts = box("row")
        page.on_key("again", self.run_again)
        page.on_key("cancel", self.cancel)

    def show(self, run: Execution) -> None:
        self.run = run
        self.state.clear()
        with self.state:
            run_badge(run.status, run.outcome)
        self.acts.clear()
        with self.acts:
            if not is_over(run):
                stop = button(
                    _("Cancel"), icon="x", kind="danger", on_press=self.cancel, testid="cancel"
                )
                stop.because(self.visit.why_not("executions.change"))
            elif why := self._why_not_again():
                button(_("Run again"), icon="rotate-cw", why=why)
            else:
                self._ways_again()
            href = f"/connectors/{run.connector_id}"
            button(_("Open the connector"), icon="workflow", href=href, kind="fold-label")

    def trouble(self, run: Execution) -> None:
        """What went wrong, and the button that does the next thing."""
        if not run.error_message:
            return
        if not is_over(run):
            self._on_hold(run)
            return
        unknown, why = run.error_code == "unknown_result", self._why_not_again()
        error_card(
            run.error_message,
            run.error_hint or "",
            tone="warn" if run.error_code in AMBER else "bad",
            action="" if unknown or why else _("Run again from the failed step"),
            on_action=lambda: self.again.from_failed(run),
            details=_("Code: {code}").format(code=run.error_code),
        )
        if unknown and not why:
            with box("card"):
                self.again.ask_what_became_of_it(run)

    def _on_hold(self, run: Execution) -> None:
        """It waits for a quota or a login, and a person may know that both are there again."""
        may = not self.visit.why_not("executions.change")
        error_card(
            run.error_message or "",
            run.error_hint or "",
            tone="warn",
            action=_("Go on now") if may else "",
            on_action=self.resume,
            details=_("Code: {code}").format(code=run.error_code),
        )

    async def resume(self) -> None:
        try:
            await self.services.holds.resume(await self.visit.me(), self.run.id)
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="warn")
        else:
            notice(_("The run goes on."))

    async def run_again(self) -> None:
        if why := self._why_not_again():
            notice(why, tone="warn")
        elif self.run.status == "success":
            await self.again.from_start(self.run)
        else:
            await self.again.from_failed(self.run)

    async def cancel(self) -> None:
        if is_over(self.run):
            notice(_("This run has finished already."))
            return
        try:
            await self.services.executions.cancel(await self.visit.me(), self.run.id)
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="warn")
        else:
            notice(_("The run is being cancelled."))

    def _why_not_again(self) -> str:
        if not is_over(self.run):
            return _("This run has not finished yet. Wait for it, or cancel it.")
        return self.visit.why_not("executions.change")

    def _ways_again(self) -> None:
        run = self.run
        with menu(_("Run again"), icon="rotate-cw"):
            partly = run.outcome == "partly"
            if run.status != "success" or partly:
                menu_item(
                    _("Only what failed") if partly else _("From the failed step"),
                    icon_name="skip-forward",
                    on_press=lambda: self.again.from_failed(run),
                    testid="again-failed",
                )
            menu_item(
                _("From the start"),
                icon_name="rotate-cw",
                on_press=lambda: self.again.from_start(run),
                testid="again-start",
            )
            menu_item(
                _("From the start, with the latest version"),
                icon_name="history",
                on_press=lambda: self.again.with_latest(run),
                testid="again-latest",
            )
