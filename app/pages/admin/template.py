"""/admin/templates/{id}: look at a template as a reviewer, and decide."""

import json
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.admin.differences import draw_differences
from app.pages.admin.guard import turned_away
from app.pages.admin.rehearsing import Rehearsing
from app.pages.credential_asks import KINDS
from app.pages.market.telling import in_words as fields_in_words
from app.pages.open_at import open_at
from app.pages.sharing.places import in_words
from app.pages.sharing.standing import standing_badge
from app.pages.sharing.what import draw_hosts, draw_steps, draw_writes
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import NotFound, ServiceProblem
from app.services.reviewing import Look
from app.services.template_draft import SAID
from components.controls import (
    box,
    button,
    empty_state,
    field,
    fold,
    icon,
    moment,
    row,
    sheet,
    stack,
    text,
)
from components.frame import Frame, frame, notice
from components.sentences import translated
from components.texts import _
from engine.errors import BadDefinition
from engine.model.definition import load
from engine.model.leaving import leaving
from engine.model.parts import Definition

PARTS = ("config", "input_schema", "field_mappings")


def add(services: Services) -> None:
    @open_at("/admin/templates/{template_id}")
    async def template(request: Request, template_id: str) -> None:
        visit = await begin(request, services)
        if await turned_away(visit, "admin-templates", _("Review")):
            return
        try:
            seen = await services.reviewing.look(await visit.me(), UUID(template_id))
        except (NotFound, ValueError):
            _not_there(visit)
            return
        crumbs = [(_("Review"), "/admin/templates")]
        with frame(
            visit.viewer, here="admin-templates", title=seen.template.name, crumbs=crumbs
        ) as page:
            await _Review(visit, seen).draw(page)


