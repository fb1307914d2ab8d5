"""/audit: who changed what in this workspace, and, for those who run it, in the service."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import Field, box, button, choice, empty_state, field, row, sheet, text
from components.frame import Frame, frame
from components.kinds import readable
from components.listing import Act, Column, Listing, Row, moment
from components.sentences import translated
from components.texts import _, each, later, pgettext
from db.audit import AuditEntry, Narrowed

AT_ONCE: Final = 50
NAMES: Final = ("actor", "type", "target", "since", "until", "scope")
Asked = dict[str, str]
TYPES: Final = {
    "": later("Everything"),
    "connector": later("Connectors"),
    "credential": later("Credentials"),
    "member": later("Members"),
    "invitation": later("Invitations"),
    "api_key": later("API keys"),
    "template": later("Templates"),
    "review": later("Reviews"),
    "schedule": later("Schedules"),
    "webhook": later("Webhooks"),
    "contact_trigger": later("Contact triggers"),
    "bulk": later("Bulk runs"),
    "execution": later("Runs"),
    "contacts": later("Contacts"),
    "alert_channel": later("Alerts"),
    "data_key": later("Keys that seal"),
    "workspace": later("Workspace"),
}
OF_SERVICE: Final = {
    "": later("Everything"),
    "template": later("Templates"),
    "saas_admin": later("Admin users"),
    "canaries": later("Canaries"),
    "review": later("Reviews"),
    "keys": later("Keys that seal"),
}
COLUMNS = (
    Column("what", later("What")),
    Column("about", later("About")),
    Column("who", later("Who")),
    Column("at", later("When"), "moment"),
    Column("acts", "", "acts", "60px"),
)
LOOK = Act("look", later("Before and after"), "eye")


def _nothing() -> None:
    empty_state(
        _("Nothing was changed"),
        _("No entry fits these filters."),
        icon_name="scroll-text",
    )


def add(services: Services) -> None:
    @open_at("/audit")
    async def audit(request: Request) -> None:
        visit = await begin(request, services)
        asked = asked_of(request.query_params)
        with frame(visit.viewer, here="audit", title=_("Audit log")) as page:
            await _Log(visit, services, asked).draw(page)


def asked_of(query: Mapping[str, str]) -> Asked:
    return {name: query.get(name, "") for name in NAMES}


def narrowed(asked: Asked) -> Narrowed:
    """What cannot be meant narrows nothing: addresses are typed and shared."""
    until = _day(asked["until"])
    return Narrowed(
        actor_id=_id(asked["actor"]),
        object_type=asked["type"] or None,
        target=asked["target"].strip() or None,
        since=_day(asked["since"]),
        until=until + timedelta(days=1) if until else None,
    )


class _Log:
    def __init__(self, visit: Visit, services: Services, asked: Asked) -> None:
        self.visit, self.services, self.asked = visit, services, asked
        self.entries: dict[str, AuditEntry] = {}

    @property
    def of_service(self) -> bool:
        return self.asked["scope"] == "service" and bool(self.visit.viewer.saas_role)

    async def draw(self, page: Frame) -> None:
        with page.side:
            self.export = button(
                _("Export"), icon="download", kind="fold-label", href=self._file(), testid="export"
            )
            if not self.visit.viewer.saas_role:
                self.export.because(self.visit.why_not("audit.export"))
        self.people = await self._people()
        made = await self.services.connectors.list(await self.visit.me(), limit=200)
        self.connectors = {str(one.id): one.name for one in made.items}
        await self._filters()
        if self.visit.why_not("audit.export") and not self.of_service:
            text(_("You see your own changes; admins see everybody's."), "soft")
        self.listing = Listing(
            _("Audit log"), COLUMNS, on_more=self.more, on_act=self.look, otherwise=_nothing
        )
        await self.load()

    async def _filters(self) -> None:
        with box("filters", role="search"):
            field(
                _("Search by name or id"),
                self.asked["target"],
                kind="search",
                icon="search",
                placeholder=_("Name, e-mail or id"),
                hide_label=True,
                on_change=lambda words: self.ask(target=words.strip()),
                testid="target",
            ).classes("search")
            types = OF_SERVICE if self.of_service else TYPES
            self._choice("type", _("About"), each(types))
            self._choice("actor", _("Who"), {"": _("Everybody"), **self.people})
            self._day("since", _("From"))
            self._day("until", pgettext("day", "To"))
            if self.visit.viewer.saas_role:
                scopes = {"": _("This workspace"), "service": _("The marketplace")}
                self._choice("scope", _("Of"), scopes)

    def _choice(self, name: str, label: str, choices: Mapping[str, str]) -> Field:
        return choice(
            label,
            choices,
            self.asked[name] if self.asked[name] in choices else "",
            hide_label=True,
            on_change=lambda value: self.ask(**{name: value}),
            testid=f"filter-{name}",
        )

    def _day(self, name: str, label: str) -> None:
        with row():
            text(label, "soft small", tag="span").props["aria-hidden"] = "true"
            field(
                label,
                self.asked[name],
                kind="date",
                hide_label=True,
                on_change=lambda value: self.ask(**{name: value or ""}),
            )

    async def _people(self) -> dict[str, str]:
        me = await self.visit.me()
        if self.of_service:
            admins = await self.services.admins.colleagues(me)
            return {str(one.user_id): one.email or _("Unknown") for one in admins}
        members = await self.services.workspaces.members(me, self.visit.viewer.workspace_id)
        return {str(one.user_id): one.email or _("Unknown") for one in members}

    async def ask(self, **changed: str) -> None:
        before = self.of_service
        self.asked |= changed
        self.visit.remember(**self.asked)
        if self.of_service != before:
            ui.navigate.to(f"/audit?{urlencode({k: v for k, v in self.asked.items() if v})}")
            return
        self.export.props["href"] = self._file()
        await self.load()

    async def load(self) -> None:
        self.entries = {}
        rows, more = await self._found(None)
        self.listing.show(rows, more=more)

    async def more(self) -> None:
        rows, more = await self._found(min(map(int, self.entries)))
        self.listing.append(rows, more=more)

    async def _found(self, after: int | None) -> tuple[list[Row], bool]:
        audit = self.services.audit
        ask = audit.of_service if self.of_service else audit.listed
        me = await self.visit.me()
        found = await ask(me, narrowed(self.asked), limit=AT_ONCE, after=after)
        self.entries |= {str(one.id): one for one in found.items}
        return [self._row(one) for one in found.items], found.more

    def _row(self, one: AuditEntry) -> Row:
        acts = [LOOK] if one.before or one.after else []
        return Row(
            str(one.id),
            {
                "what": words(one.action),
                "about": self._about(one),
                "who": self._who(one.actor_id),
                "at": moment(one.at),
                "acts": acts,
            },
        )

    def _about(self, one: AuditEntry) -> str:
        """By its name, or by that of its connector: ids say nothing to people."""
        words = about(one)
        told = {**(one.before or {}), **(one.after or {})}
        named = self.connectors.get(str(told.get("connector_id")), words)
        return named if words == (one.object_id or "") else self.people.get(words, words)

    def _who(self, actor_id: UUID | None) -> str:
        if actor_id is None:
            return _("The console itself")
        return self.people.get(str(actor_id)) or _("Somebody who left")

    def look(self, row_id: str, _name: str) -> None:
        one = self.entries.get(row_id)
        if one is None:
            return
        with sheet(words(one.action), wide=True, testid="entry") as asked:
            text(self._about(one), "strong")
            before, after = one.before or {}, one.after or {}
            with box("undo-table", tag="table"):
                with box(tag="thead"), box(tag="tr"):
                    for title in (_("What"), _("Before"), _("After")):
                        text(title, tag="th").props["scope"] = "col"
                with box(tag="tbody"):
                    for name in _told({*before, *after}):
                        with box(tag="tr"):
                            text(readable(name), tag="th").props["scope"] = "row"
                            text(_shown(before.get(name)), tag="td")
                            text(_shown(after.get(name)), tag="td")
            if one.object_id:
                with row():
                    text(one.object_id, "mono quiet small")
        with asked.footer:
            button(_("Close"), on_press=asked.close)
        asked.show()

    def _file(self) -> str:
        return f"/downloads/audit.csv?{urlencode({k: v for k, v in self.asked.items() if v})}"


def words(action: str) -> str:
    """credential.replaced → Credential replaced"""
    thing, _dot, done = action.partition(".")
    return translated(f"{thing} {done}".replace("_", " ").capitalize())


def about(one: AuditEntry) -> str:
    told = {**(one.before or {}), **(one.after or {})}
    for name in ("name", "label", "service_name", "email"):
        if told.get(name):
            return str(told[name])
    return one.object_id or ", ".join(map(str, told.get("order") or ()))


def _told(names: set[str]) -> list[str]:
    """Without the ids of what the entry is about: that has a name."""
    return sorted(one for one in names if not one.endswith("_id"))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{readable(name)}: {_shown(inner)}" for name, inner in value.items())
    return "–" if value is None else str(value)


def _id(text_: str) -> UUID | None:
    try:
        return UUID(text_)
    except ValueError:
        return None


def _day(text_: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text_).replace(tzinfo=UTC) if text_ else None
    except ValueError:
        return None
