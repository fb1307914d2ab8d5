"""A run that crashes, loses its lease or is cancelled: nothing is done twice, nothing is lost."""

import asyncio

import pytest

from engine.run.events import PageRead, StepFinished
from engine.run.task import LostLease
from tests.engine.run.story import EXECUTION, Player, a_task, call, connector
from tests.engine.run.test_containers import PEOPLE, find, loop, looped


class Crash(Exception):
    """The process is gone."""


def crashing_after(player: Player, count: int):
    """Keeps so many finished steps, then dies before the next one is kept."""

    async def keep(mark):
        if isinstance(mark, StepFinished) and len(player.done) == count:
            raise Crash
        player.marks.append(mark)

    return keep


async def crash(player: Player, definition, count: int, **task):
    real, player.keep = player.keep, crashing_after(player, count)
    with pytest.raises(Crash):
        await player.play(definition, **task)
    player.keep = real


async def test_a_finished_step_is_never_performed_again(player, service):
    steps = [call(f"s{n}", f"{service.url}/echo/{n}", extract={"path": "$.path"}) for n in range(3)]
    maps = {"data.all": ["{{ steps.s0.path }}", "{{ steps.s1.path }}", "{{ steps.s2.path }}"]}
    definition = connector(*steps, maps=maps)
    await crash(player, definition, 2)
    end = await player.play(definition)

    assert end.status == "success"
    assert end.output["data.all"] == ["/echo/0", "/echo/1", "/echo/2"]
    assert [one.path for one in service.calls()] == ["/echo/0", "/echo/1", "/echo/2", "/echo/2"]
    assert [line["id"] for line in end.entries] == ["s0", "s1", "s2"]
    assert [one.position for one in player.done.values()] == [0, 1, 2]


async def test_the_call_that_was_under_way_is_repeated_with_the_same_key(player, service):
    step = call("order", f"{service.url}/orders", "POST", idempotency_header="Idempotency-Key")
    definition = connector(step)
    await crash(player, definition, 0)
    await player.play(definition)

    assert service.keys("/orders") == [f"{EXECUTION}:order"] * 2
    assert len(service.orders) == 1


async def test_a_loop_goes_on_after_its_last_kept_item(player, service):
    definition = connector(
        loop(find(service), result={"n": "{{ steps.find.name }}"}),
        maps={"data.names": "{{ steps.loop.items }}"},
        input_schema={"type": "object", "properties": {"emails": {}}},
    )
    await crash(player, definition, 2, input={"emails": PEOPLE})
    end = await player.play(definition, input={"emails": PEOPLE})

    assert end.output["data.names"] == [{"n": "Ada"}, None, {"n": "Grace"}]
    assert len(service.calls()) == 4
    assert [line.get("path") for line in end.entries] == [
        None, "loop[0].find", "loop[1].find", "loop[2].find",
    ]  # fmt: skip


async def test_what_went_wrong_before_the_crash_still_counts(player, service):
    broken = call("broken", f"{service.url}/bad/400?times=always", on_error="continue")
    definition = connector(broken, find(service, email="ada@example.com"))
    await crash(player, definition, 1)
    assert (await player.play(definition)).outcome == "partly"


async def test_what_went_wrong_inside_a_loop_before_the_crash_still_counts(player, service):
    step = loop(find(service, rules=[]))
    after = call("after", f"{service.url}/echo")
    definition = connector(step, after, input_schema={"type": "object"})
    await crash(player, definition, 4, input={"emails": PEOPLE})
    assert (await player.play(definition, input={"emails": PEOPLE})).outcome == "partly"


async def test_a_branch_taken_before_the_crash_is_remembered(player, service):
    inner = {"id": "inner", "kind": "set", "values": {"who": "Ada"}}
    way = {"id": "way", "kind": "branch", "branches": [{"name": "all", "steps": [inner]}]}
    after = call("after", f"{service.url}/echo/{{{{ steps.inner.who }}}}")
    definition = connector(way, after)
    await crash(player, definition, 2)
    end = await player.play(definition)
    assert [one.path for one in service.calls()] == ["/echo/Ada", "/echo/Ada"]
    assert [line.get("path", line["id"]) for line in end.entries] == ["way", "way.inner", "after"]


async def test_a_run_that_was_done_but_for_its_end_ends_the_same(player, service):
    definition = connector(find(service, email="nobody@example.com"), maps={"city": "x"})
    first = await player.play(definition)
    again = await player.play(definition)

    assert again == first
    assert again.outcome == "not_found"
    assert len(service.calls()) == 1


async def test_only_what_later_steps_need_is_kept(player, service):
    first = call("a", f"{service.url}/echo", extract={"m": "$.method", "p": "$.path"})
    second = call("b", f"{service.url}/companies/{{{{ steps.a.status }}}}")
    await player.play(connector(first, second))
    assert player.done["a"].result == {"m": "GET", "p": "/echo", "status": 200}
    assert player.done["b"].result == {}


async def test_a_run_that_lost_its_lease_stops_without_another_call(player, service):
    async def keep(mark):
        if isinstance(mark, StepFinished):
            raise LostLease

    player.keep = keep
    steps = [call(f"s{n}", f"{service.url}/echo/{n}") for n in range(2)]
    with pytest.raises(LostLease):
        await player.play(connector(*steps))
    assert len(service.calls()) == 1


