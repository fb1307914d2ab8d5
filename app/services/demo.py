"""The demo workspace: 25 invented contacts and two connectors that call the practice service."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from app.practice.service import KEY
from app.services.all import Services
from app.services.connectors import Wanted
from app.services.credentials import Given
from db.session import Actor

SERVICE = "practice"
_DATA = Path(__file__).parents[2] / "assets" / "practice"


async def fill(services: Services, owner: UUID, workspace_id: str, practice: str) -> bool:
    """Once, while the workspace is empty. `practice` is the practice service's host:port."""
    actor = Actor(owner, workspace_id, "owner")
    if (await services.connectors.list(actor, limit=1)).items:
        return False
    if (await services.credentials.listed(actor, limit=1)).items:
        return False
    for contact in reversed(_read("contacts.json")):  # the newest stands first in every list
        await services.contacts.add(actor, contact)
    await services.credentials.add(actor, _credential(practice))
    for connector in _read("connectors.json", practice):
        await services.connectors.create(actor, Wanted(**connector))
    return True


def _credential(practice: str) -> Given:
    return Given(
        service_name=SERVICE,
        label="Practice service (this machine)",
        auth={"type": "header", "name": "X-Api-Key"},
        secrets={"api_key": KEY},
        settings={},
        allowed_hosts=[practice],
        test={
            "method": "GET",
            "url": f"http://{practice}/v1/email/check",
            "query": {"email": "amelia.novak@shoply.example"},
        },
    )


def _read(name: str, practice: str = "") -> list[dict[str, Any]]:
    text = (_DATA / name).read_text("utf-8").replace("PRACTICE_HOST", practice)
    read: list[dict[str, Any]] = json.loads(text)
    return read
