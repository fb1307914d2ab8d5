"""What the builder says before it publishes, and what it mends at a press."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from app.services.credentials import Given
from tests.pages.conftest import Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

URL = "https://api.lookup.example/people"


def call(**more: Any) -> dict[str, Any]:
    return {"id": "find", "kind": "http", "name": "Find", "request": {"url": URL}, **more}


async def opened(place: Place, *steps: dict[str, Any], **more: Any) -> tuple[Someone, Any]:
    document = {"name": "Draft", "description": "", "steps": list(steps), "field_mappings": []}
    made = await place.console.services.drafts.begin(place.acme.owner, {**document, **more})
    someone = await place.someone(place.acme.owner)
    await someone.open(f"/connectors/{made.id}")
    return someone, made.id


def buttons(someone: Someone, testid: str) -> list[Any]:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return [one for one in elements if one.props.get("data-testid") == testid]


async def version(place: Place, connector_id: Any) -> int:
    return (await place.console.services.connectors.get(place.acme.owner, connector_id)).version


async def test_a_missing_key_is_told_before_publishing_and_can_wait(place: Place) -> None:
    someone, made = await opened(place, call(credential=f"lookup{uuid4().hex[:6]}"))
    someone.send(someone.part("publish"), "press")
    await until(lambda: buttons(someone, "problems"))
    assert [one.props["label"] for one in buttons(someone, "mend")] == ["Give the key"]
    assert await version(place, made) == 1
    someone.send(someone.part("publish-anyway"), "press")
    await until(lambda: someone.part("publish").props["why"].startswith("Nothing has changed"))
    assert await version(place, made) == 2


async def test_a_misspelt_name_is_put_right_by_a_press(place: Place) -> None:
    mapping = {"field": "emial", "value": "{{ steps.note.x }}", "write": "overwrite"}
    note = {"id": "note", "kind": "set", "values": {"x": "{{ contact.emial }}"}}
    someone, made = await opened(place, note, field_mappings=[mapping])
    someone.send(someone.part("trouble"), "press")
    await until(lambda: len(buttons(someone, "mend")) == 3)  # one of them in the settings
    someone.send(buttons(someone, "mend")[-1], "press")
    await until(lambda: len(buttons(someone, "mend")) == 2)
    someone.send(buttons(someone, "mend")[-1], "press")
    await until(lambda: someone.part("publish").props["why"] == "")
    await until(lambda: not buttons(someone, "mend"))
    async with asyncio.timeout(30):  # of several savings the last
        while _said(await _draft(place, made)) != ("{{ contact.email }}", "email"):
            pass


async def test_a_step_that_is_wanted_sooner_moves_up_at_a_press(place: Place) -> None:
    use = {"id": "use", "kind": "set", "values": {"x": "{{ steps.late.y }}"}}
    someone, made = await opened(place, use, {"id": "late", "kind": "set", "values": {"y": "1"}})
    someone.send(someone.part("trouble"), "press")
    await until(lambda: buttons(someone, "mend"))
    assert buttons(someone, "mend")[-1].props["label"] == "Move it up"
    someone.send(buttons(someone, "mend")[-1], "press")
    await until(lambda: not buttons(someone, "mend"))
    async with asyncio.timeout(30):
        while [one["id"] for one in (await _draft(place, made))["steps"]] != ["late", "use"]:
            pass


async def test_a_host_is_allowed_only_after_it_was_agreed_to(place: Place) -> None:
    service = f"lookup{uuid4().hex[:6]}"
    given = Given(service, {"type": "bearer"}, {"api_key": "secret-8271-x"}, {}, ["other.example"])
    key = await place.console.services.credentials.add(place.acme.owner, given)
    someone, _ = await opened(place, call(credential=service))
    someone.send(someone.part("trouble"), "press")
    await until(lambda: buttons(someone, "mend"))
    assert buttons(someone, "mend")[-1].props["label"] == "Allow api.lookup.example"
    someone.send(buttons(someone, "mend")[-1], "press")
    await until(lambda: buttons(someone, "confirm-yes"))
    assert await _hosts(place, key.id) == ["other.example"]
    asked = buttons(someone, "confirm")[-1]
    asked.submit(False)  # who thinks again still sees what is wrong
    await until(lambda: not asked.value)
    assert buttons(someone, "problems")[-1].value
    someone.send(buttons(someone, "mend")[-1], "press")
    await until(lambda: len(buttons(someone, "confirm-yes")) == 2)
    someone.send(buttons(someone, "confirm-yes")[-1], "press")
    await until(lambda: someone.part("trouble").visible is False)
    assert await _hosts(place, key.id) == ["other.example", "api.lookup.example"]


async def test_an_address_inside_our_own_network_is_a_reason_not_to_publish(place: Place) -> None:
    closed = call(request={"url": "http://169.254.169.254/latest"})
    someone, _ = await opened(place, closed)
    assert "This address is not allowed." in someone.part("publish").props["why"]


async def _draft(place: Place, connector_id: Any) -> dict[str, Any]:
    return (await place.console.services.drafts.open(place.acme.owner, connector_id)).document


def _said(document: dict[str, Any]) -> tuple[str, str]:
    return document["steps"][0]["values"]["x"], document["field_mappings"][0]["field"]


async def _hosts(place: Place, key: Any) -> list[str]:
    return (await place.console.services.credentials.get(place.acme.owner, key)).allowed_hosts
