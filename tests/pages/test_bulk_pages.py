"""What the page of a bulk run decides on the server."""

from decimal import Decimal

import psycopg
import pytest
from nicegui import ui

from app.services.bulk import Batch
from app.services.choosing import Chosen
from app.services.connectors import Wanted
from components.controls import Field
from tests.databases import Tenant, make_tenant
from tests.pages.conftest import Place, Someone
from tests.waiting import until

TOLD_ONCE = "There is no such workspace."

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = {
    "id": "phones",
    "name": "Phone by one service",
    "kind": "waterfall",
    "attempts": [
        {
            "name": "One",
            "cost": 0.5,
            "steps": [{"id": "one", "kind": "set", "values": {"phone": "1"}}],
            "result": {"phone": "{{ steps.one.phone }}"},
        }
    ],
}


async def test_a_batch_that_became_too_dear_goes_on_with_a_higher_limit(place: Place) -> None:
    tenant = make_tenant(place.owner_url, "dear")  # others count what is in the usual one
    batch = await _too_dear(place, tenant)
    editor = await place.someone(tenant.editor)
    await editor.open(f"/bulk/{batch.id}")
    editor.send(editor.part("resume"), "press")
    await until(lambda: _is_there(editor, "limit"))
    limit = editor.part("limit")
    assert isinstance(limit, Field)
    assert limit.props["value"] == "1.5"  # half of it is spent; two contacts are left
    limit.set_value("0.7")
    editor.send(editor.part("go-on"), "press")
    await until(lambda: "at least 1," in str(limit.props.get("error")))
    assert (await _now(place, tenant, batch)).row.state == "paused"
    limit.set_value("1,5")
    editor.send(editor.part("go-on"), "press")
    await until(lambda: not _is_there(editor, "resume"))
    now = await _now(place, tenant, batch)
    assert (now.row.state, now.row.max_cost) == ("running", Decimal("1.5"))


async def test_a_page_whose_reader_has_left_the_workspace_looks_no_more(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    tenant = make_tenant(place.owner_url, "left")
    editor = await place.someone(tenant.editor)
    await editor.open("/bulk")
    (looking,) = [one for one in editor.every(ui.timer) if one.interval == 2.0]
    with psycopg.connect(place.owner_url) as tables:
        tables.execute("delete from workspace_members where user_id = %s", [tenant.editor.user_id])
    await until(lambda: not looking.active)
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == [TOLD_ONCE]


async def _too_dear(place: Place, tenant: Tenant) -> Batch:
    services, owner = place.console.services, tenant.owner
    made = await services.connectors.create(owner, Wanted("Dear", {"version": 1, "steps": [STEP]}))
    people = [(await services.contacts.add(owner, {"email": f"{n}@x.test"})).id for n in "abc"]
    chosen = Chosen(contact_ids=people)
    batch = await services.bulk.start(owner, made.id, chosen, max_cost=Decimal("0.6"))
    with psycopg.connect(place.owner_url) as tables:
        tables.execute(
            "update bulk_executions set state = 'paused', fed = 1, cost = 0.5 where id = %s",
            [batch.id],
        )
    return batch


async def _now(place: Place, tenant: Tenant, batch: Batch) -> Batch:
    return await place.console.services.bulk.get(tenant.viewer, batch.id)


def _is_there(someone: Someone, testid: str) -> bool:
    client = someone.user.client
    assert client is not None
    return any(one.props.get("data-testid") == testid for one in client.elements.values())
