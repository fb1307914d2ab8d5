"""/admin/templates: what waits for a review, what is offered, and reviews that were reported."""

from typing import get_args

from fastapi import Request

from app.pages.admin.guard import turned_away, why_not
from app.pages.open_at import open_at
from app.pages.sharing.standing import words_of
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import ServiceProblem
from components.controls import box, empty_state, field, text
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.texts import _, later, ngettext
from db.reviews import Reported
from db.template_review import Which
from db.templates import Template

TABS = {
    "pending": later("Waiting for review"),
    "community": later("Community"),
    "official": later("Official"),
    "returned": later("Returned"),
    "hidden": later("Hidden"),
    "reported": later("Reported reviews"),
}
COLUMNS = (
    Column("name", later("Template")),
    Column("state", later("State"), "badge"),
    Column("needs", later("Keys it asks for")),
    Column("scan", later("Scan"), "badge"),
    Column("installs", later("Installs"), "number"),
    Column("since", later("Since"), "moment"),
)
REVIEWS = (
    Column("said", later("Review")),
    Column("stars", later("Stars"), "number"),
    Column("reports", later("Reports"), "number"),
    Column("why", later("Why")),
    Column("at", later("Written"), "moment"),
    Column("acts", "", "acts", "200px"),
)
PAGE = 50


def add(services: Services) -> None:
    @open_at("/admin/templates")
    async def templates(request: Request, which: str = "pending", q: str = "") -> None:
        visit = await begin(request, services)
        title = _("Review")
        if await turned_away(visit, "admin-templates", title):
            return
        with frame(visit.viewer, here="admin-templates", title=title):
            await _Templates(visit, which if which in TABS else "pending", q).draw()


class _Templates:
    def __init__(self, visit: Visit, which: str, q: str) -> None:
        self.visit, self.services = visit, visit.services
        self.which, self.q = which, q

    async def draw(self) -> None:
        me = await self.visit.me()
        counts = await self.services.reviewing.counts(me)
        self.reported = await self.services.ratings.reported(me)
        counts["reported"] = len(self.reported)
        with box("pills", tag="nav", aria_label=_("Which templates")):
            for name, words in TABS.items():
                self._pill(name, _(words), counts[name])
        if self.which == "reported":
            await self._draw_reported()
            return
        with box("filters", role="search"):
            field(
                _("Search templates"),
                self.q,
                kind="search",
                placeholder=_("Name or description"),
                icon="search",
                hide_label=True,
                on_change=self.search,
            ).classes("search")
        self.listing = Listing(
            _(TABS[self.which]), COLUMNS, on_more=self.more, otherwise=self._nothing
        )
        await self.load()

    def _pill(self, name: str, words: str, count: int) -> None:
        one = box("pill", tag="a", href=f"/admin/templates?which={name}")
        one.props["data-testid"] = f"tab-{name}"
        if name == self.which:
            one.props["aria-current"] = "page"
        with one:
            text(words, tag="span")
            text(str(count), "pill-count", tag="span")

    async def search(self, words: str) -> None:
        self.q = words.strip()
        self.visit.remember(which=self.which, q=self.q)
        await self.load()

    async def load(self) -> None:
        self.rows: list[Template] = []
        await self.more()

    def _nothing(self) -> None:
        if self.which == "pending" and not self.q:
            empty_state(
                _("Nothing waits for a review"),
                _("What people hand in for the marketplace appears here."),
                icon_name="circle-check",
            )
        else:
            empty_state(_("No template here"), icon_name="search")

    async def more(self) -> None:
        found = await self.services.reviewing.listed(
            await self.visit.me(), _which(self.which), self.q, limit=PAGE, skip=len(self.rows)
        )
        self.rows += found.items
        self.listing.show([_row(one) for one in self.rows], more=found.more)

    # Reviews that people reported

    async def _draw_reported(self) -> None:
        self.refused = await why_not(self.visit, "review")
        if not self.reported:
            with box("card"):
                empty_state(
                    _("No review was reported"),
                    self.refused or _("What people find fault with appears here."),
                    icon_name="circle-check",
                )
            return
        self.listing = Listing(_("Reported reviews"), REVIEWS, on_act=self.settle)
        self.listing.show([_reported(one, self.refused) for one in self.reported])

    async def settle(self, row_id: str, name: str) -> None:
        one = next((one for one in self.reported if str(one.review_id) == row_id), None)
        if one is None:
            return
        hide = name == "hide"
        try:
            await self.services.ratings.settle(await self.visit.me(), one.review_id, hide=hide)
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)
            return
        notice(_("The review is hidden.") if hide else _("The review stays."), tone="ok")
        self.reported.remove(one)
        self.listing.show([_reported(one, self.refused) for one in self.reported])


def _which(name: str) -> Which:
    return next(one for one in get_args(Which) if one == name)


def _row(one: Template) -> Row:
    many = len(one.warnings)
    looks = ngettext("{n} to look at", "{n} to look at", many).format(n=many)
    return Row(
        str(one.id),
        {
            "name": one.name,
            "state": badge_cell(*words_of(one)),
            "needs": ", ".join(str(slot.get("title") or "") for slot in one.slots) or _("None"),
            "scan": badge_cell(looks, "warn", "eye")
            if many
            else badge_cell(_("Clean"), "ok", "circle-check"),
            "installs": one.install_count,
            "since": moment(one.review_since or one.updated_at),
        },
        href=f"/admin/templates/{one.id}",
        more=one.description,
    )


def _reported(one: Reported, refused: str) -> Row:
    return Row(
        str(one.review_id),
        {
            "said": one.said,
            "stars": one.stars,
            "reports": one.reports,
            "why": " · ".join(one.reasons),
            "at": moment(one.said_at),
            "acts": [
                Act("hide", _("Hide the review"), "eye-off", _("Hide"), refused),
                Act("keep", _("Keep the review"), "check", _("Keep"), refused),
            ],
        },
        href=f"/templates/{one.template_id}",
        more=one.template_name,
    )
