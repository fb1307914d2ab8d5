"""What a run keeps has bounds, whatever its steps make of small things."""

import asyncio
from dataclasses import replace

from tests.engine.run.story import call, connector

INPUT = {"type": "object", "properties": {"n": {}}}
MEGABYTE = "x" * 1_000_000


def made_of(step, name, before):
    return {"id": step, "kind": "set", "values": {name: [f"{{{{ {before} }}}}"] * 10}}


def too_large(end):
    return end.status == "failed" and "larger than 32 MB" in end.error_message


async def test_lists_that_hold_each_other_end_before_they_are_written_down(player):
    steps = [made_of("s0", "x", "input.n")]
    steps += [made_of(f"s{n}", "x", f"steps.s{n - 1}.x") for n in range(1, 10)]
    end = await player.play(connector(*steps, input_schema=INPUT), input={"n": 1})
    assert too_large(end)
    assert [line["status"] for line in end.entries] == ["success"] * 6 + ["failed"]


async def test_a_body_made_of_them_is_not_sent(player, service):
    step = call("a", f"{service.url}/echo", "POST", body={"json": ["{{ input.n }}"] * 40})
    end = await player.play(connector(step, input_schema=INPUT), input={"n": MEGABYTE})
    assert too_large(end)
    assert service.calls() == []


async def test_several_large_values_of_one_step_count_together(player):
    step = {"id": "a", "kind": "set", "values": {f"n{n}": "{{ input.n }}" for n in range(40)}}
    end = await player.play(connector(step, input_schema=INPUT), input={"n": MEGABYTE})
    assert too_large(end)


async def test_a_loop_ends_where_its_results_are_too_much(player):
    inside = {"id": "a", "kind": "set", "values": {"n": "{{ input.n[0] }}"}}
    loop = {
        "id": "loop", "kind": "for_each", "items": "{{ input.n }}", "as": "one",
        "steps": [inside], "result": {"n": "{{ steps.a.n }}"},
    }  # fmt: skip
    for together in (1, 5):
        player.marks.clear()
        definition = connector(loop | {"concurrency": together}, input_schema=INPUT)
        end = await player.play(definition, input={"n": [MEGABYTE] * 60})
        assert too_large(end)
        assert len(end.entries) < 45


async def test_the_record_keeps_no_more_bodies_than_a_person_would_read(player, service):
    service.says = {"x": "y" * 60_000}
    ask = call("a", f"{service.url}/say", extract={"size": "$.x"})
    loop = {"id": "loop", "kind": "for_each", "items": "{{ input.n }}", "as": "one",
            "steps": [ask], "result": {}, "concurrency": 20}  # fmt: skip
    end = await player.play(connector(loop, input_schema=INPUT), input={"n": [0] * 600})
    assert end.outcome == "found"
    answers = [line["response"] for line in end.entries if line["kind"] == "http"]
    assert len({one["size"] for one in answers}) == 1
    kept = [one for one in answers if one["body"]]
    assert 400 < len(kept) < 600
    assert all(one["truncated"] for one in answers if not one["body"])
    assert len(end.entries[-1]["extracted"]["size"]) == 201


async def test_loops_in_loops_come_to_an_end(player):
    inner = {
        "id": "inner", "kind": "for_each", "items": "{{ input.n }}", "as": "two", "result": {},
        "steps": [{"id": "a", "kind": "set", "values": {"n": 1}}], "on_error": "continue",
    }  # fmt: skip
    outer = {**inner, "id": "outer", "as": "one", "steps": [inner]}
    first = {"id": "first", "kind": "set", "values": {"n": 1}}
    definition = connector(first, outer, input_schema=INPUT)
    await player.once(definition, input={"n": []})
    done = {"first": replace(player.done["first"], position=99_980)}
    end = await player.once(definition, input={"n": [0] * 100}, done=done)
    assert (end.status, end.error_code) == ("failed", "too_many_steps")
    assert len(end.entries) < 20


async def test_a_loop_that_calls_nobody_lets_others_go_on(player):
    inside = {"id": "a", "kind": "set", "values": {"n": 1}}
    loop = {"id": "loop", "kind": "for_each", "items": "{{ input.n }}", "as": "one",
            "steps": [inside], "result": {}}  # fmt: skip
    meanwhile = 0

    async def others():
        nonlocal meanwhile
        while True:
            meanwhile += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await player.play(connector(loop, input_schema=INPUT), input={"n": [0] * 50})
    task.cancel()
    assert meanwhile >= 50


async def test_an_answer_picked_apart_too_often_is_too_much(player, service):
    service.says = {"x": MEGABYTE}
    step = call("a", f"{service.url}/say", extract={f"n{n}": "$" for n in range(40)})
    maps = {f"data.n{n}": f"{{{{ steps.a.n{n} }}}}" for n in range(40)}
    assert too_large(await player.play(connector(step, maps=maps)))


async def test_what_is_written_counts_together_too(player, service):
    maps = {f"data.n{n}": "{{ input.n }}" for n in range(40)}
    definition = connector(call("a", f"{service.url}/echo"), maps=maps, input_schema=INPUT)
    assert too_large(await player.play(definition, input={"n": MEGABYTE}))


async def test_pages_are_cut_where_they_hold_as_much_as_one_answer_may(player, service):
    service.says = {"results": [MEGABYTE]}
    step = call("a", f"{service.url}/say")
    step["paginate"] = {"kind": "page", "param": "page", "items": "$.results", "max_pages": 99}
    end = await player.play(connector(step))
    assert end.status == "success"
    assert len(service.calls()) == 17
    assert "(cut there, more follow)" in player.sentences[-1]
