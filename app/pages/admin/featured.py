"""/admin/featured: what stands on top of the marketplace, and in which order."""

from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.admin.guard import turned_away, why_not
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import ServiceProblem
from components.controls import box, button, empty_state, field, icon, sheet, stack, text
from components.frame import frame, notice
from components.ordering import Item, Ordering
from components.texts import _
from db.templates import Template

OFFERED = 30


def add(services: Services) -> None:
    @open_at("/admin/featured")
    async def featured(request: Request) -> None:
        visit = await begin(request, services)
        title = _("Featured")
        if await turned_away(visit, "admin-featured", title):
            return
        with frame(visit.viewer, here="admin-featured", title=title, narrow=True) as page:
            await _Featured(visit).draw(page.side)


class _Featured:
    def __init__(self, visit: Visit) -> None:
        self.visit, self.reviewing = visit, visit.services.reviewing
        self.rows: list[Template] = []

    async def draw(self, side: ui.element) -> None:
        refused = await why_not(self.visit, "feature")
        with side:
            button(
                _("Add a template"),
                icon="plus",
                kind="primary",
                why=refused,
                on_press=self.ask,
                testid="add",
            )
        text(_("The first row of the marketplace, for everybody, in this order."), "soft")
        self.list = Ordering(_("Featured templates"), on_order=self.order, why=refused)
        self.nothing = box("card")
        with self.nothing:
            empty_state(
                _("Nothing is featured"),
                _("Add the templates that newcomers should see first."),
                icon_name="star",
            )
        self._show(await self.reviewing.featured(await self.visit.me()))

    async def order(self, ids: list[str]) -> None:
        try:
            rows = await self.reviewing.feature(await self.visit.me(), [UUID(one) for one in ids])
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)
            rows = await self.reviewing.featured(await self.visit.me())
        self._show(rows)

    def _show(self, rows: list[Template]) -> None:
        self.rows = rows
        self.list.show(
            [
                Item(
                    str(one.id),
                    one.name,
                    one.description,
                    one.icon or "package",
                    f"/admin/templates/{one.id}",
                )
                for one in rows
            ]
        )
        self.list.set_visibility(bool(rows))
        self.nothing.set_visibility(not rows)

    async def ask(self) -> None:
        with sheet(_("Add a template"), testid="add-sheet") as asked:
            field(
                _("Search templates"),
                kind="search",
                icon="search",
                hide_label=True,
                placeholder=_("Name or description"),
                on_change=lambda words: self._offer(words, asked.close),
            )
            self.offered = box("choices")
        await self._offer("", asked.close)
        asked.show()

    async def _offer(self, words: str, close: object) -> None:
        self.looked_for = words
        me = await self.visit.me()
        found: list[Template] = []
        for which in ("official", "community"):
            rows = await self.reviewing.listed(me, which, words.strip(), limit=OFFERED)
            found += rows.items
        if self.looked_for != words:
            return  # more was typed meanwhile
        there = {one.id for one in self.rows}
        self.offered.clear()
        with self.offered:
            for one in [one for one in found if one.id not in there][:OFFERED]:
                self._choice(one, close)

    def _choice(self, one: Template, close: object) -> None:
        async def take() -> None:
            if callable(close):
                close()
            await self.order([*(str(row.id) for row in self.rows), str(one.id)])

        item = box("menu-item", tag="button", type="button", data_testid=f"add-{one.id}")
        with item.on("click", take, args=[]):
            icon(one.icon or "package")
            with stack("tight grow"):
                text(one.name, "strong small cut", tag="span")
                text(one.description, "quiet small cut", tag="span")
