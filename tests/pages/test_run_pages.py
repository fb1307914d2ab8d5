"""What the pages about runs decide on the server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from psycopg.types.json import Jsonb

from app.services.connectors import Wanted
from components.controls import Button
from components.failures import Failures
from components.listing import Listing
from components.run_log import RunLog
from components.waterfall import Waterfall
from db import held, records
from db.connectors import Connector
from db.executions import Execution
from db.session import Runner
from tests.pages.conftest import STEP, Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def own(place: Place) -> AsyncIterator[Connector]:
    """It takes its runs with it: the place is everybody's."""
    connectors = place.console.services.connectors
    made = await connectors.create(
        place.acme.owner, Wanted("Mine", {"version": 1, "steps": [STEP]})
    )
    yield made
    await connectors.remove(place.acme.owner, made.id)


async def test_a_run_on_hold_says_what_it_waits_for_and_can_go_on(
    place: Place, own: Connector
) -> None:
    run = await _held(place, own)
    viewer = await place.someone(place.acme.viewer)
    editor = await place.someone(place.acme.editor)
    for one in (viewer, editor):
        await one.open(f"/runs/{run.id}")
        assert _says(one, "No lookups are left.")
        assert _says(one, "On hold")
    assert "editor" in viewer.part("held-go").props["why"]
    editor.send(editor.part("held-go"), "press")
    async with asyncio.timeout(30):
        while await place.console.services.holds.why(  # noqa: ASYNC110  a row announces nothing
            place.acme.viewer, run.id
        ):
            await asyncio.sleep(0.01)


async def test_a_run_for_later_says_when(place: Place, own: Connector) -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    run = await place.console.services.executions.enqueue(place.acme.editor, own.id, run_at=later)
    viewer = await place.someone(place.acme.viewer)
    await viewer.open(f"/runs/{run.id}")
    assert _says(viewer, "Planned for")
    await viewer.open(f"/runs?connector_id={own.id}")
    (row,) = viewer.only(Listing).props["rows"]
    assert row["cells"]["result"]["word"] == "Planned"


async def test_a_run_that_waits_says_until_when(place: Place, own: Connector) -> None:
    run = await _waiting(place, own)
    viewer = await place.someone(place.acme.viewer)
    for page in (f"/runs?connector_id={own.id}", "/"):
        await viewer.open(page)
        cells = next(row["cells"] for row in viewer.only(Listing).props["rows"] if row["id"] == run)
        assert cells["result"]["word"] == "Waiting until {time}"
        assert datetime.fromisoformat(cells["result"]["at"]) > datetime.now(UTC)
    for page in (f"/runs/{run}", f"/contacts/{place.contact.id}"):
        await viewer.open(page)
        assert _says(viewer, "Waiting until {time}")
    shown = await place.console.services.history.get(place.acme.viewer, UUID(run))
    assert shown.status == "running"


async def test_runs_on_hold_can_be_asked_for(place: Place, own: Connector) -> None:
    run = await _held(place, own)
    viewer = await place.someone(place.acme.viewer)
    await viewer.open("/runs?show=held")
    (row,) = viewer.only(Listing).props["rows"]
    assert (row["id"], row["cells"]["result"]["word"]) == (str(run.id), "On hold")


async def test_a_viewer_chooses_no_runs_and_decides_about_no_error(
    place: Place, own: Connector
) -> None:
    viewer = await place.someone(place.acme.viewer)
    await viewer.open("/runs")
    assert viewer.only(Listing).props["pickable"] is False
    await _failed(place, own)
    await viewer.open("/runs/errors")
    listed = viewer.only(Failures)
    assert "editor" in listed.props["why"]
    viewer.send(listed, "group-act", {"key": listed.props["rows"][0]["key"], "act": "resolve"})
    groups = await place.console.services.error_groups.listed(place.acme.viewer)
    assert [one.state for one in groups] == ["open"]


async def test_a_forged_address_is_only_an_empty_list(place: Place) -> None:
    viewer = await place.someone(place.acme.viewer)
    for query in ("connector_id=7&bulk_id=x", "since=soon&until=0001-01-01", "show=%00&when=x"):
        await viewer.open(f"/runs?{query}")
        viewer.only(Listing)
    await viewer.open(f"/runs?contact_id={uuid4()}")
    assert viewer.only(Listing).props["rows"] == []


async def test_a_run_that_failed_for_its_key_leads_to_the_key(place: Place, own: Connector) -> None:
    run = await _failed(place, own, "credential_refused")
    viewer = await place.someone(place.acme.viewer)
    await viewer.open(f"/runs/{run.id}")
    ways = [
        one.props["href"] for one in viewer.every(Button) if one.props["label"] == "See the key"
    ]
    assert ways == ["/credentials"]  # its step names none
    assert _says(viewer, "Nothing: it ended before values are written.")


