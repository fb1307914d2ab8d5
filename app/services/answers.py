"""What a service said in a test or a run, as a file: all that is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from app.services.contacts import workspace_of
from app.services.problems import NotFound
from db import connectors, executions, step_answers
from db.session import Actor, Database

# What a file is called by what the service says it is; all else is only bytes.
KINDS: Final = {
    "application/json": "json",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/html": "html",
    "application/xml": "xml",
    "text/xml": "xml",
}
BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    body: bytes


class Answers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_test(self, actor: Actor, connector_id: UUID, step_id: str, good: bool) -> File:
        """Whole, also where the record of the test holds only a part."""
        workspace_id = workspace_of(actor)
        if "\0" in step_id:
            raise NotFound("answer")
        async with self._database.session_for(actor) as session:
            whole = await step_answers.find(session, workspace_id, connector_id, step_id, good)
            if whole is not None:
                return _file(step_id, whole.media_type, whole.body)
            tests = await connectors.step_tests(session, workspace_id, connector_id)
        entry = next(
            (one.entry for one in tests if (one.step_id, one.good) == (step_id, good)), None
        )
        return _kept(step_id, entry)

    async def of_run(self, actor: Actor, execution_id: UUID, path: str) -> File:
        """As much as the record keeps of it."""
        if "\0" in path:
            raise NotFound("answer")
        async with self._database.session_for(actor) as session:
            entry = await executions.step_of(session, workspace_of(actor), execution_id, path)
        return _kept(str(entry["id"]) if entry else "", entry)


def media_type_of(entry: Mapping[str, Any]) -> str:
    """One of those we know by name, as the service called it; never what it might pretend to be."""
    headers = (entry.get("response") or {}).get("headers") or {}
    said = str(headers.get("content-type") or "").partition(";")[0].strip().lower()
    if said.endswith("+json"):
        return "application/json"
    return said if said in KINDS else BYTES


def _kept(step_id: str, entry: Mapping[str, Any] | None) -> File:
    body = ((entry or {}).get("response") or {}).get("body")
    if entry is None or body in (None, ""):
        raise NotFound("answer")
    if isinstance(body, str):
        kind = media_type_of(entry)
        return _file(step_id, "text/plain" if kind == "application/json" else kind, body.encode())
    pretty = orjson.dumps(body, option=orjson.OPT_INDENT_2)
    return _file(step_id, "application/json", pretty)


def _file(step_id: str, media_type: str, body: bytes) -> File:
    return File(f"{step_id}.{KINDS.get(media_type, 'bin')}", media_type, body)
