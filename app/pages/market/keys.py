"""A template's slots as forms: what the key is, where it is found, and whether it works."""

from collections.abc import Callable, Mapping
from typing import Any

from app.pages.market.telling import docs
from app.services.installing import SlotState
from app.services.problems import BadInput
from app.services.testing import Tested
from components.controls import Field, badge, box, button, field, icon, row, stack, text
from components.sentences import translated
from components.texts import _, listed

Typed = dict[str, dict[str, str]]


class SlotForms:
    """One card a slot. What is typed stays in `typed`, which belongs to the open sheet alone."""

    def __init__(
        self,
        slots: list[SlotState],
        typed: Typed,
        *,
        why_not: str,
        test: Callable[[SlotState], Any] | None = None,
        again: frozenset[str] = frozenset(),
        leads_there: bool = False,
    ) -> None:
        """`again`: services whose key is there and has to be given anew all the same.
        `leads_there`: at the end one is led to the services where one has to agree."""
        self.slots, self.typed, self.why_not, self.test = slots, typed, why_not, test
        self.again, self.leads_there = again, leads_there
        self.fields: dict[tuple[str, str], Field] = {}
        self.results: dict[str, Any] = {}

    def draw(self) -> None:
        for state in self.slots:
            title = str(state.slot.get("title") or state.service)
            with box("card slot", role="group", aria_label=title):
                with row():
                    icon("key-round", "quiet")
                    text(title, "grow", tag="h3")
                    if not self.asked(state):
                        badge(_("Your key is here"), "ok", "circle-check")
                if self.asked(state):
                    self._form(state)
                else:
                    self._there(state)
                self._hosts(state)
                self._tester(state)

    def asked(self, state: SlotState) -> bool:
        return state.there is None or state.service in self.again

    def failed(self, bad: BadInput, of: str = "") -> list[str]:
        """Each complaint at its field; those without one come back. `of`: the service it is
        about, where the complaint does not say."""
        rest = []
        for problem in bad.problems:
            _credentials, _dot, place = problem.path.partition(".")
            service, _dot, name = place.rpartition(".")
            part = self.fields.get((service or of, name))
            if part is None:
                rest.append(translated(problem.message))
            else:
                part.failed(problem.message)
        return rest

    def forgive(self) -> None:
        for part in self.fields.values():
            part.failed("")

    def say(self, state: SlotState, tested: Tested | None) -> None:
        place = self.results[state.service]
        place.clear()
        with place:
            if tested is None:
                text(_("This service says nothing about a key until it is used."), "hint")
            elif tested.status == "success":
                with row():
                    icon("circle-check", "tone-ok")
                    text(_("It works: the service accepted it."), "small strong")
            else:
                with row("wrap"):
                    icon("circle-alert", "tone-bad")
                    text(translated(tested.error_message or ""), "small strong")
                text(translated(tested.error_hint or ""), "soft small")

    def _form(self, state: SlotState) -> None:
        if self.why_not:
            text(self.why_not, "error")
            return
        if asks_at_the_service(state):
            at_the_end = _("At the end you sign in at the service and agree there.")
            afterwards = _("Connect it afterwards under Credentials: you agree there.")
            text(at_the_end if self.leads_there else afterwards, "hint")
        known = self.typed.setdefault(state.service, {})
        for one in state.slot.get("fields") or ():
            name = str(one["name"])
            secret = one.get("secret") is not False
            with stack("tight"):
                self.fields[(state.service, name)] = field(
                    str(one.get("title") or name),
                    known.get(name, ""),
                    kind="secret" if secret else "text",
                    hint=str(one.get("help") or ""),
                    placeholder=str(one.get("example") or ""),
                    optional=one.get("optional") is True,
                    autocomplete="off",
                    name=f"{state.service}-{name}",
                    testid=f"slot-{name}",
                    on_change=self._keep(state.service, name),
                )
                docs(one)

    def _keep(self, service: str, name: str) -> Callable[[Any], None]:
        def keep(value: Any) -> None:
            self.typed.setdefault(service, {})[name] = str(value or "")

        return keep

    def _there(self, state: SlotState) -> None:
        assert state.there is not None
        shown = [f"•••• {end}" for end in state.there.fields.values() if end]
        words = _("It is used as it is. To use another one, change it under Credentials.")
        text(f"{listed(shown)} · {words}" if shown else words, "soft small")
        if state.kept_from:
            with row():
                icon("triangle-alert", "tone-warn")
                text(
                    _("Your key may not go to {hosts}: the connector will fail there.").format(
                        hosts=listed(list(state.kept_from))
                    ),
                    "small",
                )

    def _hosts(self, state: SlotState) -> None:
        hosts = [str(one) for one in state.slot.get("allowed_hosts") or ()]
        if state.there is not None and state.service not in self.again:
            hosts = list(state.there.allowed_hosts)
        words = _("Stored sealed. It goes to {hosts} and nowhere else.")
        text(words.format(hosts=listed(hosts)), "hint")

    def _tester(self, state: SlotState) -> None:
        test = self.test
        if test is None or (self.asked(state) and self.why_not):
            return
        with row("wrap"):
            press = button(
                _("Test this key"),
                icon="play",
                kind="small",
                on_press=lambda: test(state),
                why=self.why_not or _why_not_yet(state),
                testid=f"test-{state.service}",
            )
            press.set_visibility(bool(state.slot.get("test")))
            self.results[state.service] = box("stack tight grow", role="status")


def asks_at_the_service(state: SlotState) -> bool:
    """The key alone opens nothing yet: somebody has to agree on the service's own page."""
    kind = (state.slot.get("auth") or {}).get("type")
    return state.there is None and kind == "oauth2_authorization_code"


def _why_not_yet(state: SlotState) -> str:
    if not asks_at_the_service(state):
        return ""
    return _("You sign in at the end. To test it before, connect it under Credentials first.")


def given(forms: SlotForms) -> Mapping[str, Mapping[str, str]]:
    """What was typed for the slots that ask; a slot nobody may fill in is not said."""
    return {
        one.service: {
            name: value for name, value in forms.typed.get(one.service, {}).items() if value
        }
        for one in forms.slots
        if forms.asked(one)
    }
