"""The people who run the service itself; its owners decide who they are."""

from typing import Any
from uuid import UUID

from app.services.problems import Conflict, NotAllowed, NotFound, bad_field
from db import admins, audit
from db.admins import Admin, KnownAdmin
from db.refusals import LastOwnerStays, NotThere, Taken, refusals
from db.session import Actor, Database

ROLES = ("developer", "admin", "owner")
# Everybody with a role has them all, but for those said to be false. Owners cannot lose one.
PERMISSIONS = {
    "templates": "write official templates",
    "review": "review what the community hands in",
    "feature": "choose what is featured",
    "canaries": "watch over the services' answers",
}


class Admins:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def role_of(self, actor: Actor) -> str | None:
        async with self._database.session_for(actor) as session:
            return await admins.role_of_caller(session)

    async def must_be(self, actor: Actor, *roles: str) -> None:
        if await self.role_of(actor) not in roles:
            raise NotAllowed(
                f"This is for SaaS admins with the role {' or '.join(roles)}.",
                hint="Ask an owner of the service.",
                code="saas_role_too_low",
            )

    async def must_have(self, actor: Actor, *permissions: str) -> None:
        await self.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            for one in permissions:
                if not await admins.caller_may(session, one):
                    raise NotAllowed(
                        f"Your permissions do not let you {PERMISSIONS.get(one, one)}.",
                        hint="Ask an owner of the service to change your permissions.",
                        code="permission_missing",
                    )

    async def may(self, actor: Actor) -> frozenset[str]:
        """Which permissions the caller has; none without a role."""
        async with self._database.session_for(actor) as session:
            return frozenset([one for one in PERMISSIONS if await admins.caller_may(session, one)])

    async def colleagues(self, actor: Actor) -> list[KnownAdmin]:
        """Admins know each other; only owners change who they are."""
        await self.must_be(actor, *ROLES)
        async with self._database.session_for(actor) as session:
            return await admins.listed(session)

    async def listed(self, actor: Actor) -> list[KnownAdmin]:
        await self.must_be(actor, "owner")
        async with self._database.session_for(actor) as session:
            return await admins.listed(session)

    async def get(self, actor: Actor, admin_id: UUID) -> KnownAdmin:
        for known in await self.listed(actor):
            if known.id == admin_id or known.user_id == admin_id:
                return known
        raise NotFound("admin")

    async def add(
        self,
        actor: Actor,
        *,
        email: str | None,
        user_id: UUID | None,
        role: str,
        permissions: dict[str, Any] | None = None,
    ) -> KnownAdmin:
        await self.must_be(actor, "owner")
        _known_role(role)
        try:
            async with self._database.session_for(actor) as session:
                wanted = user_id
                if wanted is None and email is not None:
                    wanted = await admins.user_by_email(session, email.strip())
                if wanted is None:
                    raise bad_field("email", "Nobody with this e-mail has an account.")
                row = Admin(
                    user_id=wanted,
                    role=role,
                    permissions=permissions or {},
                    created_by=actor.user_id,
                )
                with refusals():
                    await admins.add(session, row)
                known = await admins.listed(session)
                audit.note(
                    session,
                    _as_person(actor),
                    "saas_admin.added",
                    row.id,
                    after=_told(next(one for one in known if one.id == row.id)),
                )
        except NotThere as error:
            raise bad_field("user_id", "Nobody with this id has an account.") from error
        except Taken as error:
            raise Conflict(
                "This person is an admin already.", hint="Change the role instead."
            ) from error
        return await self.get(actor, row.id)

    async def change(
        self,
        actor: Actor,
        admin_id: UUID,
        *,
        role: str | None = None,
        permissions: dict[str, Any] | None = None,
    ) -> KnownAdmin:
        before = await self.get(actor, admin_id)
        if role is not None:
            _known_role(role)
        if role is None and permissions is None:
            return before
        try:
            async with self._database.session_for(actor) as session:
                with refusals():
                    await admins.change(session, before.id, role=role, permissions=permissions)
                audit.note(
                    session,
                    _as_person(actor),
                    "saas_admin.changed",
                    before.id,
                    before=_told(before),
                    after={
                        "email": before.email,
                        "role": role or before.role,
                        "permissions": before.permissions if permissions is None else permissions,
                    },
                )
        except LastOwnerStays as error:
            raise _last_owner() from error
        return await self.get(actor, before.id)

    async def remove(self, actor: Actor, admin_id: UUID) -> None:
        before = await self.get(actor, admin_id)
        try:
            async with self._database.session_for(actor) as session:
                # Noted first: who removes themselves is nobody afterwards.
                audit.note(
                    session,
                    _as_person(actor),
                    "saas_admin.removed",
                    before.id,
                    before=_told(before),
                )
                await session.flush()
                with refusals():
                    await admins.remove(session, before.id)
        except LastOwnerStays as error:
            raise _last_owner() from error


def _told(known: KnownAdmin) -> dict[str, Any]:
    return {"email": known.email, "role": known.role, "permissions": known.permissions}


def _known_role(role: str) -> None:
    if role not in ROLES:
        raise bad_field("role", f"A role is one of {', '.join(ROLES)}.")


def _last_owner() -> Conflict:
    return Conflict(
        "The last owner stays.", hint="Make somebody else an owner first.", code="last_owner"
    )


def _as_person(actor: Actor) -> Actor:
    """What concerns the service belongs to no workspace's log."""
    return Actor(actor.user_id)