async def test_a_lost_lease_inside_a_loop_stops_the_items_under_way(player, service):
    async def keep(mark):
        if isinstance(mark, StepFinished):
            raise LostLease

    player.keep = keep
    slow = call("slow", f"{service.url}/slow?seconds=60", when=IS_SLOW)
    with pytest.raises(LostLease):
        async with asyncio.timeout(30):
            await looped(player, loop(slow, find(service), concurrency=3))
    assert len(asyncio.all_tasks()) == 1


IS_SLOW = {"left": "{{ email_index }}", "op": "equals", "right": 2}


async def test_a_cancelled_run_aborts_its_call_at_once(player, service):
    definition = connector(call("slow", f"{service.url}/slow?seconds=60"))
    running = asyncio.create_task(player.once(definition))
    await asyncio.to_thread(service.wait_for, "/slow")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 20)
    assert player.done == {}


async def test_a_test_up_to_a_step_stops_after_it(player, service):
    steps = [call(f"s{n}", f"{service.url}/echo/{n}") for n in range(3)]
    end = await player.once(connector(*steps, maps={"city": "x"}), until_step="s1", test=True)
    assert [line["id"] for line in end.entries] == ["s0", "s1"]
    assert (end.status, end.outcome) == ("success", "found")
    assert len(end.mapped) == 1


async def test_a_test_has_no_execution_and_still_a_steady_key(player, service):
    step = call("order", f"{service.url}/orders?status=500", "POST")
    step["idempotency_header"] = "Idempotency-Key"
    end = await player.once(connector(step), execution_id=None, test=True)
    assert end.status == "success"
    first, second = service.keys("/orders")
    assert first == second
    assert first.endswith(":order")


async def test_what_a_run_knows(player, service):
    known = {
        "who": "{{ workspace.name }} {{ workspace.id }}",
        "run": "{{ execution.id }} {{ execution.attempt }}",
        "now": "{{ now }}",
        "contact": "{{ contact.id }} {{ contact.city | default('nowhere') }}",
    }
    step = {"id": "known", "kind": "set", "values": known}
    end = await player.play(connector(step), attempt=2)
    assert end.entries[0]["extracted"] == {
        "who": "Acme acme",
        "run": f"{EXECUTION} 2",
        "now": "2026-01-31T09:00:00.000Z",
        "contact": "c-1 nowhere",
    }


async def test_one_plan_serves_many_runs_at_once(player, service):
    definition = connector(find(service, email="{{ contact.email }}"), maps={
        "first_name": "{{ steps.find.name }}"})  # fmt: skip
    plan = a_task(definition).plan

    async def one(name):
        task = {"contact": {"email": f"{name}@example.com"}, "plan": plan}
        return (await Player(player.egress).once(definition, **task)).output

    names = [f"n{number}" for number in range(20)]
    ends = await asyncio.gather(*map(one, names))
    assert [end["first_name"] for end in ends] == [name.title() for name in names]


# Lists that come in pages


KINDS = [
    ("page", {"kind": "page", "param": "page", "size_param": "per_page", "size": 10}),
    ("offset", {"kind": "offset", "param": "offset", "size_param": "limit", "size": 10}),
    ("cursor", {"kind": "cursor", "param": "after", "next": "$.paging.next.after"}),
    ("next_url", {"kind": "next_url", "next": "$.next"}),
    ("link", {"kind": "link_header"}),
]


@pytest.mark.parametrize(("kind", "paginate"), KINDS, ids=[kind for kind, _ in KINDS])
async def test_a_list_goes_on_at_the_page_where_the_run_died(player, service, kind, paginate):
    url = f"{service.url}/pages/{kind}?total=95"
    step = call("list", url, paginate={**paginate, "items": "$.results"})
    ids = "{{ steps.list.items | length }}"
    definition = connector(step, maps={"data.n": ids})

    async def keep(mark):
        if isinstance(mark, PageRead) and mark.number == 7:
            raise Crash
        player.marks.append(mark)

    real, player.keep = player.keep, keep
    with pytest.raises(Crash):
        await player.play(definition)
    player.keep = real
    asked = len(service.calls())
    end = await player.play(definition)
    assert end.output["data.n"] == 95
    items = player.done["list"].result["items"]
    assert [item["id"] for item in items] == list(range(1, 96))
    assert (asked, len(service.calls())) == (8, 8 + 3)
    assert end.entries[0]["note"] == "95 items on 10 pages"


async def test_a_list_of_one_page_costs_no_record_of_its_own(player, service):
    step = call("list", f"{service.url}/pages/page?total=5")
    step["paginate"] = {"kind": "page", "param": "page", "size": 10, "items": "$.results"}
    await player.play(connector(step))
    assert player.pages == {}


async def test_pages_inside_a_loop_belong_to_their_item(player, service):
    inner = call("list", f"{service.url}/pages/page?total=15")
    inner["paginate"] = {"kind": "page", "param": "page", "size": 10, "items": "$.results"}
    definition = connector(loop(inner, items="{{ input.emails }}"))
    await player.play(definition, input={"emails": ["a", "b"]})
    assert list(player.pages) == ["loop[0].list", "loop[1].list"]
