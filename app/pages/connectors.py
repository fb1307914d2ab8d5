"""/connectors: what this workspace can run, and the way to a new one."""

from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.launch import Launch
from app.pages.market.updating import Updating
from app.pages.open_at import open_at
from app.pages.promise import why_not_run
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.connectors import Narrowed, Wanted
from app.services.drafts import is_unpublished
from components.controls import box, button, choice, confirm, empty_state, field
from components.draft import begun
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.texts import _, later, percent
from db.connectors import Connector
from db.template_installs import Newer

COLUMNS = (
    Column("name", later("Connector")),
    Column("kind", later("Steps"), spare=True),
    Column("state", later("State"), "badge"),
    Column("runs", later("Runs"), "number"),
    Column("good", later("Went well"), "number", spare=True),
    Column("last", later("Last run"), "moment"),
    Column("acts", "", "acts", "222px"),
)


def add(services: Services) -> None:
    @open_at("/connectors")
    async def connectors(request: Request, q: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="connectors", title=_("Connectors")) as page:
            await _Connectors(visit, services, q).draw(page.side)


class _Connectors:
    def __init__(self, visit: Visit, services: Services, q: str) -> None:
        self.visit, self.services = visit, services
        self.narrowed = Narrowed(q=q or None)
        self.rows: list[Connector] = []
        self.behind: dict[UUID, Newer] = {}

    async def draw(self, side: ui.element) -> None:
        with side:
            new = button(
                _("New connector"), icon="plus", kind="primary", on_press=self.make, testid="new"
            )
            new.because(self.visit.why_not("connectors.change"))
        with box("filters", role="search"):
            field(
                _("Search connectors"),
                self.narrowed.q or "",
                kind="search",
                placeholder=_("Name or description"),
                icon="search",
                hide_label=True,
                on_change=self.search,
            ).classes("search")
            choice(
                _("Show"),
                {"": _("All"), "on": _("Switched on"), "off": _("Switched off")},
                "",
                hide_label=True,
                on_change=self.only,
            )
        self.listing = Listing(
            _("Connectors"),
            COLUMNS,
            on_more=self.more,
            on_act=self.act,
            otherwise=self._nothing,
        )
        await self.load()

    async def load(self) -> None:
        found = await self.services.connectors.list(await self.visit.me(), self.narrowed)
        self.behind = await self.services.updates.outdated(await self.visit.me())
        self.rows = list(found.items)
        self.listing.show([self._row(one) for one in self.rows], more=found.more)

    async def more(self) -> None:
        last = self.rows[-1]
        found = await self.services.connectors.list(
            await self.visit.me(), self.narrowed, after=(last.created_at, last.id)
        )
        self.rows += found.items
        self.listing.append([self._row(one) for one in found.items], more=found.more)

    async def search(self, words: str) -> None:
        self.narrowed = Narrowed(q=words.strip() or None, enabled=self.narrowed.enabled)
        self.visit.remember(q=self.narrowed.q)
        await self.load()

    async def only(self, which: str) -> None:
        enabled = {"on": True, "off": False}.get(which)
        self.narrowed = Narrowed(q=self.narrowed.q, enabled=enabled)
        await self.load()

    async def make(self) -> None:
        made = await self.services.drafts.begin(await self.visit.me(), begun())
        ui.navigate.to(f"/connectors/{made.id}")

    async def act(self, row_id: str, name: str) -> None:
        one = next((row for row in self.rows if str(row.id) == row_id), None)
        if one is None:
            return
        acts = {
            "run": self.run,
            "update": self.update,
            "switch": self.switch,
            "copy": self.copy,
            "share": self.share,
            "delete": self.delete,
        }
        await acts[name](one)

    async def share(self, one: Connector) -> None:
        ui.navigate.to(f"/connectors/{one.id}/share")

    async def run(self, one: Connector) -> None:
        whole = await self.services.connectors.get(await self.visit.me(), one.id)
        await Launch(self.visit, self.services, connector=whole).ask()

    async def update(self, one: Connector) -> None:
        await Updating(self.visit, self.services, one.id).ask()

    async def switch(self, one: Connector) -> None:
        now = await self.services.connectors.switch(await self.visit.me(), one.id, not one.enabled)
        said = _("“{name}” is switched on.") if now.enabled else _("“{name}” is switched off.")
        notice(said.format(name=now.name), tone="ok")
        await self.load()

    async def copy(self, one: Connector) -> None:
        me = await self.visit.me()
        opened = await self.services.drafts.open(me, one.id)
        if is_unpublished(opened.connector):
            copied = opened.document | {
                "name": _("{name} (copy)").format(name=opened.document.get("name"))
            }
            made = await self.services.drafts.begin(me, copied)
        else:
            made = await self.services.connectors.create(me, _copy_of(opened.connector))
        notice(_("“{name}” was made.").format(name=made.name), tone="ok")
        await self.load()

    async def delete(self, one: Connector) -> None:
        sure = await confirm(
            _("Delete “{name}”?").format(name=one.name),
            _(
                "Its versions and its {total_executions} runs go with it. This cannot be undone."
            ).format(total_executions=one.total_executions),
            yes=_("Delete the connector"),
        )
        if sure:
            await self.services.connectors.remove(await self.visit.me(), UUID(str(one.id)))
            notice(_("“{name}” was deleted.").format(name=one.name))
            await self.load()

    def _row(self, one: Connector) -> Row:
        ended = one.successful_executions + one.failed_executions
        return Row(
            str(one.id),
            {
                "name": one.name,
                "kind": _("One") if one.type == "single-step" else _("Several"),
                "state": _state(one),
                "runs": one.total_executions,
                "good": percent(one.successful_executions / ended) if ended else "–",
                "last": moment(one.last_executed_at),
                "acts": self._acts(one),
            },
            href=f"/connectors/{one.id}",
            more=self._more(one),
        )

    def _more(self, one: Connector) -> str:
        if one.id not in self.behind:
            return one.description
        words = _("Update available: version {version} of its template")
        return words.format(version=self.behind[one.id].newest)

    def _acts(self, one: Connector) -> list[Act]:
        run = self.visit.why_not("executions.start") or why_not_run(one)
        acts = [Act("run", _("Run"), "play", _("Run"), run)]
        if one.id in self.behind:
            acts.append(Act("update", _("Update available"), "refresh-cw"))
        if self.visit.why_not("connectors.change"):
            return acts
        if not is_unpublished(one):
            word = _("Switch off") if one.enabled else _("Switch on")
            acts.append(Act("switch", word, "pause" if one.enabled else "zap"))
            acts.append(Act("share", _("Publish as template"), "store"))
        return [*acts, Act("copy", _("Duplicate"), "copy"), Act("delete", _("Delete"), "trash-2")]

    def _nothing(self) -> None:
        if self.narrowed != Narrowed():
            empty_state(
                _("No connector fits"), _("Try fewer letters, or show all."), icon_name="search"
            )
        else:
            empty_state(
                _("No connector yet"),
                _("A connector asks web services about a contact and fills in what it learns."),
                icon_name="workflow",
                action=_("Make the first one"),
                on_action=self.make,
            )


def _state(one: Connector) -> dict[str, str]:
    if is_unpublished(one):
        return badge_cell(_("Draft"), "warn", "pencil")
    return (
        badge_cell(_("On"), "ok", "circle-check")
        if one.enabled
        else badge_cell(_("Off"), "", "pause")
    )


def _copy_of(one: Connector) -> Wanted:
    return Wanted(
        name=_("{name} (copy)").format(name=one.name),
        config=one.config,
        description=one.description,
        icon=one.icon,
        category=one.category,
        input_schema=one.input_schema,
        field_mappings=one.field_mappings,
        enabled=one.enabled,
        timeout_ms=one.timeout_ms,
        max_retries=one.max_retries,
        continue_on_error=one.continue_on_error,
    )
