"""A workspace's own templates as files: through the same gates as any other that is published."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.services.exchange import documents, id_of, told_of, write
from app.services.problems import BadInput, NotFound, Wrong
from app.services.publishing import Publishing
from app.services.template_draft import SAID, Draft
from app.services.templates import Narrowed, Templates
from db.session import Actor
from db.templates import Template

FOLDER = "templates"
PARTS = TypeAdapter(Draft)


async def write_all(templates: Templates, actor: Actor, folder: Path) -> int:
    """Into `folder`/WORKSPACE/templates; how many there are. Public ones belong to no workspace."""
    own = await _own(templates, actor)
    for one in own:
        write(folder / str(actor.workspace_id) / FOLDER, one.id, one.name, _said(one))
    return len(own)


async def read_all(templates: Templates, publishing: Publishing, actor: Actor, folder: Path) -> int:
    """A known id is changed in its author's name, others are published to the workspace."""
    count = 0
    for file, document in documents(folder / str(actor.workspace_id) / FOLDER):
        known = await _known(templates, actor, document.pop("id", None))
        _must_fit(file, document)
        with told_of(file):
            if known is None:
                await publishing.publish(actor, document, "private")
            elif document != _said(known):
                author = replace(actor, user_id=known.published_by or actor.user_id)
                await publishing.change(author, known.id, document)
        count += 1
    return count


async def _own(templates: Templates, actor: Actor) -> list[Template]:
    found: list[Template] = []
    while True:
        more = await templates.listed(actor, Narrowed(which="mine"), limit=200, skip=len(found))
        found += more.items
        if not more.more:
            return [await templates.get(actor, one.id) for one in found if one.workspace_id]


async def _known(templates: Templates, actor: Actor, given: object) -> Template | None:
    """None: no such template, or not this workspace's own."""
    try:
        found = await templates.get(actor, id_of(given))
    except (ValueError, NotFound):
        return None
    return found if found.workspace_id is not None else None


def _must_fit(file: Path, document: dict[str, Any]) -> None:
    wrong = [f"no template has {name}" for name in sorted(document.keys() - SAID)]
    try:
        PARTS.validate_python(document)
    except ValidationError as error:
        wrong += [f"{one['loc'][0]}: {one['msg']}" for one in error.errors(include_input=False)]
    if wrong:
        raise BadInput([Wrong(file.name, f"{file.name} cannot be read: {one}.") for one in wrong])


def _said(template: Template) -> dict[str, Any]:
    return {name: getattr(template, name) for name in SAID}
