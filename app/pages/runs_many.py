"""Many runs again, or to their end: the number first, then a bar that can be stopped."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from app.pages.promise import promise_of
from app.pages.runs_progress import Progress
from app.pages.visit import Visit
from app.services.all import Services
from app.services.executions import From, Version
from app.services.history import Narrowed
from app.services.problems import NotFound, ServiceProblem
from app.services.run_many import MOST, Looked, Wish
from components.controls import button, sheet, stack, text
from components.frame import notice
from components.texts import _, later, ngettext, number
from db.run_wishes import RunWish

LEFT_OUT: Final = {
    "finished": later("Left out, as they have finished: {n}."),
    "live": later("Left out, as they have not finished yet: {n}."),
    "nothing_failed": later("Left out, as no step of theirs failed: {n}."),
    "again": later("Left out, as they were started again already: {n}."),
    "unknown_result": later("Left out, as somebody must say what became of a call: {n}."),
}


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

        async def go() -> RunWish:
            me = await self.visit.me()
            return await self.services.run_many.again(me, looked.ids, from_, version)

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

        async def go() -> RunWish:
            return await self.services.run_many.cancel(await self.visit.me(), looked.ids)

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
        go: Callable[[], Awaitable[RunWish]],
    ) -> None:
        title = _("Run them again?") if wish == "again" else _("Stop these runs?")
        with sheet(title, testid="many") as asked:
            place = stack()
            with place:
                text(" ".join(filter(None, sentences)), "soft")
                for line in _left_out(looked):
                    text(line, "hint")

        async def start() -> None:
            try:
                made = await go()
            except ServiceProblem as problem:
                notice(problem.message, hint=problem.hint, tone="warn")
                return
            place.clear()
            for one in (no, do):
                one.set_visibility(False)
            with place:
                progress = Progress(self.visit, self.services, made, lambda: finish(progress))
            with asked.footer:
                progress.stop_button()

        async def finish(progress: Progress) -> None:
            with asked.footer:
                if href := progress.new_runs:
                    button(_("See the new runs"), href=href, testid="many-new")
                button(_("Done"), kind="primary", on_press=asked.close, testid="many-done")
            await self.on_done()

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


def _left_out(looked: Looked) -> Iterator[str]:
    for why, count in looked.left_out.items():
        yield _(LEFT_OUT[why]).format(n=number(count))
    if looked.more:
        yield _("These are the newest {n}; more fit, and stay as they are.").format(n=number(MOST))
