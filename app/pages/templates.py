"""/templates: the marketplace: ready-made connectors, found by words, category and what they do."""

from fastapi import Request
from nicegui import ui

from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.templates import Narrowed
from components.controls import box, button, choice, empty_state, field, text
from components.frame import frame
from components.gallery import Card, Gallery
from components.texts import _, each, later, ngettext, number
from db.templates import Template

CATEGORIES = {
    "": later("Everything"),
    "enrichment": later("Find out more"),
    "verification": later("Check what you have"),
    "sync": later("Keep systems in step"),
    "messaging": later("Messages"),
    "ai": later("Ask a model"),
    "geo": later("Places"),
}
SORTS = {
    "popular": later("Most installed"),
    "rating": later("Best rated"),
    "newest": later("Newest"),
    "name": later("By name"),
}
PAGE = 60


def add(services: Services) -> None:
    @ui.page("/templates")
    async def templates(request: Request, q: str = "", category: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="templates", title=_("Templates")):
            await _Templates(visit, services, q, category).draw()


class _Templates:
    def __init__(self, visit: Visit, services: Services, q: str, category: str) -> None:
        self.visit, self.services = visit, services
        self.q, self.category, self.sort = q, category, "name"
        self.rows: list[Template] = []

    async def draw(self) -> None:
        with box("filters", role="search"):
            field(
                _("Search templates"),
                self.q,
                kind="search",
                placeholder=_("What do you want to do, and with which service?"),
                icon="search",
                hide_label=True,
                on_change=self.search,
            ).classes("search")
            choice(
                _("Category"),
                each(CATEGORIES),
                self.category,
                hide_label=True,
                on_change=self.narrow,
            )
            choice(_("Order"), each(SORTS), self.sort, hide_label=True, on_change=self.order)
        self.count = text("", "quiet small")
        self.count.props["role"] = "status"
        self.gallery = Gallery(_("Templates"))
        self.more = button(_("Show more"), on_press=self.next, testid="more")
        self.nothing = box("card")
        with self.nothing:
            empty_state(
                _("No template fits"), _("Try other words, or everything."), icon_name="search"
            )
        await self.load()

    async def search(self, words: str) -> None:
        self.q = words.strip()
        await self.load()

    async def narrow(self, category: str) -> None:
        self.category = category
        await self.load()

    async def order(self, sort: str) -> None:
        self.sort = sort
        await self.load()

    async def load(self) -> None:
        self.visit.remember(q=self.q, category=self.category)
        self.rows = []
        await self.next()

    async def next(self) -> None:
        asked = Narrowed(
            q=self.q or None,
            category=self.category or None,
            sort=self.sort if self.sort in SORTS else "name",  # type: ignore[arg-type]
        )
        found = await self.services.templates.listed(
            await self.visit.me(), asked, limit=PAGE, skip=len(self.rows)
        )
        self.rows += found.items
        self.gallery.show([_card(one) for one in self.rows])
        self.more.set_visibility(found.more)
        self.nothing.set_visibility(not self.rows)
        n = len(self.rows)
        words = ngettext("{n} template", "{n} templates", n)
        if found.more:
            words = ngettext("{n} template or more", "{n} templates or more", n)
        self.count.say(words.format(n=number(n)))


def services_of(template: Template) -> str:
    return ", ".join(str(slot.get("title") or slot["service_name"]) for slot in template.slots)


def _card(one: Template) -> Card:
    return Card(
        id=str(one.id),
        name=one.name,
        description=one.description,
        href=f"/templates/{one.id}",
        services=services_of(one) or _("No key needed"),
        category=_(CATEGORIES.get(one.category or "", one.category or later("Other"))),
        icon=one.icon or "package",
        official=one.is_official,
        own=one.workspace_id is not None,
        rating=f"{one.rating:.1f}" if one.rating_count else "",
        installs=one.install_count,
    )
