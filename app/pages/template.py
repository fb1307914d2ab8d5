"""/templates/{id}: what it does, where data goes, how well it does; and the way to one's own."""

from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.oauth_routes import redirect_uri
from app.pages.builder.sample_contact import COOKIE as SAMPLE
from app.pages.market import telling
from app.pages.market.history import History
from app.pages.market.opinions import Opinions
from app.pages.market.wizard import Wizard
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import NotFound, ServiceProblem
from components.controls import (
    badge,
    box,
    button,
    empty_state,
    error_card,
    icon,
    moment,
    row,
    stack,
    text,
)
from components.frame import Frame, frame, notice
from components.sentences import translated
from components.texts import _, money, ngettext, number, percent
from db.templates import Template
from engine.errors import BadDefinition


def add(services: Services) -> None:
    @open_at("/templates/{template_id}")
    async def template(request: Request, template_id: str, install: str = "") -> None:
        visit = await begin(request, services)
        try:
            found = await services.templates.get(await visit.me(), UUID(template_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        with frame(visit.viewer, here="templates", title=found.name, crumbs=_crumbs()) as page:
            shown = _Template(visit, services, found, redirect_uri(request))
            shown.sample = request.cookies.get(SAMPLE)
            await shown.draw(page)
            if install and not visit.why_not("templates.install"):
                await shown.ask()
        return None


class _Template:
    def __init__(self, visit: Visit, services: Services, template: Template, back: str) -> None:
        """`back`: where a service sends people to who agreed on its own page."""
        self.visit, self.services, self.template, self.back = visit, services, template, back
        self.sample: str | None = None

    async def draw(self, page: Frame) -> None:
        one = self.template
        with page.lead:
            marks(one)
        with page.side:
            get = button(
                _("Install"), icon="package", kind="primary", on_press=self.ask, testid="install"
            )
            get.because(self.visit.why_not("templates.install"))
        if one.workspace_id is None and not one.is_public:
            _hidden(one)
        text(one.description, "soft measure")
        facts(one)
        try:
            read = telling.read(one)
        except BadDefinition as bad:
            get.because(_("This template is broken: its author has to mend it."))
            for problem in bad.problems:
                text(translated(problem.message), "error")
            return
        with box("columns"):
            with stack("wide"):
                with _card(_("What it does")):
                    telling.flow(one.config.get("steps") or [])
                with _card(_("What it writes to the contact")):
                    telling.writes(read)
            with stack("wide"):
                await self._ours()
                with _card(_("Where data goes")):
                    telling.where_data_goes(read)
                with _card(_("What it needs")):
                    telling.needs(one.slots)
        with box("columns"):
            with stack("wide"):
                await Opinions(self.visit, self.services, one).draw()
            with stack("wide"):
                await History(self.visit, self.services, one).draw()

    async def ask(self) -> None:
        try:
            looked = await self.services.installing.look(await self.visit.me(), self.template.id)
        except ServiceProblem as problem:
            notice(translated(problem.message), tone="bad")
            return
        wizard = Wizard(self.visit, self.services, looked, self.back)
        await wizard.trying.begin(self.sample)
        wizard.ask()

    async def _ours(self) -> None:
        """What this workspace made from it, and what is behind."""
        made = await self.services.updates.made_from(await self.visit.me(), self.template.id)
        if not made:
            return
        newest = self.template.version
        shown = self.template.is_public or self.template.workspace_id is not None
        with _card(_("Installed here")), box("told", tag="ul"):
            for connector_id, name, version in made:
                with box(tag="li"):
                    icon("workflow")
                    with stack("tight grow"):
                        link = text(name, tag="a")
                        link.props["href"] = f"/connectors/{connector_id}"
                        if shown and version < newest:
                            with row():
                                badge(_("Update available"), "info", "refresh-cw")
                                again = text(_("See what is new"), "small", tag="a")
                                again.props["href"] = f"/connectors/{connector_id}?update=1"


def marks(one: Template) -> None:
    if one.is_official:
        badge(_("Official"), "ok", "badge-check")
    elif one.workspace_id is not None:
        badge(_("Only this workspace"), "", "lock")
    else:
        badge(_("Community"), "", "users-round")
    if one.is_featured:
        badge(_("Featured"), "brand", "star")


def facts(one: Template) -> None:
    """Measured, not promised."""
    with box("tiles", data_testid="facts"):
        if one.success_rate is not None:
            _tile(percent(one.success_rate), _("of the runs went well"))
        if one.hit_rate is not None:
            _tile(percent(one.hit_rate), _("found what was looked for"))
        if one.price_per_found is not None:
            _tile(money(one.price_per_found), _("for each value found"))
        if one.rating_count:
            words = ngettext("{n} rating", "{n} ratings", one.rating_count)
            _tile(f"★ {number(one.rating, digits=1)}", words.format(n=number(one.rating_count)))
        installs = ngettext("install", "installs", one.install_count)
        _tile(number(one.install_count), installs)
    if one.success_rate is None:
        text(_("How well it does is shown once five workspaces have run it."), "hint")
    elif one.measured_at is not None:
        with row():
            text(_("Measured over the runs of at least five workspaces."), "hint", tag="span")
            moment(one.measured_at, "ago").classes("hint")


def _tile(value: str, words: str) -> None:
    with box("tile"):
        text(value, "tile-value numbers")
        text(words, "quiet small")


def _hidden(one: Template) -> None:
    if one.review_state == "rejected":
        error_card(
            _("It was not accepted, and only you and the admins see it."),
            one.review_note or "",
            tone="warn",
        )
    elif one.review_state == "pending":
        error_card(
            _("It waits for a review."),
            _("Until then only you and the admins see it. It is not in the marketplace."),
            tone="warn",
        )
    else:
        error_card(
            _("It is not in the marketplace: only you and the admins see it."),
            one.review_note or "",
            tone="warn",
        )


def _card(title: str) -> ui.element:
    card = box("card")
    with card:
        text(title, tag="h2")
    return card


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="templates", title=_("Template"), crumbs=_crumbs()):
        empty_state(
            _("There is no such template"),
            _("It may have been taken back, or belong to another workspace."),
            icon_name="search",
            action=_("See all templates"),
            href="/templates",
        )


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Templates"), "/templates")]
