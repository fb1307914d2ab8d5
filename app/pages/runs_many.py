"""Many runs again, or to their end: the number first, then a bar that can be stopped."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from nicegui import background_tasks, ui

from app.pages.promise import promise_of
from app.pages.runs_asked import address
from app.pages.visit import Visit
from app.services.all import Services
from app.services.executions import From, Version
from app.services.history import Narrowed
from app.services.problems import NotFound, ServiceProblem
from app.services.run_many import MOST, Looked, Wish, Work
from components.controls import Button, Sheet, button, sheet, stack, text
from components.meter import Meter, Part
from components.texts import _, later, ngettext, number

LEFT_OUT: Final = {
    "finished": later("Left out, as they have finished: {n}."),
    "live": later("Left out, as they have not finished yet: {n}."),
    "nothing_failed": later("Left out, as no step of theirs failed: {n}."),
    "again": later("Left out, as they were started again already: {n}."),
    "unknown_result": later("Left out, as somebody must say what became of a call: {n}."),
}
SHOWN_EVERY_S: Final = 0.2


class Many:
    """One sheet from the question to the last run; it goes on when the page is left."""

    def __init__(
        self, visit: Visit, services: Services, on_done: Callable[[], Awaitable[None]]
    ) -> None:
        self.visit, self.services, self.on_done = visit, services, on_done

    async def again(self, which: Narrowed, from_: From, version: Version) -> None:
        looked = await self.services.run_many.look(await self.visit.me(), which, "again", from_)
        count = len(looked.ids)
        started = ngettext("{n} run starts again.", "{n} runs start again.", count)
        calls = await self._calls(looked)

        async def go(work: Work) -> None:
            me = await self.visit.me()
            await self.services.run_many.again(me, looked.ids, from_, version, work)

        self._ask(
            "again",
            looked,
            [started.format(n=number(count)), calls, _("What was found or written stays.")],
            ngettext("Start {n} run", "Start {n} runs", count).format(n=number(count)),
            go,
        )

    async def cancel(self, which: Narrowed) -> None:
        looked = await self.services.run_many.look(await self.visit.me(), which, "cancel")
        count = len(looked.ids)

        async def go(work: Work) -> None:
            await self.services.run_many.cancel(await self.visit.me(), looked.ids, work)

        said = ngettext("{n} run is stopped.", "{n} runs are stopped.", count)
        self._ask(
            "cancel",
            looked,
            [said.format(n=number(count)), _("What their finished steps found is kept.")],
            ngettext("Stop {n} run", "Stop {n} runs", count).format(n=number(count)),
            go,
        )

    def _ask(
        self,
        wish: Wish,
        looked: Looked,
        sentences: list[str],
        yes: str,
        go: Callable[[Work], Awaitable[None]],
    ) -> None:
        title = _("Run them again?") if wish == "again" else _("Stop these runs?")
        with sheet(title, testid="many") as asked:
            place = stack()
            with place:
                text(" ".join(filter(None, sentences)), "soft")
                for line in _left_out(looked):
                    text(line, "hint")

        def start() -> None:
            place.clear()
            for one in (no, do):
                one.set_visibility(False)
            _Progress(self, wish, len(looked.ids), asked, place).start(go)

        with asked.footer:
            no = button(_("Cancel"), on_press=asked.close)
            do = button(
                yes,
                kind="primary" if wish == "again" else "danger",
                on_press=start,
                testid="many-go",
            )
        do.because(
            self.visit.why_not("executions.change")
            or ("" if looked.ids else _("None of them can."))
        )
        asked.show()

    async def _calls(self, looked: Looked) -> str:
        """At most, as a run from the start would make them."""
        calls = 0
        me = await self.visit.me()
        for connector_id, runs in looked.connectors.items():
            try:
                connector = await self.services.connectors.get(me, connector_id)
            except NotFound:
                continue
            calls += runs * promise_of(connector).calls
        if not looked.ids:
            return ""
        words = ngettext("Together: up to {n} call.", "Together: up to {n} calls.", calls)
        return words.format(n=number(calls))


class _Progress:
    def __init__(self, many: Many, wish: Wish, total: int, asked: Sheet, place: ui.element) -> None:
        self.many, self.wish, self.asked = many, wish, asked
        self.work, self.began = Work(total), datetime.now(UTC)
        with place:
            self.line = text("", "strong numbers")
            self.line.props.update({"role": "status", "data-testid": "many-line"})
            self.meter = Meter(_("How far it is"), legend=False)
            self.more = stack("tight")
            with self.more:
                self.leave = text(
                    _(
                        "You may leave this page. Should the console restart, ask again: "
                        "no run starts twice."
                    ),
                    "hint",
                )
        with asked.footer:
            self.stop = button(
                _("Abort"), icon="x", kind="danger", on_press=self.abort, testid="many-abort"
            )
        self.show()

    def start(self, go: Callable[[Work], Awaitable[None]]) -> None:
        """Not ended with the page: what was promised is done, whoever still looks."""
        timer = ui.timer(SHOWN_EVERY_S, self.show)
        client = ui.context.client

        async def all_of_them() -> None:
            try:
                await go(self.work)
            except ServiceProblem as problem:
                self.work.refused[problem.message] += self.work.total - self.work.behind
            if client.has_socket_connection:
                with client:
                    timer.deactivate()
                    await self.finish()

        background_tasks.create(all_of_them(), name=f"runs: {self.wish} many")

    def abort(self) -> None:
        self.work.stop()
        self.stop.because(_("It ends after the runs in hand."))

    def show(self) -> None:
        work = self.work
        self.line.say(
            _("{done} of {total}").format(done=number(work.behind), total=number(work.total))
        )
        refused = Part(_("Left out"), work.refused.total(), "warn")
        self.meter.show([Part(_("Done"), work.done, "ok"), refused], work.total)

    async def finish(self) -> None:
        work = self.work
        self.show()
        words = (
            ngettext("{n} run was started again.", "{n} runs were started again.", work.done)
            if self.wish == "again"
            else ngettext("{n} run was stopped.", "{n} runs were stopped.", work.done)
        )
        self.line.say(words.format(n=number(work.done)))
        self.leave.set_visibility(False)
        with self.more:
            if work.stopped and work.behind < work.total:
                text(_("You ended it before the rest had its turn."), "hint")
            for said, count in work.refused.items():
                text(f"{number(count)} × {said}", "hint")
        self.stop.set_visibility(False)
        with self.asked.footer:
            if self.wish == "again" and work.made:
                since = self.began.isoformat(timespec="milliseconds")
                self._link(address({"trigger": "retry", "since": since}))
            button(_("Done"), kind="primary", on_press=self.asked.close, testid="many-done")
        await self.many.on_done()

    def _link(self, href: str) -> Button:
        return button(_("See the new runs"), href=href, testid="many-new")


def _left_out(looked: Looked) -> Iterator[str]:
    for why, count in looked.left_out.items():
        yield _(LEFT_OUT[why]).format(n=number(count))
    if looked.more:
        yield _("These are the newest {n}; more fit, and stay as they are.").format(n=number(MOST))
