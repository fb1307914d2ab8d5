"""Connectors as files: one readable JSON document each, without secrets, out and in again."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from uuid import UUID

from app.services.connectors import Connectors, Wanted
from app.services.problems import BadInput, NotFound, Wrong
from db.connectors import Connector
from db.session import Actor

KEPT = tuple(part.name for part in fields(Wanted))


async def write_all(connectors: Connectors, actor: Actor, folder: Path) -> int:
    """Every connector of the actor's workspace into `folder`/WORKSPACE; how many there are."""
    place = folder / str(actor.workspace_id)
    place.mkdir(parents=True, exist_ok=True)
    count = 0
    async for one in _every(connectors, actor):
        document = {"id": str(one.id)} | {name: getattr(one, name) for name in KEPT}
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        (place / _file_name(one)).write_text(text, "utf-8")
        count += 1
    return count


async def read_all(connectors: Connectors, actor: Actor, folder: Path) -> int:
    """The files of the actor's workspace: a known id gets a new version, others are made."""
    count = 0
    for file in sorted((folder / str(actor.workspace_id)).glob("*.json")):
        document = _read(file)
        known = await _known(connectors, actor, document.pop("id", None))
        try:
            wanted = Wanted(**document)
        except TypeError as error:
            raise _unusable(file, "it has members that no connector has") from error
        if known is None:
            await connectors.create(actor, wanted)
        elif asdict(wanted) != {name: getattr(known, name) for name in KEPT}:
            await connectors.replace(actor, known.id, known.version, wanted)
        count += 1
    return count


async def _every(connectors: Connectors, actor: Actor) -> AsyncIterator[Connector]:
    after = None
    while True:
        found = await connectors.list(actor, limit=200, after=after)
        for one in found.items:
            yield one
        if not found.more:
            return
        after = (found.items[-1].created_at, found.items[-1].id)


async def _known(connectors: Connectors, actor: Actor, given: object) -> Connector | None:
    try:
        return await connectors.get(actor, UUID(str(given)))
    except (ValueError, NotFound):
        return None


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise _unusable(file, "it is not JSON") from error
    if not isinstance(document, dict):
        raise _unusable(file, "it is not an object")
    return document


def _unusable(file: Path, why: str) -> BadInput:
    return BadInput([Wrong(file.name, f"{file.name} cannot be read: {why}.")])


def _file_name(one: Connector) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-")[:60] or "connector"
    return f"{slug}-{str(one.id)[:8]}.json"
