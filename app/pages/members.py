"""/members: who belongs to this workspace, with which role, and the keys of its programs."""

from uuid import UUID

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import ServiceProblem
from components.controls import (
    box,
    button,
    choice,
    confirm,
    empty_state,
    field,
    grow,
    row,
    sheet,
    stack,
    text,
)
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, moment
from components.roles import role_word
from components.sentences import translated
from components.texts import _, each, later
from components.to_copy import to_copy
from db.workspaces import Person

ROLES = {
    "viewer": later("Viewer: looks at everything"),
    "editor": later("Editor: builds, tests and runs"),
    "admin": later("Admin: also credentials, members and keys"),
    "owner": later("Owner: everything"),
}
MEMBERS = (
    Column("email", later("Person")),
    Column("role", later("Role")),
    Column("since", later("Since"), "moment"),
    Column("acts", "", "acts", "200px"),
)
KEYS = (
    Column("name", later("Key")),
    Column("ends", later("Ends with")),
    Column("used", later("Last used"), "moment"),
    Column("made", later("Made"), "moment"),
    Column("acts", "", "acts", "60px"),
)


def add(services: Services) -> None:
    @open_at("/members")
    async def members(request: Request) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="members", title=_("Members & keys")):
            await _Members(visit, services, f"{request.url.scheme}://{request.url.netloc}").draw()
            await _Keys(visit, services).draw()


class _Members:
    def __init__(self, visit: Visit, services: Services, origin: str) -> None:
        self.visit, self.services, self.origin = visit, services, origin
        self.place = visit.viewer.workspace_id

    async def draw(self) -> None:
        self.refused = self.visit.why_not("members.change")
        with stack():
            with row():
                text(_("Members"), tag="h2")
                grow()
                button(
                    _("Add a member"), icon="plus", on_press=self.ask, testid="add-member"
                ).because(self.refused)
            self.listing = Listing(_("Members"), MEMBERS, on_act=self.act)
        await self.load()

    async def load(self) -> None:
        me = await self.visit.me()
        people = await self.services.workspaces.members(me, self.place)
        self.people = {str(one.user_id): one for one in people}
        self.invited = await self.services.invitations.waiting(me)
        self.listing.show([self._row(key, one) for key, one in self.people.items()])

    def _row(self, key: str, one: Person) -> Row:
        waits = one.user_id in self.invited
        act = _("Invite") if waits else _("A link for a new password")
        acts = [
            Act("invite", act, "link", act if waits else ""),
            Act("role", _("Change the role"), "pencil"),
            Act("remove", _("Remove"), "trash-2"),
        ]
        return Row(
            key,
            {
                "email": one.email or _("Unknown"),
                "role": role_word(one.role),
                "since": moment(one.created_at),
                "acts": [] if self.refused else acts,
            },
            more=_("Invited; has no password yet") if waits else "",
        )

    def ask(self) -> None:
        with sheet(_("Add a member"), testid="add-member-sheet") as asked:
            email = field(
                _("E-mail"),
                kind="email",
                hint=_("Somebody new gets a link from you to set a password."),
            )
            role = choice(_("Role"), each(ROLES), "editor")
            trouble = text("", "error")

        async def save() -> None:
            try:
                added = await self.services.workspaces.add_member(
                    await self.visit.me(), self.place, email.value, role.value
                )
            except ServiceProblem as problem:
                trouble.say(translated(problem.sentence))
                return
            asked.close()
            notice(_("{value} is a member now.").format(value=email.value), tone="ok")
            await self.load()
            if added.user_id in self.invited:
                await self.invite(str(added.user_id))

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Add"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        if row_id in self.people:
            acts = {"role": self.change_role, "remove": self.remove, "invite": self.invite}
            await acts[name](row_id)

    async def invite(self, row_id: str) -> None:
        """A link that sets the person's password: shown this one time, or sent to them."""
        person, invitations = self.people[row_id], self.services.invitations
        first = person.user_id in self.invited
        title = _("Invite {email}") if first else _("New password for {email}")
        with sheet(title.format(email=person.email), testid="invite-sheet") as asked:
            text(
                _("With a link the person sets a password and is signed in. It works once.")
                if first
                else _("With a link the person sets a new password; the old one works until then."),
                "soft",
            )
            shown = stack()
            trouble = text("", "error")
            trouble.props["role"] = "alert"

        async def make(by_mail: bool) -> None:
            try:
                path = await invitations.link_for(
                    await self.visit.me(), person.user_id, by_mail=by_mail
                )
            except ServiceProblem as problem:
                trouble.say(translated(problem.sentence))
                return
            if by_mail:
                asked.close()
                notice(_("A link is on its way to {email}.").format(email=person.email), tone="ok")
                return
            shown.clear()
            with shown:
                text(_("Copy it now: it is shown only this once, and works for a week."), "strong")
                to_copy(_("The link"), f"{self.origin}{path}", testid="link")
            maker.because(_("The link was made. Copy it."))

        with asked.footer:
            button(_("Close"), on_press=asked.close)
            if invitations.has_mail:
                button(
                    _("Send it by e-mail"), icon="mail", on_press=lambda: make(True), testid="mail"
                )
            maker = button(
                _("Make a link"),
                icon="link",
                kind="primary",
                on_press=lambda: make(False),
                testid="make-link",
            )
        asked.show()

    async def change_role(self, row_id: str) -> None:
        person = self.people[row_id]
        with sheet(_("Role of {email}").format(email=person.email)) as asked:
            role = choice(_("Role"), each(ROLES), person.role)

        async def save() -> None:
            try:
                await self.services.workspaces.change_role(
                    await self.visit.me(), self.place, UUID(row_id), role.value
                )
            except ServiceProblem as problem:
                role.failed(problem.sentence)
                return
            asked.close()
            notice(
                _("{email} is {role} now.").format(email=person.email, role=role_word(role.value)),
                tone="ok",
            )
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Change the role"), kind="primary", on_press=save)
        asked.show()

    async def remove(self, row_id: str) -> None:
        person = self.people[row_id]
        sure = await confirm(
            _("Remove {email}?").format(email=person.email),
            _("The person loses this workspace at once; what they made stays."),
            yes=_("Remove"),
        )
        if sure:
            await self.services.workspaces.remove_member(
                await self.visit.me(), self.place, UUID(row_id)
            )
            await self.load()


