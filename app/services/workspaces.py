"""Workspaces and the people in them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.services.listing import Slice, cut
from app.services.problems import Conflict, NotAllowed, NotFound, bad_field
from app.services.roles import RANKS, must, outranks
from db import audit, workspaces
from db.refusals import LastOwnerStays, Taken, refusals
from db.session import Actor, Database
from db.workspaces import Person, Workspace

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace as its member sees it."""

    id: str
    name: str
    is_demo: bool
    role: str
    created_at: datetime


class Workspaces:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self, actor: Actor, *, limit: int = 50, after: tuple[datetime, str] | None = None
    ) -> Slice[Place]:
        """A key sees its one workspace; a person who chose none sees all of theirs."""
        async with self._database.session_for(actor) as session:
            rows = await workspaces.listed(session, limit=limit, after=after)
            roles = await workspaces.roles_of(session, actor.user_id)
        slice_ = cut(rows, limit)
        return Slice([_place(row, roles.get(row.id)) for row in slice_.items], slice_.more)

    async def get(self, actor: Actor, workspace_id: str) -> Place:
        async with self._database.session_for(actor) as session:
            found = await workspaces.find(session, workspace_id)
            roles = await workspaces.roles_of(session, actor.user_id)
        if found is None:
            raise NotFound("workspace")
        return _place(found, roles.get(found.id))

    async def create(self, actor: Actor, name: str) -> Place:
        if actor.workspace_id is not None:
            must(actor, "workspace.create")
        name = a_name(name)
        async with self._database.session_for(actor) as session:
            made, at = await workspaces.create(session, name)
        return Place(made, name, is_demo=False, role="owner", created_at=at)

    async def rename(self, actor: Actor, workspace_id: str, name: str) -> Place:
        await self._in(actor, workspace_id)
        must(actor, "workspace.change")
        name = a_name(name)
        async with self._database.session_for(actor) as session:
            if not await workspaces.rename(session, workspace_id, name):
                raise NotFound("workspace")
            audit.note(session, actor, "workspace.renamed", workspace_id, after={"name": name})
        return await self.get(actor, workspace_id)

    async def remove(self, actor: Actor, workspace_id: str) -> None:
        """Takes everything in it along."""
        await self._in(actor, workspace_id)
        must(actor, "workspace.delete")
        async with self._database.session_for(actor) as session:
            if not await workspaces.remove(session, workspace_id):
                raise NotFound("workspace")

    async def members(self, actor: Actor, workspace_id: str) -> list[Person]:
        await self._in(actor, workspace_id)
        async with self._database.session_for(actor) as session:
            return await workspaces.members(session, workspace_id)

    async def member(self, actor: Actor, workspace_id: str, user_id: UUID) -> Person:
        for person in await self.members(actor, workspace_id):
            if person.user_id == user_id:
                return person
        raise NotFound("member")

    async def add_member(self, actor: Actor, workspace_id: str, email: str, role: str) -> Person:
        await self._in(actor, workspace_id)
        must(actor, "members.change")
        email = an_email(email)
        _may_hand_out(actor, role)
        try:
            async with self._database.session_for(actor) as session:
                with refusals():
                    added = await workspaces.add_member(session, workspace_id, email, role)
                audit.note(
                    session,
                    actor,
                    "member.added",
                    added,
                    workspace_id=workspace_id,
                    after={"email": email, "role": role},
                )
        except Taken as error:
            raise Conflict(
                f"{email} is a member of this workspace already.", hint="Change the role instead."
            ) from error
        return await self.member(actor, workspace_id, added)

    async def change_role(
        self, actor: Actor, workspace_id: str, user_id: UUID, role: str
    ) -> Person:
        before = await self.member(actor, workspace_id, user_id)
        must(actor, "members.change")
        _may_hand_out(actor, role)
        _may_change(actor, before)
        try:
            async with self._database.session_for(actor) as session:
                with refusals():
                    if not await workspaces.change_role(session, workspace_id, user_id, role):
                        raise NotFound("member")
                audit.note(
                    session,
                    actor,
                    "member.role_changed",
                    user_id,
                    workspace_id=workspace_id,
                    before={"role": before.role},
                    after={"role": role},
                )
        except LastOwnerStays as error:
            raise _last_owner() from error
        return await self.member(actor, workspace_id, user_id)

    async def remove_member(self, actor: Actor, workspace_id: str, user_id: UUID) -> None:
        before = await self.member(actor, workspace_id, user_id)
        must(actor, "members.change")
        _may_change(actor, before)
        try:
            async with self._database.session_for(actor) as session:
                with refusals():
                    if not await workspaces.remove_member(session, workspace_id, user_id):
                        raise NotFound("member")
                audit.note(
                    session,
                    actor,
                    "member.removed",
                    user_id,
                    workspace_id=workspace_id,
                    before={"email": before.email, "role": before.role},
                )
        except LastOwnerStays as error:
            raise _last_owner() from error

    async def _in(self, actor: Actor, workspace_id: str) -> None:
        """Another workspace than the actor's own is not there: the policies see to that."""
        await self.get(actor, workspace_id)


def _place(workspace: Workspace, role: str | None) -> Place:
    return Place(
        workspace.id, workspace.name, workspace.is_demo, role or "viewer", workspace.created_at
    )


def a_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise bad_field("name", f"A name takes 1 to {LONGEST_NAME} characters.")
    return name


def an_email(email: str) -> str:
    email = email.strip()
    if not is_email(email):
        raise bad_field("email", "This is not an e-mail address.")
    return email


def is_email(text: str) -> bool:
    before, at, after = text.rpartition("@")
    return bool(at and before and after) and len(text) <= 255 and text.isprintable()


def _may_hand_out(actor: Actor, role: str) -> None:
    if role not in RANKS:
        raise bad_field("role", f"A role is one of {', '.join(RANKS)}.")
    if not outranks(actor.role, role):
        raise NotAllowed(
            f"Your role {actor.role} cannot give the role {role}.",
            hint="Admins manage viewers and editors; owners manage everyone.",
        )


def _may_change(actor: Actor, person: Person) -> None:
    if not outranks(actor.role, person.role):
        raise NotAllowed(
            f"Your role {actor.role} cannot change somebody who is {person.role}.",
            hint="Admins manage viewers and editors; owners manage everyone.",
        )


def _last_owner() -> Conflict:
    return Conflict(
        "The last owner of a workspace stays.",
        hint="Make somebody else an owner first.",
        code="last_owner",
    )