async def test_home_says_what_waits_for_a_person(place: Place, own: Connector) -> None:
    await _held(place, own)
    await _failed(place, own)
    viewer = await place.someone(place.acme.viewer)
    await viewer.open("/")
    hints = viewer.inside(viewer.part("waiting"))
    assert {"/runs?show=held", "/runs/errors"} <= {one.props.get("href") for one in hints}


async def test_a_viewer_reads_a_contact_and_types_nothing(place: Place) -> None:
    for who, only_read in ((place.acme.viewer, True), (place.acme.editor, False)):
        someone = await place.someone(who)
        await someone.open(f"/contacts/{place.contact.id}")
        assert someone.part("field-city").props["readonly"] is only_read


async def test_alike_failures_name_the_step_as_people_do(place: Place, own: Connector) -> None:
    await _failed(place, own)
    viewer = await place.someone(place.acme.viewer)
    await viewer.open("/runs/errors")
    assert "Mine · Hello" in [one["where"] for one in viewer.only(Failures).props["rows"]]


@pytest.mark.parametrize(("body", "kept"), [({"a": "b"}, "keeps a part"), (None, "keeps none")])
async def test_an_answer_that_was_cut_says_how_long_it_was(
    place: Place, own: Connector, body: Any, kept: str
) -> None:
    run = await _failed(place, own)
    cut = {"status": 200, "headers": {}, "body": body, "size": 2_500_000, "truncated": True}
    entry = {"id": "hello", "name": "Hello", "kind": "http", "status": "success", "response": cut}
    async with place.console.database.connection_for(Runner("acme")) as connection:
        await connection.execute(
            "update connector_executions set steps_executed = %s where id = %s",
            [Jsonb([entry]), run.id],
        )
    viewer = await place.someone(place.acme.viewer)
    await viewer.open(f"/runs/{run.id}?step=hello")
    assert _says(viewer, "The answer had 2.5 MB.")
    assert _says(viewer, kept)
    assert _says(viewer, "Download what is kept") is (body is not None)


async def test_a_line_of_the_story_opens_the_turn_it_tells_of(place: Place, own: Connector) -> None:
    run = await _failed(place, own)
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    turns = [
        {"id": "look", "path": f"loop[{n}].look", "kind": "http", "status": "success",
         "started_at": (noon + timedelta(seconds=n)).isoformat()}
        for n in range(3)
    ]  # fmt: skip
    async with place.console.database.connection_for(Runner("acme")) as connection:
        await connection.execute(
            "update connector_executions set steps_executed = %s where id = %s",
            [Jsonb(turns), run.id],
        )
    viewer = await place.someone(place.acme.viewer)
    await viewer.open(f"/runs/{run.id}")
    told = noon + timedelta(seconds=1.5)
    viewer.send(viewer.only(RunLog), "line-pick", f"look {told.isoformat()}")
    await until(lambda: viewer.only(Waterfall).props["chosen"] == "loop[1].look")


async def _held(place: Place, own: Connector) -> Execution:
    run = await place.console.services.executions.enqueue(place.acme.editor, own.id)
    row = {
        "execution_id": run.id,
        "held_for": "quota",
        "held_by": None,
        "error_code": "quota",
        "error_message": "No lookups are left.",
        "error_hint": "Buy some.",
    }
    async with place.console.database.connection_for(Runner("acme")) as connection:
        await connection.execute(
            "update connector_executions set status = 'running' where id = %s", [run.id]
        )
        await held.hold(connection, [row])
    return run


async def _waiting(place: Place, own: Connector) -> str:
    """It has begun, and shall go on in two hours."""
    run = await place.console.services.executions.enqueue(
        place.acme.editor, own.id, contact_id=place.contact.id
    )
    async with place.console.database.connection_for(Runner("acme")) as connection:
        await connection.execute(
            "update connector_executions set status = 'running', started_at = now() where id = %s",
            [run.id],
        )
        paused = {"execution_id": run.id, "after_s": 7200, "state": None}
        await records.release(connection, "acme", [paused])
    return str(run.id)


async def _failed(place: Place, own: Connector, code: str = "timeout") -> Execution:
    run = await place.console.services.executions.enqueue(place.acme.editor, own.id)
    async with place.console.database.connection_for(Runner("acme")) as connection:
        await connection.execute(
            "update connector_executions set status = 'failed', outcome = 'failed',"
            " current_step = 'hello', error_code = %s, error_message = 'Too late.',"
            " finished_at = now() where id = %s",
            [code, run.id],
        )
    return run


def _says(someone: Someone, words: str) -> bool:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return any(words in str(one._text or "") + str(one.props) for one in elements)
