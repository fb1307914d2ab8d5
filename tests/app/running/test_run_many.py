"""Many runs again, or to their end: looked at first, a few at a time, stopped in between."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.main import Console, build
from app.services.connectors import Wanted
from app.services.executions import Executions
from app.services.history import Narrowed
from app.services.problems import NotAllowed
from app.services.run_many import IN_ONE, MAY_NOT, RunMany
from app.settings import Settings
from db.logins import Logins
from db.run_wishes import RunWish
from db.session import Runner
from engine.effects.master_key import MasterKey
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


@pytest.fixture
async def quiet(owner_url: str, console_url: str) -> AsyncIterator[Console]:
    """A console without a worker: nobody carries on but the test."""
    made = build(
        Settings(),
        Logins(owner_url, console_url),
        MasterKey(bytes(range(32))),
        with_pages=False,
    )
    await made.start(with_worker=False)
    yield made
    await made.stop()


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
    many = console.services.run_many
    ids = [UUID(one) for one in failed]
    wish = await fulfilled(many, acme, await many.again(acme.editor, ids, "failed_step", "latest"))
    assert (wish.total, wish.behind, wish.done, wish.refused) == (3, 3, 3, {})
    again = (await api.get("/executions?trigger=retry")).json()["items"]
    assert sorted(one["retry_of"] for one in again) == sorted(failed)
    assert await many.unfinished(acme.viewer) == []


async def test_what_was_started_again_is_not_offered_again(console, acme, failed):
    await console.services.executions.retry(acme.editor, UUID(failed[0]))
    which = Narrowed(ids=tuple(map(UUID, failed)))
    for from_ in ("failed_step", "start"):
        looked = await console.services.run_many.look(acme.viewer, which, "again", from_)
        assert sorted(map(str, looked.ids)) == sorted(failed[1:])
        assert looked.left_out == {"again": 1}


class Dies(BaseException):
    """As a process does: nobody catches it."""


async def test_what_a_crash_cut_off_goes_on_where_it_stopped(quiet, acme):
    """The first worker dies over its second few, after some of them had their turn."""
    many, executions = quiet.services.run_many, quiet.services.executions
    runs = await ended(quiet, acme, 2 * IN_ONE)
    wish = await many.again(acme.editor, runs, "start", "same")
    had_their_turn = 0

    class Mortal(Executions):
        async def retry(self, *said):
            nonlocal had_their_turn
            if had_their_turn == IN_ONE + 5:
                raise Dies
            had_their_turn += 1
            return await executions.retry(*said)

    with pytest.raises(Dies):
        await RunMany(quiet.parts.database, Mortal.__new__(Mortal)).carry_on()
    assert (await many.get(acme.viewer, wish.id)).behind == IN_ONE
    await many.carry_on()
    wish = await many.get(acme.viewer, wish.id)
    assert (wish.behind, wish.done) == (2 * IN_ONE, 2 * IN_ONE)
    assert wish.finished_at
    again = await quiet.services.history.list(acme.viewer, Narrowed(trigger="retry"), limit=200)
    assert sorted(str(one.retry_of) for one in again.items) == sorted(map(str, runs))


async def test_who_stops_it_keeps_what_was_done(quiet, acme):
    many = quiet.services.run_many
    runs = await ended(quiet, acme, 3)
    wish = await many.again(acme.editor, runs, "start", "same")
    await many.stop(acme.editor, wish.id)
    await many.carry_on()
    wish = await many.get(acme.viewer, wish.id)
    assert (wish.behind, wish.finished_at is not None) == (0, True)


async def test_runs_that_wait_are_stopped_together(api, console, acme, connector):
    execute = f"/connectors/{connector}/execute"
    runs = [UUID((await api.post(execute, json=LATER)).json()["id"]) for _ in range(3)]
    many = console.services.run_many
    wish = await fulfilled(many, acme, await many.cancel(acme.editor, runs))
    assert wish.done == 3
    assert len((await api.get("/executions?status=cancelled")).json()["items"]) == 3


async def test_what_meanwhile_cannot_be_done_is_told_with_its_reason(console, acme, failed):
    many = console.services.run_many
    wish = await many.cancel(acme.editor, [UUID(one) for one in failed])
    wish = await fulfilled(many, acme, wish)
    assert (wish.done, sum(wish.refused.values())) == (0, 3)
    assert "finished already" in next(iter(wish.refused))


async def test_nothing_more_is_done_for_who_may_not_any_more(quiet, acme):
    many = quiet.services.run_many
    wish = await many.again(acme.editor, await ended(quiet, acme, 3), "start", "same")
    await quiet.services.workspaces.change_role(acme.owner, "acme", acme.editor.user_id, "viewer")
    await many.carry_on()
    wish = await many.get(acme.viewer, wish.id)
    assert (wish.done, wish.refused) == (0, {MAY_NOT: 3})


async def test_a_viewer_starts_and_stops_nothing(api, console, acme, failed):
    many = console.services.run_many
    with pytest.raises(NotAllowed):
        await many.again(acme.viewer, [UUID(one) for one in failed], "start", "same")
    with pytest.raises(NotAllowed):
        await many.stop(acme.viewer, UUID(int=0))
    assert (await api.get("/executions?trigger=retry")).json()["items"] == []


async def fulfilled(many: RunMany, acme, wish: RunWish) -> RunWish:
    async with asyncio.timeout(30):
        while True:
            now = await many.get(acme.viewer, wish.id)
            if now.finished_at:
                return now
            await asyncio.sleep(0.05)


async def ended(quiet: Console, acme, count: int) -> list[UUID]:
    """Runs that failed, though no worker ever saw them."""
    step = {"id": "note", "kind": "set", "values": {"a": "b"}}
    wanted = Wanted("Note", {"version": 1, "steps": [step]})
    made = await quiet.services.connectors.create(acme.owner, wanted)
    start = quiet.services.executions.enqueue
    runs = [(await start(acme.editor, made.id)).id for _ in range(count)]
    async with quiet.parts.database.connection_for(Runner("acme")) as connection:
        await connection.execute(
            "update connector_executions set status = 'failed', outcome = 'failed',"
            " error_code = 'timeout', finished_at = now()"
        )
    return runs
