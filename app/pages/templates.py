"""/templates: the marketplace: ready-made connectors, found by words, category and what they do."""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.templates import Narrowed
from components.controls import box, button, choice, empty_state, field, icon, text
from components.frame import frame
from components.gallery import Card, Gallery
from components.texts import _, each, language, later, money, ngettext, number, percent
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
ICONS = {
    "": "layout-grid",
    "enrichment": "user-search",
    "verification": "mail-check",
    "sync": "refresh-cw",
    "messaging": "send",
    "ai": "sparkles",
    "geo": "globe",
}
SOURCES = {
    "": (later("Everybody"), "store"),
    "official": (later("Official"), "badge-check"),
    "community": (later("Community"), "users-round"),
    "own": (later("This workspace"), "lock"),
    "mine": (later("What you shared"), "user"),
}
SORTS = {
    "popular": later("Most installed"),
    "rating": later("Best rated"),
    "success": later("Works best"),
    "newest": later("Newest"),
    "name": later("By name"),
}
STATES = {
    "pending": (later("Waits for a review"), "warn"),
    "rejected": (later("Not accepted"), "bad"),
}
FIRST = Narrowed(sort="name")
PAGE = 60
FEATURED = 6


def add(services: Services) -> None:
    @open_at("/templates")
    async def templates(
        request: Request, q: str = "", category: str = "", source: str = "", sort: str = ""
    ) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="templates", title=_("Templates")) as page:
            with page.side:
                button(_("Shared by you"), icon="upload", href="/shared", testid="shared")
            await _Templates(visit, services, _asked(q, category, source, sort)).draw()


class _Templates:
    def __init__(self, visit: Visit, services: Services, asked: Narrowed) -> None:
        self.visit, self.services, self.asked = visit, services, asked
        self.rows: list[Template] = []
        self.behind: set[UUID] = set()
        self.ranked: list[Card] = []

    async def draw(self) -> None:
        behind = await self.services.updates.outdated(await self.visit.me())
        self.behind = {one.template_id for one in behind.values()}
        with box("market"):
            self.side = box("market-side", tag="nav", aria_label=_("What to show"))
            with box("market-main"):
                self._search()
                self.featured = box("stack")
                with self.featured:
                    text(_("Featured"), tag="h2")
                    self.best = Gallery(_("Featured templates"))
                self.title = text("", tag="h2")
                self.gallery = Gallery(_("Templates"))
                self.more = button(_("Show more"), on_press=self.next, testid="more")
                self.nothing = box("card")
                with self.nothing:
                    empty_state(
                        _("No template fits"),
                        _("Try other words, or everything."),
                        icon_name="search",
                    )
        await self._feature()
        await self.load()

    def _search(self) -> None:
        with box("filters", role="search"):
            field(
                _("Search templates"),
                self.asked.q or "",
                kind="search",
                placeholder=_("What do you want to do, and with which service?"),
                icon="search",
                hide_label=True,
                on_change=lambda words: self.narrow(q=str(words or "").strip() or None),
            ).classes("search")
            choice(
                _("Order"),
                each(SORTS),
                self.asked.sort,
                hide_label=True,
                on_change=lambda sort: self.narrow(sort=sort if sort in SORTS else "name"),
            )
            self.count = text("", "quiet small")
            self.count.props["role"] = "status"

    async def narrow(self, **changes: Any) -> None:
        self.asked = replace(self.asked, **changes)
        await self.load()

    async def load(self) -> None:
        asked = self.asked
        self.visit.remember(
            q=asked.q,
            category=asked.category,
            source=_source(asked),
            sort=asked.sort if asked.sort != FIRST.sort else None,
        )
        self._choices()
        self.rows = []
        await self.next()

    async def next(self) -> None:
        asked = self.asked
        found = await self.services.templates.listed(
            await self.visit.me(), asked, limit=PAGE, skip=len(self.rows)
        )
        if asked != self.asked:
            return  # more was typed meanwhile
        self.rows += found.items
        self.gallery.show([card(one, self.behind) for one in self.rows])
        self.more.set_visibility(found.more)
        self.nothing.set_visibility(not self.rows)
        first = asked == FIRST and bool(self.ranked)
        self.best.show(self.ranked if first else [])
        self.featured.set_visibility(first)
        self.title.say(_title(asked))
        self.count.say(
            _("{n} or more templates").format(n=number(len(self.rows)))
            if found.more
            else ngettext("{n} template", "{n} templates", len(self.rows)).format(
                n=number(len(self.rows))
            )
        )

    async def _feature(self) -> None:
        asked = Narrowed(featured=True, sort="featured")
        found = await self.services.templates.listed(await self.visit.me(), asked, limit=FEATURED)
        self.ranked = [card(one, self.behind) for one in found.items]

    def _choices(self) -> None:
        self.side.clear()
        with self.side:
            text(_("What it is for"), tag="h2")
            for name, words in CATEGORIES.items():
                on = name == (self.asked.category or "")
                self._choice(_(words), ICONS[name], on, category=name or None)
            text(_("From whom"), tag="h2")
            for name, (words, symbol) in SOURCES.items():
                self._choice(
                    _(words), symbol, name == (_source(self.asked) or ""), **_of_source(name)
                )

    def _choice(self, words: str, symbol: str, on: bool, **changes: Any) -> None:
        one = box("market-choice", tag="button", type="button")
        one.props["aria-pressed"] = "true" if on else "false"
        with one:
            icon(symbol)
            text(words, tag="span")
        one.on("click", lambda: self.narrow(**changes), args=[])