class _Review:
    def __init__(self, visit: Visit, seen: Look) -> None:
        self.visit, self.services, self.seen = visit, visit.services, seen
        self.id = seen.template.id

    async def draw(self, page: Frame) -> None:
        with page.lead:
            self.state = box("row", tag="span")
        self.powers = await self.services.admins.may(await self.visit.me())
        self.place = box("stack")
        self._draw()

    def _draw(self) -> None:
        one = self.seen.template
        self.state.clear()
        with self.state:
            standing_badge(one)
        self.place.clear()
        with self.place, box("sharing"):
            with box("stack"):
                text(one.description, "soft")
                try:
                    read = load({name: getattr(one, name) for name in PARTS})
                except BadDefinition as bad:
                    text(translated(bad.problems[0].message), "error")
                else:
                    self._what(read)
                if one.review_state == "pending":
                    draw_differences(self.seen)
                Rehearsing(self.visit, self.id).draw()
                self._examples()
            with box("gates stack"):
                with box("card"):
                    self._decide()
                with box("card"):
                    self._scan()

    def _what(self, read: Definition) -> None:
        with box("card"):
            text(_("What it does"), tag="h2")
            draw_steps(read)
            with box("two"):
                draw_hosts(read)
                draw_writes(read)
        with box("card"):
            text(_("What leaves with each call, and with whose key"), tag="h2")
            for one in leaving(read):
                with row("wrap"):
                    icon("send", "quiet")
                    words = _("{method} {host}: {fields}").format(
                        method=one.method,
                        host=one.host,
                        fields=fields_in_words(one.fields) or _("nothing of the contact"),
                    )
                    text(words, "small", tag="span")
            for slot in self.seen.template.slots:
                with row("wrap"):
                    icon("key-round", "quiet")
                    words = _("{service}: {way}, only to {hosts}").format(
                        service=slot.get("title") or slot["service_name"],
                        way=_(KINDS[(slot.get("auth") or {}).get("type", "none")]),
                        hosts=", ".join(slot.get("allowed_hosts") or []) or _("no host"),
                    )
                    text(words, "small", tag="span")

    def _examples(self) -> None:
        one = self.seen.template
        with box("card"), fold(_("The whole template, as stored")):
            for name in SAID:
                if isinstance(value := getattr(one, name), dict | list) and value:
                    text(name, "label mono")
                    text(json.dumps(value, indent=2, ensure_ascii=False), tag="pre")

    # The decision

    def _decide(self) -> None:
        one = self.seen.template
        text(_("Decision"), tag="h2")
        if one.review_state == "pending" and one.review_since:
            with row():
                text(_("Handed in"), "small soft", tag="span")
                moment(one.review_since, "ago").classes("small soft")
        if one.review_note:
            text(_("What its author was told: {note}").format(note=one.review_note), "small soft")
        power = "templates" if one.is_official else "review"
        why = "" if power in self.powers else _("Your permissions do not include this.")
        if one.review_state == "pending":
            mend = _("The scan finds something. Send it back.") if self.seen.wrong else ""
            button(
                _("Approve"),
                icon="check",
                kind="primary",
                why=why or mend,
                on_press=self.approve,
                testid="approve",
            )
            button(
                _("Send back"),
                icon="undo-2",
                why=why,
                on_press=lambda: self.ask(back=True),
                testid="send-back",
            )
        elif one.is_public:
            button(
                _("Take out of the marketplace"),
                icon="eye-off",
                why=why,
                on_press=lambda: self.ask(back=False),
                testid="unpublish",
            )
        else:
            button(
                _("Put into the marketplace"),
                icon="eye",
                kind="primary",
                why=why,
                on_press=self.publish,
                testid="publish",
            )
        edit = self.visit.why_not("templates.publish") or why
        button(_("Edit in the builder"), icon="pencil", why=edit, on_press=self.edit, testid="edit")
        if one.is_public:
            button(_("See it in the marketplace"), icon="store", href=f"/templates/{one.id}")

    def _scan(self) -> None:
        text(_("Scan for keys"), tag="h2")
        if not self.seen.wrong and not self.seen.doubts:
            with row():
                icon("circle-check", "tone-ok")
                text(_("Nothing looks like a key."), "small")
        said = {name: getattr(self.seen.template, name) for name in SAID}
        found = [(one.path, one.message, "circle-alert", "tone-bad") for one in self.seen.wrong]
        found += [(one["path"], one["message"], "eye", "tone-warn") for one in self.seen.doubts]
        for path, message, symbol, tone in found:
            with row().style("align-items: flex-start"):
                icon(symbol, tone)
                with stack("tight grow"):
                    text(in_words(path, said), "strong small", tag="span")
                    text(translated(message), "soft small", tag="span")

    async def approve(self) -> None:
        await self.services.reviewing.approve(await self.visit.me(), self.id)
        await self._again(_("“{name}” is in the marketplace now."))

    async def publish(self) -> None:
        await self.services.reviewing.publish(await self.visit.me(), self.id)
        await self._again(_("“{name}” is in the marketplace now."))

    async def edit(self) -> None:
        made = await self.services.sharing.working_copy(await self.visit.me(), self.id)
        ui.navigate.to(f"/connectors/{made}")

    def ask(self, *, back: bool) -> None:
        """Nothing is sent back or taken out without a reason for its author."""
        title = _("Send it back") if back else _("Take it out of the marketplace")
        with sheet(title, testid="reason-sheet") as asked:
            text(
                _("Its author reads this and can hand it in again.")
                if back
                else _("Nobody can install it any more. What was made from it goes on as it is."),
                "soft",
            )
            reason = field(
                _("Why?"), kind="lines", rows=4, autofocus=True, testid="reason", name="reason"
            )

        async def send() -> None:
            do = self.services.reviewing.send_back if back else self.services.reviewing.unpublish
            try:
                await do(await self.visit.me(), self.id, reason.value or "")
            except ServiceProblem as problem:
                reason.failed(problem.message)
                return
            asked.close()
            done = _("“{name}” was sent back.") if back else _("“{name}” is hidden now.")
            await self._again(done)

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(title, kind="danger", on_press=send, testid="send-reason")
        asked.show()

    async def _again(self, words: str) -> None:
        self.seen = await self.services.reviewing.look(await self.visit.me(), self.id)
        notice(words.format(name=self.seen.template.name), tone="ok")
        self._draw()


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="admin-templates", title=_("No such template")):
        empty_state(
            _("There is no such template"),
            _("It may have been withdrawn, or belong to a workspace."),
            icon_name="store",
            action=_("See what waits"),
            href="/admin/templates",
        )
