"""What people see where there is nothing, or where something broke; and what the search finds."""

import pytest
from nicegui import ui

from app.pages.finding import find
from tests.pages.conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="session")
A_PERSON = {"accept": "text/html"}


async def test_an_address_without_a_page_says_so_and_leads_home(place: Place) -> None:
    viewer = await place.someone(place.acme.viewer)
    answer = await viewer.user.http_client.get("/nowhere", headers=A_PERSON)
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.text
    assert "HTTPException" not in answer.text


async def test_a_page_that_breaks_tells_nothing_of_its_inside(place: Place) -> None:
    @ui.page("/breaks")
    async def breaks() -> None:
        raise RuntimeError("the secret of the house")

    viewer = await place.someone(place.acme.viewer)
    answer = await viewer.user.http_client.get("/breaks", headers=A_PERSON)
    assert answer.status_code == 500
    assert "This page could not be shown" in answer.text
    assert "secret of the house" not in answer.text


async def test_the_search_finds_connectors_contacts_and_runs(place: Place) -> None:
    services, me = place.console.services, place.acme.editor
    run = await services.executions.enqueue(me, place.connector.id, contact_id=place.contact.id)
    by_name = await find(services, me, "hello")
    assert f"/connectors/{place.connector.id}" in {one["href"] for one in by_name}
    by_person = {one["href"]: one for one in await find(services, me, "ada@")}
    assert f"/contacts/{place.contact.id}" in by_person
    assert by_person[f"/runs/{run.id}"]["title"] == "Say hello"
    assert by_person[f"/runs/{run.id}"]["more"].endswith("Waiting")
