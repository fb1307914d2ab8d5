"""The wizard on a template's page: it comes back with its address, and closing forgets all."""

import asyncio
from uuid import uuid4

import pytest
from nicegui import background_tasks, ui

from tests.pages.conftest import STEP, Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
async def template(place: Place) -> str:
    whole = {"name": f"Installed {uuid4()}", "config": {"steps": [STEP]}}
    made = await place.console.services.publishing.publish(place.acme.owner, whole, "private")
    return str(made.id)


def there(someone: Someone, testid: str) -> bool:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return any(one.props.get("data-testid") == testid for one in elements)


async def settled() -> None:
    if begun := list(background_tasks.running_tasks):
        await asyncio.wait(begun, timeout=0.3)


async def test_it_is_open_again_for_who_comes_back_to_its_address(
    place: Place, template: str
) -> None:
    owner = await place.someone(place.acme.owner)
    await owner.open(f"/templates/{template}")
    assert not there(owner, "install-sheet")
    await owner.open(f"/templates/{template}?install=1")
    assert there(owner, "install-sheet")
    viewer = await place.someone(place.acme.viewer)
    await viewer.open(f"/templates/{template}?install=1")
    assert not there(viewer, "install-sheet")


async def test_who_closes_it_leaves_nothing_of_it_behind(place: Place, template: str) -> None:
    owner = await place.someone(place.acme.owner)
    await owner.open(f"/templates/{template}?install=1")
    sheet = next(
        one
        for one in owner.user.client.elements.values()  # type: ignore[union-attr]
        if isinstance(one, ui.dialog) and one.props.get("data-testid") == "install-sheet"
    )
    owner.send(sheet, "hide")
    await settled()
    assert not there(owner, "install-sheet")
    kept = await place.console.services.updates.made_from(place.acme.owner, template)
    assert list(kept) == []


async def test_it_is_tried_on_somebody_the_workspace_knows(place: Place, template: str) -> None:
    owner = await place.someone(place.acme.owner)
    await owner.open(f"/templates/{template}?install=1")
    owner.send(owner.part("install-next"), "press")
    await until(lambda: there(owner, "try-contact"))
    assert "ada@acme.test" in str(getattr(owner.part("try-contact"), "_text", ""))


async def test_a_key_that_is_agreed_to_at_its_service_says_how_to_test_it_before(
    place: Place,
) -> None:
    step = {
        "id": "ask",
        "kind": "http",
        "credential": "sheets",
        "request": {"method": "GET", "url": "https://api.example.com/me"},
    }
    slot = {
        "service_name": "sheets",
        "title": "Sheets",
        "auth": {
            "type": "oauth2_authorization_code",
            "authorize_url": "https://login.example.com/authorize",
            "token_url": "https://login.example.com/token",
        },
        "fields": [{"name": "client_id", "title": "Id"}, {"name": "client_secret", "title": "S"}],
        "allowed_hosts": ["api.example.com", "login.example.com"],
        "test": {"method": "GET", "url": "https://api.example.com/me"},
    }
    whole = {"name": f"Agreed {uuid4()}", "config": {"steps": [step]}, "slots": [slot]}
    made = await place.console.services.publishing.publish(place.acme.owner, whole, "private")
    owner = await place.someone(place.acme.owner)
    await owner.open(f"/templates/{made.id}?install=1")
    owner.send(owner.part("install-next"), "press")
    await until(lambda: there(owner, "test-sheets"))
    assert "connect it under Credentials first" in owner.part("test-sheets").props["why"]
