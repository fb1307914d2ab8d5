"""Starting a batch: which connector, on whom, what that may cost; nothing happens before that."""

from decimal import InvalidOperation
from uuid import UUID

from nicegui import ui

from app.pages.amounts import amount_of
from app.pages.asking import Asked, ask_for, given
from app.pages.promise import promise_line, promise_of, promise_words, why_not_run
from app.pages.visit import Visit
from app.pages.whom import Whom
from app.services.all import Services
from app.services.bulk import Estimate
from app.services.choosing import Chosen
from app.services.connectors import Narrowed
from app.services.problems import BadInput, ServiceProblem
from components.controls import box, button, choice, field, icon, row, sheet, stack, text, tick
from components.sentences import translated
from components.texts import _, money, ngettext, number
from db.connectors import Connector

FIRST = 10  # so many are tried before the rest
EVERYONE = Chosen(filter={})


class LaunchMany:
    """From a connector, or from chosen contacts."""

    def __init__(
        self,
        visit: Visit,
        services: Services,
        *,
        connector: Connector | None = None,
        chosen: Chosen = EVERYONE,
    ) -> None:
        self.visit, self.services = visit, services
        self.connector, self.chosen = connector, chosen
        self.inputs: Asked = {}
        self.estimate: Estimate | None = None

    async def ask(self) -> None:
        with sheet(_("Run on many contacts"), testid="launch-many") as asked:
            await self._choose_connector()
            self.whom = Whom(self.chosen, self._count)
            self.asked_for = stack()
            self.promise = box(
                "promise", role="group", aria_label=_("What this will do"), data_testid="promise"
            )
            self.first = tick(
                _("Try {n} first").format(n=FIRST),
                True,
                hint=_("It then waits, and goes on when you have looked at them."),
                testid="try-first",
            )
            self.ceiling = field(
                _("Spend no more than"),
                optional=True,
                hint=_("It pauses before the services could cost more than this."),
                testid="max-cost",
            )
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            self.go = button(
                _("Start"), icon="play", kind="primary", on_press=self.start, testid="start"
            )
        self.go.because(_("One moment: it is being counted."))
        asked.show()
        await self._draw()

    async def start(self) -> None:
        assert self.connector is not None
        self.trouble.say("")
        try:
            ceiling = amount_of(self.ceiling.value)
        except InvalidOperation:
            self.ceiling.failed(_("This must be a number above zero, such as 5 or 2.50."))
            return
        self.ceiling.failed("")
        self.go.working(True)
        try:
            batch = await self.services.bulk.start(
                await self.visit.me(),
                self.connector.id,
                self.whom.chosen,
                input=given(self.inputs),
                max_cost=ceiling,
                try_first=FIRST if self.first.value else None,
            )
        except BadInput as bad:
            self.trouble.say(translated(" ".join(one.message for one in bad.problems)))
        except ServiceProblem as problem:
            self.trouble.say(translated(problem.sentence))
        else:
            ui.navigate.to(f"/bulk/{batch.id}")
            return
        self.go.working(False)

    async def _choose_connector(self) -> None:
        if self.connector is not None:
            with row():
                icon("workflow", "quiet")
                text(self.connector.name, "strong cut")
            return
        found = await self.services.connectors.list(
            await self.visit.me(), Narrowed(enabled=True), limit=200
        )
        offered = {str(one.id): one.name for one in found.items}
        first = next(iter(offered), None)
        choice(_("Connector"), offered, first, on_change=self._take, testid="connector")
        if first is not None:
            await self._know(first)

    async def _take(self, key: str) -> None:
        await self._know(key)
        await self._draw()

    async def _know(self, key: str) -> None:
        self.connector = await self.services.connectors.get(await self.visit.me(), UUID(key))

    async def _draw(self) -> None:
        self.asked_for.clear()
        if self.connector is not None:
            with self.asked_for:
                self.inputs = ask_for(self.connector.input_schema)
        await self._count()

    async def _count(self) -> None:
        """What it would be, in numbers; asked again whenever something changes."""
        self.estimate = None
        if self.connector is not None and not self.whom.trouble:
            self.estimate = await self.services.bulk.estimate(
                await self.visit.me(), self.connector.id, self.whom.chosen
            )
        if self.promise.is_deleted:
            return
        known = self.estimate
        self.first.set_visibility(known is not None and known.contacts > FIRST)
        self.ceiling.set_visibility(known is not None and known.cost_each is not None)
        self.go.because(self._why_not(known))
        self.promise.clear()
        with self.promise:
            if known is not None and self.connector is not None:
                self._promise(self.connector, known)

    def _why_not(self, known: Estimate | None) -> str:
        if self.connector is None:
            return _("There is no connector to run yet.")
        if why := self.visit.why_not("bulk.change") or why_not_run(self.connector):
            return why
        if known is None:
            return self.whom.trouble
        return "" if known.contacts else _("Nobody fits: there is nothing to run.")

    def _promise(self, connector: Connector, known: Estimate) -> None:
        n, promise = known.contacts, promise_of(connector)
        promise_line("users", ngettext("{n} contact", "{n} contacts", n).format(n=number(n)), "")
        if calls := promise.calls * n:
            words = (
                ngettext(
                    "{n} call, possibly several times",
                    "{n} calls, some of them several times",
                    calls,
                )
                if promise.repeats
                else ngettext("Up to {n} call", "Up to {n} calls", calls)
            )
            promise_line("globe", words.format(n=number(calls)), ", ".join(promise.hosts))
        for symbol, words, more in list(promise_words(promise))[1 if calls else 0 :]:
            promise_line(symbol, words, more)
        if known.cost is not None:
            promise_line(
                "coins",
                _("Costs at most {cost}").format(cost=money(float(known.cost))),
                _("Answers that were fetched before are free."),
            )
