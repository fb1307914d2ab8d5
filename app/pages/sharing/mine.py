"""/shared: what one has shared, and how each of it stands."""

import json
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.open_at import open_at
from app.pages.sharing.standing import words_of
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import ServiceProblem
from app.services.template_draft import SAID
from components.controls import button, confirm, empty_state
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.texts import _, later
from db.templates import Template

COLUMNS = (
    Column("name", later("Template")),
    Column("state", later("State"), "badge"),
    Column("note", later("What was said about it")),
    Column("installs", later("Installs"), "number"),
    Column("changed", later("Changed"), "moment"),
    Column("acts", "", "acts", "150px"),
)


def _nothing() -> None:
    empty_state(
        _("You have shared nothing yet"),
        _("Open a connector and choose “Publish as template” in its menu."),
        icon_name="store",
        action=_("See all connectors"),
        href="/connectors",
    )


def add(services: Services) -> None:
    @open_at("/shared")
    async def shared(request: Request) -> None:
        visit = await begin(request, services)
        crumbs = [(_("Templates"), "/templates")]
        with frame(visit.viewer, here="templates", title=_("Shared by you"), crumbs=crumbs) as page:
            await _Mine(visit).draw(page.side)


class _Mine:
    def __init__(self, visit: Visit) -> None:
        self.visit, self.services = visit, visit.services

    async def draw(self, side: ui.element) -> None:
        with side:
            button(
                _("From a file"),
                icon="upload",
                why=self.visit.why_not("templates.publish"),
                on_press=lambda: ui.navigate.to("/share"),
            )
        self.listing = Listing(_("Shared by you"), COLUMNS, on_act=self.act, otherwise=_nothing)
        await self.load()

    async def load(self) -> None:
        rows = await self.services.sharing.mine(await self.visit.me())
        self.rows = {str(one.id): one for one in rows}
        self.listing.show([_row(one) for one in rows])

    async def act(self, row_id: str, name: str) -> None:
        one = self.rows.get(row_id)
        if one is None:
            return
        try:
            await {"edit": self.edit, "file": self.file, "remove": self.remove}[name](one)
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)

    async def edit(self, one: Template) -> None:
        made = await self.services.sharing.working_copy(await self.visit.me(), one.id)
        ui.navigate.to(f"/connectors/{made}")

    async def file(self, one: Template) -> None:
        whole = await self.services.templates.get(await self.visit.me(), one.id)
        said = {name: getattr(whole, name) for name in SAID}
        ui.download.content(json.dumps(said, indent=2, ensure_ascii=False), f"{one.name[:60]}.json")

    async def remove(self, one: Template) -> None:
        sure = await confirm(
            _("Withdraw “{name}”?").format(name=one.name),
            _("Nobody can install it any more. Connectors made from it stay as they are."),
            yes=_("Withdraw the template"),
        )
        if sure:
            await self.services.publishing.remove(await self.visit.me(), UUID(str(one.id)))
            await self.load()


def _row(one: Template) -> Row:
    return Row(
        str(one.id),
        {
            "name": one.name,
            "state": badge_cell(*words_of(one)),
            "note": one.review_note or "",
            "installs": one.install_count,
            "changed": moment(one.updated_at),
            "acts": [
                Act("edit", _("Edit in the builder"), "pencil"),
                Act("file", _("Download as a file"), "download"),
                Act("remove", _("Withdraw"), "trash-2"),
            ],
        },
        href=f"/templates/{one.id}",
        more=one.description,
    )