class _Keys:
    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services

    async def draw(self) -> None:
        self.refused = self.visit.why_not("api_keys.change")
        with stack():
            with row():
                text(_("API keys"), tag="h2")
                grow()
                button(_("New key"), icon="plus", on_press=self.ask, testid="new-key").because(
                    self.refused
                )
            with row("wrap"):
                text(
                    _("A key acts for the person who made it, in this workspace, with their role."),
                    "hint",
                )
                text(_("What programs can ask"), "small", tag="a").props["href"] = "/api/docs"
            self.listing = Listing(_("API keys"), KEYS, on_act=self.act, otherwise=self._nothing)
        await self.load()

    def _nothing(self) -> None:
        empty_state(
            _("No key yet"),
            _("Programs and other systems start runs and read results with a key."),
            icon_name="key-round",
            action="" if self.refused else _("Make the first key"),
            on_action=self.ask,
        )

    async def load(self) -> None:
        if self.refused:
            self.listing.show([])
            return
        keys = (await self.services.api_keys.listed(await self.visit.me(), limit=200)).items
        self.names = {str(one.id): one.name for one in keys}
        self.listing.show(
            [
                Row(
                    str(one.id),
                    {
                        "name": one.name,
                        "ends": f"…{one.last4}",
                        "used": moment(one.last_used_at),
                        "made": moment(one.created_at),
                        "acts": [Act("remove", _("Delete"), "trash-2")],
                    },
                )
                for one in keys
            ]
        )

    def ask(self) -> None:
        with sheet(_("New API key")) as asked:
            name = field(
                _("Name"),
                placeholder=_("What will use it?"),
                hint=_("So that you know later which one to take away."),
            )
            shown = box("stack")

        async def make() -> None:
            try:
                _row, key = await self.services.api_keys.add(await self.visit.me(), name.value)
            except ServiceProblem as problem:
                name.failed(problem.message)
                return
            name.failed("")
            shown.clear()
            with shown:
                text(_("Copy it now: it is shown only this once."), "strong")
                to_copy(_("The key"), key, testid="key")
            maker.because(_("The key was made. Close this, or copy it first."))
            await self.load()

        with asked.footer:
            button(_("Close"), on_press=asked.close)
            maker = button(_("Make the key"), kind="primary", on_press=make, testid="make-key")
        asked.show()

    async def act(self, row_id: str, name: str) -> None:
        if row_id not in self.names:
            return
        sure = await confirm(
            _("Delete the key “{value}”?").format(value=self.names[row_id]),
            _("Programs that use it are refused from this moment on."),
            yes=_("Delete the key"),
        )
        if sure:
            await self.services.api_keys.remove(await self.visit.me(), UUID(row_id))
            await self.load()