def card(one: Template, behind: Collection[UUID] = ()) -> Card:
    words = CATEGORIES.get(one.category, one.category) if one.category else later("Other")
    mark, tone = ("", "")
    if one.workspace_id is None and not one.is_public:
        mark, tone = STATES.get(one.review_state, (later("Not public"), "warn"))
    elif one.id in behind:
        mark, tone = later("Update available"), "info"
    return Card(
        id=str(one.id),
        name=one.name,
        description=one.description,
        href=f"/templates/{one.id}",
        services=services_of(one) or _("No key needed"),
        category=_(words),
        icon=one.icon or "package",
        official=one.is_official,
        own=one.workspace_id is not None,
        rating=_stars(one.rating, language()) if one.rating_count else "",
        installs=one.install_count,
        measured=_measured(one),
        mark=_(mark) if mark else "",
        tone=tone,
    )


def services_of(template: Template) -> str:
    return ", ".join(str(slot.get("title") or slot["service_name"]) for slot in template.slots)


def _measured(one: Template) -> list[tuple[str, str]]:
    found = []
    if one.success_rate is not None:
        found.append((_rate(one.success_rate, language()), _("go well")))
    if one.hit_rate is not None:
        found.append((_rate(one.hit_rate, language()), _("find it")))
    if one.price_per_found is not None:
        found.append((money(one.price_per_found), _("a find")))
    return found


# Written once in each language: a page has hundreds of them, and few are different.
@lru_cache(maxsize=4096)
def _rate(share: float, spoken: str) -> str:
    return percent(share)


@lru_cache(maxsize=4096)
def _stars(mean: float, spoken: str) -> str:
    return number(mean, digits=1)


def _asked(q: str, category: str, source: str, sort: str) -> Narrowed:
    """As the address says; what it cannot mean is left out."""
    return replace(
        FIRST,
        q=q.strip() or None,
        category=category or None,
        sort=sort if sort in SORTS else FIRST.sort,  # type: ignore[arg-type]
        **_of_source(source),
    )


def _of_source(name: str) -> dict[str, Any]:
    which = name if name in ("community", "own", "mine") else "market"
    return {"official": True if name == "official" else None, "which": which}


def _source(asked: Narrowed) -> str | None:
    if asked.official:
        return "official"
    return None if asked.which == "market" else asked.which


def _title(asked: Narrowed) -> str:
    if asked.q:
        return _("What fits")
    words = CATEGORIES.get(asked.category or "", asked.category or "")
    return _(words) if asked.category else _("All templates")
