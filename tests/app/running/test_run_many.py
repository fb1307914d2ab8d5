"""Many runs again, or to their end: looked at first, a few at a time, stopped in between."""

from uuid import UUID

import pytest

from app.services.history import Narrowed
from app.services.problems import NotAllowed
from app.services.run_many import Work
from tests.app.running.connectors import lookup

WAIT = {"Prefer": "wait=30"}
LATER = {"run_at": "2999-01-01T00:00:00Z"}


@pytest.fixture
async def connector(api, service) -> str:
    whole = lookup(service.url)
    whole["config"]["steps"][0]["rules"] = []
    return (await api.post("/connectors", json=whole)).json()["id"]


@pytest.fixture
async def failed(api, connector) -> list[str]:
    contact = (await api.post("/contacts", json={"email": "nobody@example.com"})).json()["id"]
    execute = f"/connectors/{connector}/execute"
    body = {"contact_id": contact}
    runs = [(await api.post(execute, json=body, headers=WAIT)).json() for _ in range(3)]
    return [run["id"] for run in runs]


async def test_only_what_can_go_on_is_offered_and_the_rest_is_counted(
    api, console, acme, connector, failed, ada
):
    execute = f"/connectors/{connector}/execute"
    await api.post(execute, json={"contact_id": ada}, headers=WAIT)
    await api.post(execute, json=LATER)
    many = console.services.run_many
    looked = await many.look(acme.viewer, Narrowed(), "again", "failed_step")
    assert [str(one) for one in looked.ids] == failed[::-1]
    assert looked.left_out == {"nothing_failed": 1, "live": 1}
    assert looked.connectors == {UUID(connector): 3}
    from_start = await many.look(acme.viewer, Narrowed(), "again", "start")
    assert (len(from_start.ids), from_start.left_out) == (4, {"live": 1})
    cancel = await many.look(acme.viewer, Narrowed(), "cancel")
    assert (len(cancel.ids), cancel.left_out) == (1, {"finished": 4})


async def test_each_runs_again_once(api, console, acme, failed):
    work, told = Work(3), []
    ids = [UUID(one) for one in failed]
    await console.services.run_many.again(
        acme.editor, ids, "failed_step", "latest", work, lambda: told.append(work.behind)
    )
    assert (work.done, work.over, told) == (3, True, [1, 2, 3])
    again = (await api.get("/executions?trigger=retry")).json()["items"]
    assert sorted(one["retry_of"] for one in again) == sorted(failed)
    assert {UUID(one["id"]) for one in again} == set(work.made)


async def test_what_a_restart_cut_off_goes_on_where_it_stopped(api, console, acme, failed):
    many = console.services.run_many
    await console.services.executions.retry(acme.editor, UUID(failed[0]))
    which = Narrowed(ids=tuple(map(UUID, failed)))
    for from_ in ("failed_step", "start"):
        looked = await many.look(acme.viewer, which, "again", from_)
        assert sorted(map(str, looked.ids)) == sorted(failed[1:])
        assert looked.left_out == {"again": 1}


async def test_who_stops_it_keeps_what_was_done(api, console, acme, connector):
    execute = f"/connectors/{connector}/execute"
    runs = [(await api.post(execute, json=LATER)).json()["id"] for _ in range(12)]
    work = Work(12)
    ids = [UUID(one) for one in runs]
    await console.services.run_many.cancel(acme.editor, ids, work, work.stop)
    assert 1 <= work.done < 12
    stopped = (await api.get("/executions?status=cancelled&limit=50")).json()["items"]
    assert len(stopped) == work.done


async def test_what_meanwhile_cannot_be_done_is_told_with_its_reason(console, acme, failed):
    work = Work(3)
    await console.services.run_many.cancel(acme.editor, [UUID(one) for one in failed], work)
    assert (work.done, work.refused.total()) == (0, 3)
    assert "finished already" in next(iter(work.refused))


async def test_a_viewer_starts_nothing(api, console, acme, failed):
    with pytest.raises(NotAllowed):
        await console.services.run_many.again(
            acme.viewer, [UUID(one) for one in failed], "start", "same", Work(3)
        )
    assert (await api.get("/executions?trigger=retry")).json()["items"] == []
