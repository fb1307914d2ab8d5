"""How far a wish for many runs has come, and its end before its time."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.pages.runs_asked import address
from app.pages.ticking import every
from app.pages.visit import Visit
from app.services.all import Services
from components.controls import box, button, icon, stack, text
from components.meter import Meter, Part
from components.sentences import translated
from components.texts import _, ngettext, number
from db.run_wishes import RunWish

SHOWN_EVERY_S: Final = 0.4


class Progress:
    """How far a wish has come, wherever it stands: in the sheet, or above the list of runs."""

    def __init__(
        self,
        visit: Visit,
        services: Services,
        wish: RunWish,
        on_done: Callable[[], Awaitable[None]],
    ) -> None:
        self.visit, self.services, self.wish, self.on_done = visit, services, wish, on_done
        self.line = text("", "strong numbers")
        self.line.props.update({"role": "status", "data-testid": "many-line"})
        self.meter = Meter(_("How far it is"), legend=False)
        self.more = stack("tight")
        with self.more:
            self.leave = text(
                _("You may leave this page: it goes on, also after a restart of the console."),
                "hint",
            )
        self.timer = every(SHOWN_EVERY_S, self.look)
        self._show()

    def stop_button(self) -> None:
        self.stop = button(
            _("Abort"), icon="x", kind="danger", on_press=self.abort, testid="many-abort"
        )
        self.stop.because(self.visit.why_not("executions.change"))

    async def look(self) -> None:
        self.wish = await self.services.run_many.get(await self.visit.me(), self.wish.id)
        self._show()
        if self.wish.finished_at and self.timer.active:
            self.timer.deactivate()
            self._finish()
            await self.on_done()

    async def abort(self) -> None:
        await self.services.run_many.stop(await self.visit.me(), self.wish.id)
        self.stop.because(_("It ends after the runs in hand."))

    def _show(self) -> None:
        wish = self.wish
        refused = wish.behind - wish.done
        words = _("{done} of {total}").format(done=number(wish.behind), total=number(wish.total))
        self.line.say(words)
        parts = [Part(_("Done"), wish.done, "ok"), Part(_("Left out"), refused, "warn")]
        self.meter.show(parts, wish.total)

    def _finish(self) -> None:
        wish = self.wish
        words = (
            ngettext("{n} run was started again.", "{n} runs were started again.", wish.done)
            if wish.wish == "again"
            else ngettext("{n} run was stopped.", "{n} runs were stopped.", wish.done)
        )
        self.line.say(words.format(n=number(wish.done)))
        self.leave.set_visibility(False)
        with self.more:
            if wish.behind < wish.total:
                text(_("It was ended before the rest had its turn."), "hint")
            for said, count in wish.refused.items():
                text(f"{number(count)} × {translated(said)}", "hint")
        self.stop.set_visibility(False)

    @property
    def new_runs(self) -> str:
        """Where those that it started are listed."""
        if self.wish.wish != "again" or not self.wish.done:
            return ""
        since = self.wish.created_at.isoformat(timespec="milliseconds")
        return address({"trigger": "retry", "since": since})


async def on_their_way(visit: Visit, services: Services) -> None:
    """What somebody wished before, and is not fulfilled yet."""
    for wish in await services.run_many.unfinished(await visit.me()):
        with box("news", role="group", aria_label=_("Many runs"), data_testid="on-their-way"):
            icon("rotate-cw" if wish.wish == "again" else "circle-slash")
            with box("stack grow tight"):
                again = _("Runs are being started again.")
                text(again if wish.wish == "again" else _("Runs are being stopped."), "headline")
                progress = Progress(visit, services, wish, _nothing_more)
            progress.stop_button()


async def _nothing_more() -> None:
    """The list below follows by itself."""
