"""A newer version of a connector's template: what is new, what stays one's own, what is asked."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from nicegui import ui

from app.pages.differences import list_changes
from app.pages.market.history import document, said
from app.pages.market.keys import SlotForms, Typed
from app.pages.market.keys import given as keys_given
from app.pages.visit import Visit
from app.services.all import Services
from app.services.installing import SlotState
from app.services.problems import BadInput, NotFound, ServiceProblem
from app.services.updates import Decision, Update
from components import kinds
from components.changes import changes, shown
from components.controls import Tick, box, button, choice, fold, sheet, text, tick
from components.fields import field_label
from components.frame import notice
from components.sentences import translated
from components.step_tree import places_in
from components.texts import _, ngettext
from engine.errors import BadDefinition
from engine.model.merge import GONE, Conflict, Side

UNDECIDED: Final = ""


class Updating:
    def __init__(self, visit: Visit, services: Services, connector_id: UUID) -> None:
        self.visit, self.services, self.connector_id = visit, services, connector_id
        self.choices: dict[str, str] = {}
        self.ticks: dict[str, Tick] = {}
        self.typed: Typed = {}
        self.forms: SlotForms | None = None

    async def ask(self) -> None:
        try:
            update = await self.services.updates.look(await self.visit.me(), self.connector_id)
        except (NotFound, BadDefinition):
            return
        if update.template is None:
            notice(_("This connector is as new as its template."), tone="ok")
            return
        title = _("Update to version {version}").format(version=update.template.version)
        with sheet(title, wide=True, testid="update-sheet") as self.sheet:
            text(
                _("The template “{name}” has a newer version. Your own changes stay.").format(
                    name=update.template.name
                ),
                "soft",
            )
            self._draw(update)
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with self.sheet.footer:
            button(_("Not now"), on_press=self.sheet.close)
            self.go = button(
                _("Update"),
                icon="refresh-cw",
                kind="primary",
                on_press=lambda: self.apply(update),
                testid="update-now",
            )
        self.sheet.on_close.append(self.typed.clear)
        self._allow()
        self.sheet.show()

    def _draw(self, update: Update) -> None:
        base, mine, theirs = (document(one) for one in (update.base, update.mine, update.theirs))
        text(_("What is new"), tag="h3")
        new = changes(base, theirs)
        if new:
            list_changes(new)
        else:
            text(_("Nothing that a run does differently."), "quiet")
        own = changes(base, mine)
        if own:
            words = ngettext("{n} change of yours stays", "{n} changes of yours stay", len(own))
            with fold(words.format(n=len(own))):
                list_changes(own)
        if update.merged.conflicts:
            text(_("You and the template changed the same"), tag="h3")
            for one in update.merged.conflicts:
                self._conflict(one, update)
        if update.asks:
            text(_("It wants more than you agreed to"), tag="h3")
            with box("consent card", role="group", aria_label=_("What it wants")):
                for ask in update.asks:
                    self.ticks[ask.id] = tick(
                        said(ask, update.template.slots if update.template else ()),
                        on_change=lambda _value: self._allow(),
                        testid=f"agree-{ask.id}",
                    )
        self._keys(update)

    def _conflict(self, one: Conflict, update: Update) -> None:
        with box("card conflict", role="group", aria_label=one.path):
            text(_where(one.path, update), "strong small")
            text(_("It was: {value}").format(value=_value(one.base)), "quiet small")
            choice(
                _("What shall it be?"),
                {
                    UNDECIDED: _("Choose …"),
                    "mine": _("Yours: {value}").format(value=_value(one.mine)),
                    "theirs": _("The template’s: {value}").format(value=_value(one.theirs)),
                },
                UNDECIDED,
                on_change=lambda value: self._choose(one.path, str(value)),
                testid=f"choose-{one.path}",
            )

    def _keys(self, update: Update) -> None:
        if not update.needed:
            return
        there = update.there
        states = [SlotState(slot, None) for slot in update.needed]
        self.forms = SlotForms(states, self.typed, why_not=self.visit.why_not("credentials.change"))
        text(_("Your keys"), tag="h3")
        if any(one.service in there for one in states):
            text(_("What you give here takes the place of the key that is there."), "hint")
        self.forms.draw()

    def _choose(self, path: str, side: str) -> None:
        self.choices[path] = side
        self._allow()

    def _allow(self) -> None:
        """Why it cannot be done yet, on the button."""
        why = self.visit.why_not("templates.install")
        if not why and not all(one.value for one in self.ticks.values()):
            why = _("Look at what it wants, and agree to each of it first.")
        self.go.because(why)

    async def apply(self, update: Update) -> None:
        assert update.template is not None
        self.trouble.say("")
        open_ = [one for one in update.merged.conflicts if not self.choices.get(one.path)]
        if open_:
            self.trouble.say(_("Choose what it shall be, wherever both changed the same."))
            return
        self.go.working(True)
        sides: dict[str, Side] = {
            path: "theirs" if side == "theirs" else "mine" for path, side in self.choices.items()
        }
        decision = Decision(
            version=update.connector.version,
            template_version=update.template.version,
            choices=sides,
            agree=tuple(name for name, one in self.ticks.items() if one.value),
            credentials=self._given(),
        )
        try:
            made = await self.services.updates.apply(
                await self.visit.me(), self.connector_id, decision
            )
        except BadInput as bad:
            rest = self.forms.failed(bad) if self.forms else [translated(bad.message)]
            self.trouble.say(" ".join(rest))
        except BadDefinition as bad:
            first = translated(bad.problems[0].message)
            self.trouble.say(
                _("Together they do not work: {problem} Choose otherwise above.").format(
                    problem=first
                )
            )
        except ServiceProblem as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint}"))
        else:
            ui.navigate.to(f"/connectors/{made.id}")
            return
        self.go.working(False)

    def _given(self) -> Mapping[str, Any]:
        if self.forms is None:
            return {}
        return {name: dict(fields) for name, fields in keys_given(self.forms).items() if fields}


def _where(path: str, update: Update) -> str:
    """config.steps[find].request.url → Find the person · request.url"""
    for place in places_in(document(update.theirs)["steps"], "root", ""):
        mark = f"steps[{place.step['id']}]"
        if mark in path:
            rest = path.rpartition(mark)[2].lstrip(".")
            return " · ".join(part for part in (kinds.title(place.step), rest) if part)
    if path.startswith("field_mappings["):
        name, _bracket, rest = path.removeprefix("field_mappings[").partition("]")
        words = _("Contact field {name}").format(name=field_label(name))
        return " · ".join(part for part in (words, rest.lstrip(".")) if part)
    return path


def _value(value: Any) -> str:
    return _("nothing") if value is GONE or value is None else shown(value)
