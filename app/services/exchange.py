"""Connectors as files: one readable JSON document each, without secrets, out and in again."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
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
    count = 0
    async for one in every(connectors, actor):
        kept = {name: getattr(one, name) for name in KEPT}
        write(folder / str(actor.workspace_id), one.id, one.name, kept)
        count += 1
    return count


async def read_all(connectors: Connectors, actor: Actor, folder: Path) -> int:
    """The files of the actor's workspace: a known id gets a new version, others are made."""
    count = 0
    for file, document in documents(folder / str(actor.workspace_id)):
        known = await _known(connectors, actor, document.pop("id", None))
        try:
            wanted = Wanted(**document)
        except TypeError as error:
            raise _unusable(file, "it has members that no connector has") from error
        with told_of(file):
            if known is None:
                await connectors.create(actor, wanted)
            elif asdict(wanted) != {name: getattr(known, name) for name in KEPT}:
                await connectors.replace(actor, known.id, known.version, wanted)
        count += 1
    return count


async def every(connectors: Connectors, actor: Actor) -> AsyncIterator[Connector]:
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
        return await connectors.get(actor, id_of(given))
    except (ValueError, NotFound):
        return None


# -- the files, whatever is in them --


def write(place: Path, id_: UUID, name: str, document: Mapping[str, Any]) -> None:
    """`place` is made where it is missing. The name is for people, the id is what counts."""
    place.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "unnamed"
    text = json.dumps({"id": str(id_), **document}, indent=2, ensure_ascii=False) + "\n"
    (place / f"{slug}-{str(id_)[:8]}.json").write_text(text, "utf-8")


def documents(place: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each file with what is in it, by name. Raises BadInput where one is no JSON object."""
    for file in sorted(place.glob("*.json")):
        try:
            document = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise _unusable(file, "it is not JSON") from error
        if not isinstance(document, dict):
            raise _unusable(file, "it is not an object")
        yield file, document


def id_of(given: object) -> UUID:
    """Raises ValueError where it is none."""
    return UUID(str(given))


@contextmanager
def told_of(file: Path) -> Iterator[None]:
    """What is wrong with a file says which file."""
    try:
        yield
    except BadInput as bad:
        again = [Wrong(f"{file.name}, {one.path}", one.message) for one in bad.problems]
        raise BadInput(again, f"{file.name} was not read.", hint=bad.hint) from bad


def _unusable(file: Path, why: str) -> BadInput:
    return BadInput([Wrong(file.name, f"{file.name} cannot be read: {why}.")])
