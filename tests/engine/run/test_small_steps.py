"""set, stop and wait."""

from engine.run.task import Pause
from tests.engine.run.story import call, connector

INPUT = {"type": "object", "properties": {"n": {}}}


async def test_set_gives_values_a_name_and_keeps_their_type(player, service):
    step = {
        "id": "a",
        "kind": "set",
        "values": {"n": "{{ input.n }}", "all": {"x": ["{{ input.n }}"]}},
    }
    end = await player.play(
        connector(step, maps={"data.all": "{{ steps.a.all }}"}, input_schema=INPUT), input={"n": 7}
    )
    assert end.entries[0]["extracted"] == {"n": 7, "all": {"x": [7]}}
    assert end.output == {"data.all": {"x": [7]}}
    assert end.outcome == "skipped"
    assert player.sentences[-1] == "Set n and all."


async def test_a_stop_says_how_the_run_ended(player, service):
    for outcome, status, writes in (
        ("found", "success", True),
        ("partly", "success", True),
        ("not_found", "success", False),
        ("skipped", "success", False),
        ("failed", "failed", False),
    ):
        stop = {
            "id": "end",
            "kind": "stop",
            "outcome": outcome,
            "message": "Because {{ input.n }}.",
        }
        after = call("after", f"{service.url}/echo")
        definition = connector(stop, after, maps={"city": "x"}, input_schema=INPUT)
        end = await player.play(definition, input={"n": 7})
        player.marks.clear()
        assert (end.status, end.outcome, bool(end.mapped)) == (status, outcome, writes)
        assert end.sentence == end.entries[0]["note"] == "Because 7."
    assert service.calls() == []


async def test_a_wait_holds_no_worker_and_is_over_when_it_is_over(player, service):
    wait = {"id": "wait", "kind": "wait", "for_ms": 3_600_000}
    definition = connector(wait, call("after", f"{service.url}/echo"))
    pause = await player.once(definition)
    assert isinstance(pause, Pause)
    assert pause.after_s == 3600
    assert service.calls() == []

    end = await player.play(definition)
    assert end.status == "success"
    assert [one.after_s for one in player.pauses] == [3600]
    assert end.entries[0]["status"] == "success"


async def test_a_wait_until_a_time_in_the_past_is_none(player, service):
    wait = {"id": "wait", "kind": "wait", "until": "2020-01-01T00:00:00Z"}
    end = await player.play(connector(wait))
    assert end.status == "success"
    assert player.pauses == []


async def test_a_wait_until_a_time_to_come(player, service):
    wait = {"id": "wait", "kind": "wait", "until": "2026-01-31T10:00:00+00:00"}
    await player.play(connector(wait))
    assert [one.after_s for one in player.pauses] == [3600]


async def test_a_wait_until_something_else_is_a_failure_in_plain_words(player, service):
    wait = {"id": "wait", "kind": "wait", "until": "{{ contact.email }}"}
    end = await player.play(connector(wait))
    assert end.error_code == "not_a_time"


async def test_a_test_does_not_wait_for_an_hour(player, service):
    wait = {"id": "wait", "kind": "wait", "for_ms": 3_600_000}
    end = await player.once(connector(wait), test=True)
    assert end.status == "success"
    assert player.clock.waits == []
    assert "A run would wait 60 min here" in player.sentences[-1]
