"""Proves that a credential works: one call through the same engine as every run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.services.contacts import workspace_of
from app.services.credentials import Credentials
from app.services.problems import bad_field
from app.services.roles import must
from db.session import Actor
from engine.model.definition import load
from engine.model.plan import compile_plan
from engine.run.doors import Doors
from engine.run.events import Mark
from engine.run.run import run
from engine.run.task import End, Task


@dataclass(frozen=True, slots=True)
class Proof:
    """What the service said; `entry` is the call as the record of a run shows it."""

    works: bool
    message: str
    hint: str
    entry: dict[str, Any] | None


class CredentialTest:
    def __init__(self, credentials: Credentials, doors: Doors) -> None:
        self._credentials = credentials
        self._doors = doors

    async def run(
        self, actor: Actor, credential_id: UUID, request: Mapping[str, Any] | None = None
    ) -> Proof:
        """With the request given, or the one kept with the credential."""
        must(actor, "credentials.change")
        row = await self._credentials.get(actor, credential_id)
        wanted = request or row.test
        if not wanted:
            raise bad_field(
                "request",
                "This credential has no request to test it with.",
                hint='Send one, as {"request": {"method": "GET", "url": "https://…"}}.',
            )
        plan = compile_plan(load(definition(row.service_name, wanted)))
        workspace_id = workspace_of(actor)
        task = Task(
            execution_id=None,
            workspace={"id": workspace_id, "name": ""},
            plan=plan,
            contact={},
            input={},
            credentials=await self._credentials.opened(workspace_id, [row.service_name]),
            test=True,
        )
        proof = _proof(await run(task, self._doors, _keep_nothing))
        await self._credentials.note_test(
            row, works=proof.works, message=None if proof.works else proof.message
        )
        return proof


def definition(service_name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """`request` may have rules, for services that answer 200 to a wrong key, too."""
    call = {name: value for name, value in request.items() if name != "rules"}
    step = {
        "id": "test",
        "name": "Test the credential",
        "kind": "http",
        "credential": service_name,
        "request": call,
        "rules": list(request.get("rules") or ()),
        "retry": {"max_retries": 0},
        "timeout_ms": 20_000,
    }
    return {"config": {"version": 1, "steps": [step]}, "input_schema": {}, "field_mappings": []}


def _proof(end: object) -> Proof:
    if not isinstance(end, End):
        return Proof(False, "The service asks to wait before the next call.", "Try later.", None)
    entry = end.entries[-1] if end.entries else None
    if end.status == "success":
        return Proof(True, "The service accepted the credential.", "", entry)
    message = end.error_message or "The service did not accept the credential."
    return Proof(False, message, end.error_hint or "", entry)


async def _keep_nothing(_: Mark) -> None:
    return None
