"""Before → after on one contact, for something that is not installed yet."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from app.pages.people import name_of
from app.pages.visit import Visit
from app.services.all import Services
from app.services.problems import NotFound
from app.services.testing import Tested
from components.controls import badge, box, button, error_card, field, icon, row, stack, text
from components.fields import field_label
from components.sentences import translated
from components.texts import _, duration
from db.contacts import Contact
from db.templates import Template
from engine.model.values import as_text

LONGEST = 120
STATES = {
    "success": ("ok", "circle-check"),
    "not_found": ("", "circle-minus"),
    "skipped": ("", "skip-forward"),
    "failed": ("bad", "circle-alert"),
}


class Trying:
    """Which contact, and what came of it."""

    def __init__(self, visit: Visit, services: Services, template: Template) -> None:
        self.visit, self.services, self.template = visit, services, template
        self.contact: Contact | None = None

    async def begin(self, remembered: str | None) -> None:
        """The one that is tested on elsewhere, or the newest: whom a service may know."""
        me = await self.visit.me()
        with suppress(NotFound, ValueError):
            self.contact = await self.services.contacts.get(me, UUID(remembered or ""))
            return
        newest = (await self.services.contacts.listed(me, limit=1)).items
        self.contact = newest[0] if newest else None

    def chosen(self) -> dict[str, Any]:
        if self.contact is not None:
            return {"contact_id": self.contact.id}
        return {"contact": dict(self.template.example_contact)}

    def choose(self) -> None:
        with row():
            icon("user", "quiet")
            self.who = text(_who(self.contact), "strong grow cut", tag="span")
            self.who.props["data-testid"] = "try-contact"
            button(_("Another contact"), kind="small", on_press=self.ask, testid="try-another")
        self.choices = stack()

    async def ask(self) -> None:
        self.choices.clear()
        with self.choices:
            field(
                _("Search contacts"),
                kind="search",
                icon="search",
                hide_label=True,
                autofocus=True,
                placeholder=_("Name, e-mail, company"),
                on_change=self.look,
                testid="try-search",
            )
            self.found = box("choices", role="group", aria_label=_("What fits"))
        await self.look("")

    async def look(self, words: str) -> None:
        me = await self.visit.me()
        found = (await self.services.contacts.listed(me, q=words.strip() or None, limit=8)).items
        self.found.clear()
        with self.found:
            self._offer(None)
            for one in found:
                self._offer(one)

    def _offer(self, contact: Contact | None) -> None:
        def take() -> None:
            self.contact = contact
            self.who.say(_who(contact))
            self.choices.clear()

        one = box("menu-item", tag="button", type="button")
        with one, box("stack tight", tag="span"):
            text(_who(contact), "strong cut", tag="span")
            about = contact.email if contact else _("Comes with the template")
            text(about or "", "quiet small cut", tag="span")
        one.on("click", take, args=[])

    # -- what came of it --

    def place_for_answer(self) -> None:
        self.answer = stack()
        self.answer.props.update({"role": "status", "data-testid": "try-answer"})

    def waits(self) -> None:
        self.answer.clear()
        with self.answer, row():
            icon("loader-circle", "spin")
            text(_("Asking …"), "soft")

    def show(self, tested: Tested | None) -> None:
        if not hasattr(self, "answer") or self.answer.is_deleted:
            return
        self.answer.clear()
        if tested is None:
            return
        with self.answer:
            self._outcome(tested)
            if tested.would_write:
                self._before_and_after(tested.would_write)
            self._steps(tested.steps_executed)

    def _outcome(self, tested: Tested) -> None:
        if tested.status != "success":
            error_card(tested.error_message or _("It failed."), tested.error_hint or "")
            return
        with row("wrap"):
            if tested.outcome == "not_found":
                badge(_("No match"), "", "circle-minus")
                text(_("It works; there is nothing about this contact."), "soft small")
            else:
                badge(_("It works"), "ok", "circle-check")
                took = duration(tested.execution_time_ms)
                text(_("It took {time}.").format(time=took), "soft small")

    def _before_and_after(self, rows: list[dict[str, Any]]) -> None:
        with box("before-after", tag="table"):
            with box(tag="thead"), box(tag="tr"):
                for words in (_("Contact field"), _("Now"), _("Afterwards")):
                    text(words, tag="th").props["scope"] = "col"
            with box(tag="tbody"):
                for one in rows:
                    self._change(one)

    def _change(self, one: dict[str, Any]) -> None:
        kept = one["action"] == "keep"
        with box("same" if kept else "", tag="tr"):
            text(field_label(one["field"]), "strong", tag="th").props["scope"] = "row"
            text(_shown(one["before"]) or "–", tag="td")
            text(_("stays as it is") if kept else _shown(one["after"]) or "–", tag="td")

    def _steps(self, entries: list[dict[str, Any]]) -> None:
        with box("told", tag="ul"):
            for one in entries:
                tone, symbol = STATES.get(one["status"], ("", "circle-dashed"))
                with box(tag="li"):
                    icon(symbol, f"tone-{tone}" if tone else "")
                    with stack("tight grow"):
                        text(str(one.get("name") or one["id"]), tag="span")
                        if one.get("error"):
                            text(translated(one["error"]["message"]), "soft small")
                    text(duration(one.get("duration_ms")), "quiet small numbers", tag="span")


def _who(contact: Contact | None) -> str:
    return name_of(contact) if contact else _("The template’s example contact")


def _shown(value: Any) -> str:
    words = as_text(value) if value is not None else ""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
