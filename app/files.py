"""Takes what the workspaces made out as files, and in again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.main import build
from app.services import exchange, template_files
from app.services.all import Services
from app.services.problems import NotFound
from app.serving import database_of, master_key, until_done
from app.settings import Settings
from db.migrate import migrate
from db.owner import as_owner
from db.session import Actor
from engine.errors import Problem


@dataclass(frozen=True, slots=True)
class Count:
    connectors: int = 0
    templates: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.connectors + other.connectors, self.templates + other.templates)

    def __str__(self) -> str:
        return f"{self.connectors} connectors and {self.templates} templates"


Moved = Callable[[Services, Actor, Path], Awaitable[Count]]


def export_to(settings: Settings, folder: Path, workspace_id: str | None) -> Count:
    """Raises NotFound where there is no such workspace; None: every one."""
    count, known = _for_each_workspace(settings, workspace_id, _out, folder)
    if workspace_id not in {None, *known}:
        raise NotFound("workspace")
    return count


def import_from(settings: Settings, folder: Path) -> tuple[Count, list[str], list[str]]:
    """What was read, which workspaces were left out, and what somebody should hear of the rest."""
    named = {one.name for one in folder.iterdir() if any(one.rglob("*.json"))}
    told: list[str] = []

    async def read(services: Services, actor: Actor, folder: Path) -> Count:
        count = await _in(services, actor, folder)
        if actor.workspace_id in named:
            async for connector, problems in services.checking.everything(actor):
                told.extend(_said(connector.name, one) for one in problems)
        return count

    count, known = _for_each_workspace(settings, None, read, folder)
    return count, sorted(named - known), told


def _said(name: str, problem: Problem) -> str:
    """Find people, step “find”: This workspace has no key for “hunter” yet. Until …"""
    where = f"{name}, step “{problem.step_id}”" if problem.step_id else name
    return f"{where}: {problem.message} {problem.hint or ''}".rstrip()


async def _out(services: Services, actor: Actor, folder: Path) -> Count:
    return Count(
        await exchange.write_all(services.connectors, actor, folder),
        await template_files.write_all(services.templates, actor, folder),
    )


async def _in(services: Services, actor: Actor, folder: Path) -> Count:
    return Count(
        await exchange.read_all(services.connectors.anywhere(), actor, folder),
        await template_files.read_all(services.templates, services.publishing, actor, folder),
    )


def _for_each_workspace(
    settings: Settings, workspace_id: str | None, move: Moved, folder: Path
) -> tuple[Count, set[str]]:
    """As one of its owners, so that policies hold here, too; how many it was, and which
    workspaces there are."""
    with database_of(settings) as addresses:
        migrate(addresses.owner_url)
        with as_owner(addresses.owner_url) as owner:
            places = owner.workspaces()
        key = master_key(settings, addresses)

        async def each() -> Count:
            console = build(settings, addresses, key, with_pages=False)
            count = Count()
            for place, user_id in places:
                if workspace_id in (None, place):
                    count += await move(console.services, Actor(user_id, place, "owner"), folder)
            await console.stop()
            return count

        return until_done(each()), {place for place, _ in places}
