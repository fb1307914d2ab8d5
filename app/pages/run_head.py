"""The upper end of a run: how it stands, what went wrong, and what one can do about it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.pages.run_again import Again
from app.pages.run_words import is_held, words_for
from app.pages.step_names import StepNames
from app.pages.visit import Visit
from app.services.all import Services
from app.services.history import is_over
from app.services.problems import NotFound, ServiceProblem
from components.controls import badge, box, button, error_card, icon, menu, menu_item, text
from components.frame import Frame, notice
from components.neighbours import Neighbours
from components.run_step import AMBER
from components.sentences import translated
from components.texts import _
from db.executions import Execution
from db.session import Actor

OF_KEYS = {
    "credential_refused",
    "credential_missing",
    "credential_not_for_host",
    "needs_reconnect",
    "secret_unreadable",
}
Why = tuple[str, UUID | None] | None  # on hold: for what, and for which credential


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

    def show(self, run: Execution, waits: Mapping[UUID, datetime]) -> None:
        self.run = run
        self.state.clear()
        with self.state:
            badge(*words_for(run, waits))
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

    async def why_held(self, run: Execution) -> Why:
        """Also of one that failed for its key: there it is mended."""
        me = await self.visit.me()
        if is_held(run):
            return await self.services.holds.why(me, run.id)
        if run.error_code in OF_KEYS and is_over(run):
            return "key", await self._key_of(me, run)
        return None

    async def _key_of(self, me: Actor, run: Execution) -> UUID | None:
        try:
            connector = await self.services.connectors.get(me, run.connector_id)
        except NotFound:
            return None
        names = StepNames([(connector.id, connector.config)])
        step = names.step(connector.id, run.current_step or "")
        keys = (await self.services.credentials.listed(me, limit=200)).items
        wanted = step.get("credential") if step else None
        return next((one.id for one in keys if one.service_name == wanted), None)

    def trouble(self, run: Execution, why: Why) -> None:
        """What went wrong, and the button that does the next thing."""
        if not run.error_message:
            return
        if not is_over(run):
            if is_held(run):
                self._hold(run, *(why or ("quota", None)))
            return
        if run.status == "cancelled":
            return self._cancelled(run)
        unknown, refused = run.error_code == "unknown_result", self._why_not_again()
        href = f"/credentials/{why[1]}" if why and why[1] else "/credentials"
        error_card(
            run.error_message,
            run.error_hint or "",
            tone="warn" if run.error_code in AMBER else "bad",
            action="" if unknown or refused else _("Run again from the failed step"),
            on_action=lambda: self.again.from_failed(run),
            way=(_("See the key"), href) if why else None,
            details=_("Code: {code}").format(code=run.error_code),
        )
        if unknown and not refused:
            with box("card"):
                self.again.ask_what_became_of_it(run)

    def _cancelled(self, run: Execution) -> None:
        """Somebody wanted it so: nothing to be alarmed about."""
        error_card(
            _("This run was cancelled."),
            _("What its finished steps found is kept."),
            tone="info",
            action="" if self._why_not_again() else _("Go on from there"),
            on_action=lambda: self.again.from_failed(run),
        )

    def _hold(self, run: Execution, reason: str, credential: UUID | None) -> None:
        """It goes on by itself once what it lacks is there; a person may be ahead of that."""
        with box("news warn", role="group", aria_label=_("On hold"), data_testid="held"):
            icon("circle-pause")
            with box("stack grow"):
                text(translated(run.error_message or ""), "headline")
                text(translated(run.error_hint or ""), "soft small")
                text(_("The run goes on by itself as soon as that is mended."), "soft small")
                with box("row wrap"):
                    if credential:
                        words = _("Connect again") if reason == "reconnect" else _("See the key")
                        href = f"/credentials/{credential}"
                        button(words, icon="key-round", kind="small", href=href, testid="held-key")
                    go_on = button(
                        _("Go on now"),
                        icon="play",
                        kind="small",
                        on_press=self.go_on,
                        testid="held-go",
                    )
                    go_on.because(self.visit.why_not("executions.change"))

    async def go_on(self) -> None:
        try:
            await self.services.holds.resume(await self.visit.me(), self.run.id)
        except ServiceProblem as problem:
            notice(problem.message, hint=problem.hint, tone="warn")
        else:
            notice(_("Its next call is made now."))

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
