"""Whether a caller can see what an address names. Where anything else is wrong with a request this
is asked first: whose role is too low, or who sees no such thing, need not know what else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from app.services.admins import ROLES, Admins
from app.services.problems import NotFound
from app.services.workspaces import Workspaces
from db.session import Actor

Look = Callable[[Actor, UUID], Awaitable[Any]]


class Sight:
    """`looks`: how each member of an address is looked up, such as connector_id."""

    def __init__(self, workspaces: Workspaces, admins: Admins, looks: Mapping[str, Look]) -> None:
        self._workspaces, self._admins, self._looks = workspaces, admins, looks

    async def must_see(self, actor: Actor, action: str, named: Mapping[str, str]) -> None:
        if action == "saas":
            await self._admins.must_be(actor, *ROLES)
        for name, text in named.items():
            if name in self._looks:
                await self._looks[name](actor, _id(text))
        if "user_id" in named:
            person = _id(named["user_id"])
            await self._workspaces.member(actor, named["workspace_id"], person)
        elif "workspace_id" in named:
            await self._workspaces.get(actor, named["workspace_id"])


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("thing") from error
