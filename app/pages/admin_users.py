"""/admin/users: who keeps the marketplace for everybody; owners only change it."""

from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import ServiceProblem
from components.controls import (
    Tick,
    button,
    choice,
    confirm,
    empty_state,
    field,
    sheet,
    stack,
    text,
    tick,
)
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, moment
from components.roles import role_word
from components.sentences import translated
from components.texts import _, each, later, listed
from db.admins import KnownAdmin

ROLES = {
    "developer": later("Developer: writes official templates"),
    "admin": later("Admin: also reviews and features"),
    "owner": later("Owner: also says who is an admin"),
}
COLUMNS = (
    Column("email", later("Person")),
    Column("role", later("Role")),
    Column("may", later("May")),
    Column("since", later("Since"), "moment"),
    Column("acts", later("Actions"), "acts", "90px"),
)
PERMISSIONS = {
    "templates": later("Write official templates"),
    "review": later("Review what the community hands in"),
    "feature": later("Choose what is featured"),
    "canaries": later("Watch over the services' answers"),
}
USUAL = {"developer": {"templates"}, "admin": set(PERMISSIONS), "owner": set(PERMISSIONS)}
ONLY_OWNERS = later("Only owners of the marketplace change who is an admin.")


def add(services: Services) -> None:
    @open_at("/admin/users")
    async def admin_users(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="admin", title=_("Admin users")) as page:
            if visit.viewer.saas_role is None:
                empty_state(
                    _("This is for the marketplace's admins"),
                    _("Ask an owner of the marketplace to add you."),
                    icon_name="lock",
                    action=_("Home"),
                    href="/",
                )
                return
            await _Admins(visit, services).draw(page.side)


class _Admins:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services
        self.refused = "" if visit.viewer.saas_role == "owner" else _(ONLY_OWNERS)

    async def draw(self, side: ui.element) -> None:
        with side:
            new = button(
                _("Add an admin"), icon="plus", kind="primary", on_press=self.ask, testid="add"
            )
            new.because(self.refused)
        text(_("Admins see templates of all and no workspace's contacts, runs or keys."), "soft")
        self.listing = Listing(_("Admin users"), COLUMNS, on_act=self.act)
        await self.load()

    async def load(self) -> None:
        admins = await self.services.admins.colleagues(await self.visit.me())
        self.admins = {str(one.id): one for one in admins}
        acts = [Act("role", _("Change the role"), "pencil"), Act("remove", _("Remove"), "trash-2")]
        self.listing.show(
            [
                Row(
                    key,
                    {
                        "email": one.email or _("Unknown"),
                        "role": role_word(one.role),
                        "may": _may(one),
                        "since": moment(one.created_at),
                        "acts": [] if self.refused else acts,
                    },
                )
                for key, one in self.admins.items()
            ]
        )

    def ask(self) -> None:
        with sheet(_("Add an admin"), testid="admin-sheet") as asked:
            email = field(
                _("E-mail"),
                kind="email",
                hint=_("The person needs an account on this console already."),
                testid="admin-email",
            )
            rights = _Rights("developer", USUAL["developer"])
            trouble = text("", "error")

        async def save() -> None:
            try:
                await self.services.admins.add(
                    await self.visit.me(),
                    email=email.value,
                    user_id=None,
                    role=rights.role,
                    permissions=rights.permissions({}),
                )
            except ServiceProblem as problem:
                trouble.say(translated(f"{problem.message} {problem.hint}"))
                return
            asked.close()
            notice(_("{value} is an admin now.").format(value=email.value), tone="ok")
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Add"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        if row_id in self.admins:
            await {"role": self.change_role, "remove": self.remove}[name](row_id)

    async def change_role(self, row_id: str) -> None:
        known = self.admins[row_id]
        with sheet(_("Role of {email}").format(email=known.email), testid="admin-sheet") as asked:
            rights = _Rights(known.role, _has(known))
            trouble = text("", "error")

        async def save() -> None:
            try:
                await self.services.admins.change(
                    await self.visit.me(),
                    UUID(row_id),
                    role=rights.role,
                    permissions=rights.permissions(known.permissions),
                )
            except ServiceProblem as problem:
                trouble.say(translated(f"{problem.message} {problem.hint}"))
                return
            asked.close()
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Change the role"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def remove(self, row_id: str) -> None:
        person = self.admins[row_id].email
        if not await confirm(
            _("Remove {person}?").format(person=person),
            _("The person keeps their workspaces."),
            yes=_("Remove"),
        ):
            return
        try:
            await self.services.admins.remove(await self.visit.me(), UUID(row_id))
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)
            return
        await self.load()


class _Rights:
    """A role, and what it may: each role begins with what is usual for it."""

    def __init__(self, role: str, may: set[str]) -> None:
        self.role = role
        choice(_("Role"), each(ROLES), role, on_change=self._turn, testid="role")
        with stack("tight") as self.place:
            self.ticks: dict[str, Tick] = {
                name: tick(_(words), name in may, testid=f"may-{name}")
                for name, words in PERMISSIONS.items()
            }
        self.place.set_visibility(role != "owner")

    def permissions(self, before: dict[str, Any]) -> dict[str, Any]:
        """Only what is taken away is written down; what others wrote there stays."""
        kept = {name: value for name, value in before.items() if name not in PERMISSIONS}
        if self.role == "owner":
            return kept
        return kept | {name: False for name, one in self.ticks.items() if not one.value}

    def _turn(self, role: str) -> None:
        self.role = role
        self.place.set_visibility(role != "owner")
        for name, one in self.ticks.items():
            one.value = name in USUAL[role]


def _has(known: KnownAdmin) -> set[str]:
    return {
        name
        for name in PERMISSIONS
        if known.role == "owner" or known.permissions.get(name) is not False
    }


def _may(known: KnownAdmin) -> str:
    has = _has(known)
    if has == set(PERMISSIONS):
        return _("Everything their role does")
    return listed([_(words) for name, words in PERMISSIONS.items() if name in has]) or _("Look")
