"""From a template to a connector of one's own: look, give keys, try it on a contact, done.

Nothing is kept before the last press: closing the sheet anywhere on the way leaves nothing behind.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from nicegui import ui

from app.pages.asking import Asked, ask_for, given
from app.pages.market import telling
from app.pages.market.keys import SlotForms, Typed, asks_at_the_service
from app.pages.market.keys import given as keys_given
from app.pages.market.trial import Trying
from app.pages.promise import counted, promise_words
from app.pages.visit import Visit
from app.services.all import Services
from app.services.costs import at_most
from app.services.installing import Looked, SlotState
from app.services.problems import BadInput, ServiceProblem
from app.services.testing import Tested, Trial
from components.controls import box, button, field, icon, row, sheet, stack, text
from components.sentences import translated
from components.texts import _, later, listed, money
from engine.errors import BadDefinition, RunStopped

STEPS = {
    "look": later("What it does"),
    "keys": later("Your keys"),
    "try": later("Try it"),
    "name": later("Install"),
}


class Wizard:
    def __init__(self, visit: Visit, services: Services, looked: Looked, back: str) -> None:
        """`back`: where a service sends people to who agreed on its own page."""
        self.visit, self.services, self.looked, self.back_from = visit, services, looked, back
        self.template = looked.template
        self.steps = [one for one in STEPS if one != "keys" or looked.slots]
        self.at = 0
        self.name = self.template.name
        self.typed: Typed = {}
        self.inputs: Asked = {}
        self.trying = Trying(visit, services, self.template)
        self.task: asyncio.Task[Any] | None = None

    def ask(self) -> None:
        title = _("Install {name}").format(name=self.template.name)
        with sheet(title, wide=True, testid="install-sheet") as self.sheet:
            self.progress = box("wizard-steps", tag="ol", aria_label=_("Steps"))
            self.place = stack("wizard")
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with self.sheet.footer:
            button(_("Cancel"), on_press=self.sheet.close, testid="install-cancel")
            box("grow")
            self.back = button(_("Back"), on_press=lambda: self.go(-1), testid="install-back")
            self.next = button(kind="primary", on_press=self.forward, testid="install-next")
        # It scrolls, and its first step has nothing to press: the keyboard must reach it.
        self.sheet.body.props.update({"tabindex": "0", "role": "region", "aria-label": title})
        self.sheet.on_close.append(self.forget)
        self.draw()
        self.sheet.show()
        # Should the console go away meanwhile, people come back to it open again.
        self.visit.remember(install="1")

    def forget(self) -> None:
        """Closed: what was typed is gone, and a try under way ends."""
        self._stop()
        self.typed.clear()
        self.visit.remember()

    def _stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    # -- the steps --

    def draw(self) -> None:
        self._progress()
        self.trouble.say("")
        self.place.clear()
        with self.place:
            {"look": self._look, "keys": self._keys, "try": self._try, "name": self._name}[
                self.steps[self.at]
            ]()
        last = self.at == len(self.steps) - 1
        self.back.set_visibility(self.at > 0)
        install = _("Install and sign in") if self._to_agree() else _("Install")
        self.next.say(install if last else _("Next"), icon="package" if last else "arrow-right")
        self.next.because("")
        if self.steps[self.at] == "keys":
            self.next.because(self._why_no_keys())

    def go(self, by: int) -> None:
        self._stop()
        self.at += by
        self.draw()

    async def forward(self) -> None:
        self.trouble.say("")
        if self.steps[self.at] == "keys" and not self._keys_look_right():
            return
        if self.at == len(self.steps) - 1:
            await self.install()
        else:
            self.go(1)

    def _look(self) -> None:
        read = telling.read(self.template)
        text(self.template.description, "soft")
        with box("columns even"):
            with stack():
                text(_("What it does"), tag="h3")
                telling.flow(self.template.config.get("steps") or [])
            with stack():
                text(_("Where data goes"), tag="h3")
                telling.where_data_goes(read)
                text(_("What it writes to the contact"), tag="h3")
                telling.writes(read)
                agree = _(
                    "By installing it you agree to this. A version that wants more asks again."
                )
                text(agree, "hint")

    def _keys(self) -> None:
        why_not = self.visit.why_not("credentials.change")
        if why_not:
            why_not = _(
                "This workspace has no key for it yet; an admin can add one under Credentials."
            )
        self.forms = SlotForms(
            self.looked.slots, self.typed, why_not=why_not, test=self.test, leads_there=True
        )
        self.forms.draw()

    def _try(self) -> None:
        text(_("This makes the real calls and writes nothing. You may also leave it out."), "soft")
        self._price()
        self.trying.choose()
        self.inputs = ask_for(self.template.input_schema)
        with row("wrap"):
            self.press = button(
                _("Try it"), icon="play", on_press=self.try_on, testid="install-try"
            )
            self.press.because(self.visit.why_not("connectors.test"))
        self.trying.place_for_answer()

    def _price(self) -> None:
        """A number before anything is called."""
        counted_ = counted(telling.read(self.template))
        cost = at_most(self.template.config)
        with box("promise", role="group", aria_label=_("What a try does")):
            for symbol, words, more in list(promise_words(counted_))[:1]:
                with row():
                    icon(symbol, "quiet")
                    with stack("tight grow"):
                        text(words, "strong")
                        text(more, "quiet small")
            if cost is not None:
                with row():
                    icon("coins", "quiet")
                    text(_("Costs at most {cost}").format(cost=money(float(cost))), "strong")

    def _name(self) -> None:
        def keep(value: Any) -> None:
            self.name = str(value or "")

        field(
            _("Name of your connector"),
            self.name,
            name="name",
            autofocus=True,
            on_change=keep,
            testid="install-name",
        )
        asked = [one for one in self.looked.slots if one.there is None]
        with box("promise", role="group", aria_label=_("What is kept")):
            with row():
                icon("workflow", "quiet")
                text(_("A connector, switched on and ready to run."))
            for one in asked:
                with row():
                    icon("key-round", "quiet")
                    title = one.slot.get("title") or one.service
                    hosts = [str(host) for host in one.slot.get("allowed_hosts") or ()]
                    words = _("Your key for {service}, sealed, for {hosts} only.")
                    text(words.format(service=title, hosts=listed(hosts)))
        text(_("All of it in one go, or nothing."), "hint")

    # -- what they do --

    async def test(self, state: SlotState) -> None:
        self.forms.forgive()
        typed = self.typed.get(state.service, {}) if self.forms.asked(state) else None

        async def ask() -> Tested | None:
            me = await self.visit.me()
            return await self.services.installing.test_key(me, state.slot, typed)

        await self._busy(ask, lambda tested: self.forms.say(state, tested), state.service)

    async def try_on(self) -> None:
        if self.task is not None and not self.task.done():
            self.task.cancel()
            return
        trial = Trial(**self.trying.chosen(), input=given(self.inputs))

        async def ask() -> Tested | None:
            return await self.services.installing.try_on(
                await self.visit.me(), self.looked, self._given(), trial
            )

        self.press.say(_("Stop"), icon="square")
        self.trying.waits()
        await self._busy(ask, self.trying.show)
        if not self.press.is_deleted:
            self.press.say(_("Try it again"), icon="play")

    async def install(self) -> None:
        self.next.working(True)
        try:
            made = await self.services.templates.install(
                await self.visit.me(),
                self.template.id,
                name=self.name.strip() or self.template.name,
                credentials=self._given(),
                version=self.looked.version,
            )
        except BadInput as bad:
            self._say(translated(bad.message))
        except ServiceProblem as problem:
            self._say(translated(f"{problem.message} {problem.hint}"))
        else:
            ui.navigate.to(await self._afterwards(made.id))
            return
        self.next.working(False)

    async def _afterwards(self, connector_id: UUID) -> str:
        """To the connector, on the way past the services where somebody has to agree."""
        address = None
        if to_agree := self._to_agree():
            me = await self.visit.me()
            with suppress(ServiceProblem, RunStopped):  # the credential itself says what is wrong
                address = await self.services.connecting.begin_all(
                    me, to_agree, self.back_from, connector_id
                )
        return address or f"/connectors/{connector_id}"

    def _to_agree(self) -> list[str]:
        return [one.service for one in self.looked.slots if asks_at_the_service(one)]

    async def _busy(
        self,
        ask: Callable[[], Awaitable[Tested | None]],
        show: Callable[[Tested | None], None],
        service: str = "",
    ) -> None:
        """A try of one key or of the whole; closing the sheet or pressing again ends it."""
        self.trouble.say("")
        self.task = asyncio.ensure_future(ask())
        try:
            show(await self.task)
        except asyncio.CancelledError:
            self.trying.show(None)
        except BadInput as bad:
            self._say(" ".join(self._placed(bad, service)))
            self.trying.show(None)
        except BadDefinition as bad:
            self._say(" ".join(translated(one.message) for one in bad.problems))
        except (ServiceProblem, RunStopped) as problem:
            self._say(translated(f"{problem.message} {problem.hint}"))
            self.trying.show(None)

    def _placed(self, bad: BadInput, service: str) -> list[str]:
        """At its field, where that is on the screen."""
        if self.steps[self.at] == "keys":
            return self.forms.failed(bad, service)
        rest = []
        for problem in bad.problems:
            part = self.inputs.get(problem.path.rpartition(".")[2])
            if part is not None and hasattr(part, "failed"):
                part.failed(problem.message)
            else:
                rest.append(translated(problem.message))
        return rest

    def _keys_look_right(self) -> bool:
        self.forms.forgive()
        wrong: list[str] = []
        fine = True
        for state in self.looked.slots:
            if not self.forms.asked(state):
                continue
            try:
                self.services.installing.check(state.slot, self.typed.get(state.service, {}))
            except BadInput as bad:
                fine = False
                wrong += self.forms.failed(bad, state.service)
        self._say(" ".join(wrong))
        return fine

    def _why_no_keys(self) -> str:
        if not self.visit.why_not("credentials.change"):
            return ""
        missing = [one for one in self.looked.slots if one.there is None]
        return _("A key is missing, and giving one needs an admin.") if missing else ""

    def _given(self) -> dict[str, dict[str, str]]:
        if "keys" not in self.steps:
            return {}
        return {name: dict(fields) for name, fields in keys_given(self.forms).items()}

    def _say(self, words: str) -> None:
        if not self.trouble.is_deleted:
            self.trouble.say(words)

    def _progress(self) -> None:
        self.progress.clear()
        with self.progress:
            for number, name in enumerate(self.steps):
                state = "done" if number < self.at else "on" if number == self.at else ""
                with box(f"wizard-step {state}", tag="li") as one:
                    if number == self.at:
                        one.props["aria-current"] = "step"
                    with box("wizard-number", tag="span"):
                        if number < self.at:
                            icon("check")
                        else:
                            text(str(number + 1), tag="span")
                    text(_(STEPS[name]), "strong small", tag="span")
