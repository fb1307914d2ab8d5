"""Trying a connector: runs now, says what it would write, and leaves nothing behind."""

import asyncio
from uuid import uuid4

import pytest

from app.services import testing
from app.services.problems import TooMany
from app.services.testing import Trial
from engine.run.events import StepFinished, StepStarted
from tests.app.running.connectors import lookup


def definition(url: str) -> dict:
    return {name: lookup(url)[name] for name in ("config", "field_mappings")}


async def test_steps_that_nobody_saved_are_tried_on_a_typed_contact(api, service):
    body = {"definition": definition(service.url), "contact": {"email": "ada@example.com"}}
    record = (await api.post("/connectors/test", json=body)).json()
    assert (record["status"], record["outcome"]) == ("success", "found")
    assert (record["id"], record["connector_id"], record["contact_id"]) == (None, None, None)
    assert record["would_write"][0]["after"] == "Ada"
    assert record["steps_executed"][0]["response"]["status"] == 200
    assert (await api.get("/executions")).json()["items"] == []


async def test_a_record_is_answered_also_where_the_run_fails(api, service):
    failing = definition(f"{service.url}/bad/404?x=")
    failing["config"]["steps"][0]["rules"] = []
    body = {"definition": failing, "contact": {"email": "ada@example.com"}}
    answer = await api.post("/connectors/test", json=body)
    assert answer.status_code == 200
    record = answer.json()
    assert (record["status"], record["outcome"]) == ("failed", "failed")
    assert record["error_message"]
    assert record["steps_executed"][0]["error"]["message"] == record["error_message"]
    assert record["would_write"] == []


async def test_a_test_keeps_to_the_same_guards_as_a_run(api):
    body = {"definition": definition("http://169.254.169.254"), "contact": {"email": "a@b.c"}}
    record = (await api.post("/connectors/test", json=body)).json()
    assert record["status"] == "failed"
    assert "not allowed" in record["error_message"]


async def test_a_test_may_end_after_a_step_and_that_step_is_in_it(api, service):
    whole = definition(service.url)
    whole["config"]["steps"].append({"id": "later", "kind": "set", "values": {"a": "b"}})
    body = {"definition": whole, "contact": {"email": "ada@example.com"}, "until_step": "find"}
    record = (await api.post("/connectors/test", json=body)).json()
    assert [step["id"] for step in record["steps_executed"]] == ["find"]
    wrong = await api.post("/connectors/test", json={**body, "until_step": "nowhere"})
    assert [one["path"] for one in wrong.json()["errors"]] == ["until_step"]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"contact": {"shoe_size": "43"}}, "contact.shoe_size"),
        ({"contact": {"email": 7}}, "contact.email"),
        ({"contact": {}, "contact_id": str(uuid4())}, "contact"),
        ({"input": {"limit": "many"}}, "input.limit"),
        ({"colour": "red"}, "colour"),
        ({"definition": {"config": {"steps": [{"id": "x", "kind": "?"}]}}}, "config.steps[0].kind"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_sent(api, service, more, path):
    schema = {"type": "object", "properties": {"limit": {"type": "integer"}}}
    whole = {**definition(service.url), "input_schema": schema}
    answer = await api.post("/connectors/test", json={"definition": whole, **more})
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json()["errors"]]
    assert service.calls() == []


async def test_the_contact_of_another_workspace_is_not_there(api, theirs, service):
    foreign = (await theirs.post("/contacts", json={"email": "bo@globex.test"})).json()
    body = {"definition": definition(service.url), "contact_id": foreign["id"]}
    assert (await api.post("/connectors/test", json=body)).status_code == 404
    assert service.calls() == []


async def test_progress_is_told_step_by_step(console, acme, service):
    marks = []

    async def on_mark(mark):
        marks.append(mark)

    await console.services.testing.try_now(
        acme.editor, definition(service.url), Trial(contact={"email": "ada@example.com"}), on_mark
    )
    assert [type(mark) for mark in marks] == [StepStarted, StepFinished]


def slow(url: str) -> dict:
    """Notes something, then asks a service that does not answer for a minute."""
    call = {"id": "ask", "kind": "http", "request": {"url": f"{url}/slow?seconds=60"}}
    return {"config": {"steps": [{"id": "note", "kind": "set", "values": {"a": "b"}}, call]}}


async def test_a_test_takes_only_so_long_and_keeps_what_it_found(console, acme, service):
    services = console.services
    impatient = testing.Testing(
        console.database,
        services.connectors,
        services.credentials.opened,
        services.testing.doors,
        longest_s=0.3,
    )
    record = await impatient.try_now(acme.editor, slow(service.url), Trial())
    assert (record.status, record.error_code) == ("timeout", "test_too_long")
    assert [step["id"] for step in record.steps_executed] == ["note"]


async def test_a_cancelled_test_makes_room_for_the_next(console, acme, service):
    services = console.services
    narrow = testing.Testing(
        console.database,
        services.connectors,
        services.credentials.opened,
        services.testing.doors,
        at_once=1,
    )
    begun = asyncio.Event()

    async def on_mark(_):
        begun.set()

    whole = slow(service.url)
    first = asyncio.create_task(narrow.try_now(acme.editor, whole, Trial(), on_mark))
    await begun.wait()
    with pytest.raises(TooMany):
        await narrow.try_now(acme.editor, whole, Trial())
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    quick = {"config": {"steps": [{"id": "note", "kind": "set", "values": {"a": "b"}}]}}
    assert (await narrow.try_now(acme.editor, quick, Trial())).status == "success"
