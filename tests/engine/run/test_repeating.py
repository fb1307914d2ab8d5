"""When a call is made again, how long that waits, and when it must never be made twice."""

import pytest

from engine.run.task import Pause
from tests.engine.run.story import EXECUTION, call, connector


def order(url: str, **more):
    return call("order", url, "POST", body={"json": {"item": "tea"}}, **more)


async def test_a_busy_service_is_asked_again_when_it_says(player, service):
    url = f"{service.url}/bad/429?times=1&retry_after=1"
    end = await player.play(connector(call("ask", url)))

    assert end.status == "success"
    assert player.clock.waits == [1.0]
    assert end.entries[0]["attempts"] == 2
    assert "127.0.0.1 answered 429; trying again in 1 s (2 of 4)." in player.sentences


async def test_a_long_wait_holds_no_worker(player, service):
    definition = connector(call("ask", f"{service.url}/bad/429?times=1&retry_after=90"))
    pause = await player.once(definition)

    assert isinstance(pause, Pause)
    assert pause.after_s == 90
    assert player.clock.waits == []
    player.clock.pass_by(90)
    end = await player.once(definition, state=pause.state)
    assert end.status == "success"
    assert end.entries[0]["attempts"] == 2


async def test_a_run_that_comes_back_too_early_waits_for_the_rest(player, service):
    definition = connector(call("ask", f"{service.url}/bad/429?times=1&retry_after=90"))
    pause = await player.once(definition)
    player.clock.pass_by(50)
    again = await player.once(definition, state=pause.state)

    assert isinstance(again, Pause)
    assert again.after_s == 40
    assert len(service.calls()) == 1


async def test_attempts_are_counted_over_pauses(player, service):
    step = call("ask", f"{service.url}/bad/429?times=always&retry_after=90")
    end = await player.play(connector(step, max_retries=2))

    assert end.status == "failed"
    assert (end.error_code, end.entries[0]["attempts"]) == ("rate_limited", 3)
    assert len(service.calls()) == 3
    assert len(player.pauses) == 2


@pytest.mark.parametrize("over", ["retry_after=0", "retry_after_date=-60"])
async def test_a_time_that_is_over_is_no_leave_to_knock_without_end(player, service, over):
    player.clock.at = player.clock.at.now(tz=player.clock.at.tzinfo)
    await player.play(connector(call("ask", f"{service.url}/bad/429?{over}&times=2")))
    assert player.clock.waits == [0.5, 1.0]


async def test_a_date_in_retry_after_is_understood(player, service):
    player.clock.at = player.clock.at.now(tz=player.clock.at.tzinfo)
    step = call("ask", f"{service.url}/bad/503?times=1&retry_after_date=60")
    await player.play(connector(step))
    (pause,) = player.pauses
    assert 55 <= pause.after_s <= 61


async def test_nobody_waits_longer_than_an_hour(player, service):
    await player.play(connector(call("ask", f"{service.url}/bad/429?times=1&retry_after=86400")))
    assert player.pauses[0].after_s == 3600


async def test_without_a_word_the_pause_doubles_up_to_its_limit(player, service):
    step = call("ask", f"{service.url}/bad/500?times=always")
    step["retry"] = {"max_retries": 4, "base_ms": 100, "max_ms": 350}
    end = await player.play(connector(step))

    assert player.clock.waits == [0.1, 0.2, 0.35, 0.35]
    assert end.error_message == "127.0.0.1 answered 500 each time; tried 5 times."
    assert end.status == "failed"


async def test_a_broken_service_that_says_when_to_come_back_is_believed(player, service):
    await player.play(connector(call("ask", f"{service.url}/bad/500?times=1&retry_after=1.5")))
    assert player.clock.waits == [1.5]


async def test_what_is_left_of_a_limit_says_nothing_about_a_broken_service(player, service):
    await player.play(connector(call("ask", f"{service.url}/bad/500?times=1&reset=1800")))
    assert player.clock.waits == [0.5]
    await player.play(connector(call("busy", f"{service.url}/bad/429?times=1&reset=1800")))
    assert [one.after_s for one in player.pauses] == [1800]


async def test_a_post_that_may_have_arrived_is_never_made_twice(player, service):
    for url in (f"{service.url}/orders?lost=always", f"{service.url}/orders?status=500"):
        end = await player.play(connector(order(url)))
        player.marks.clear()
        assert (end.status, end.error_code) == ("failed", "unknown_result")
        assert "repeat" in end.error_hint
    assert len(service.calls("/orders")) == 2


async def test_a_post_with_a_key_is_repeated_with_the_same_key(player, service):
    step = order(f"{service.url}/orders?lost=1", idempotency_header="Idempotency-Key")
    end = await player.play(connector(step))

    assert end.status == "success"
    assert service.keys("/orders") == [f"{EXECUTION}:order"] * 2
    assert len(service.orders) == 1


async def test_a_refused_post_is_repeated(player, service):
    step = call("ask", f"{service.url}/bad/429?times=1", "POST")
    end = await player.play(connector(step))
    assert end.entries[0]["attempts"] == 2
    assert end.status == "success"


async def test_a_rule_may_allow_a_post_to_be_repeated(player, service):
    step = order(f"{service.url}/orders?status=500", rules=[{"status": [500], "then": "retry"}])
    end = await player.play(connector(step))
    assert end.status == "success"
    assert len(service.calls("/orders")) == 2


async def test_a_call_that_takes_too_long_ends_the_run_as_timeout(player, service):
    step = call("ask", f"{service.url}/slow?seconds=5", timeout_ms=50)
    end = await player.play(connector(step, max_retries=1))

    assert (end.status, end.outcome, end.error_code) == ("timeout", "failed", "timeout")
    assert end.error_message == "127.0.0.1 did not answer within 0.05 seconds."
    assert end.entries[0]["attempts"] == 2


async def test_a_post_that_took_too_long_is_a_timeout_with_unknown_result(player, service):
    step = order(f"{service.url}/slow?seconds=30", timeout_ms=1_000)
    end = await player.play(connector(step))
    assert (end.status, end.error_code) == ("timeout", "unknown_result")


async def test_a_lost_answer_is_asked_for_again(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/drop?times=1")))
    assert end.status == "success"
    assert end.entries[0]["attempts"] == 2


async def test_a_test_does_not_sit_out_a_long_pause(player, service):
    step = call("ask", f"{service.url}/bad/429?times=1&retry_after=600")
    end = await player.once(connector(step), test=True)

    assert end.status == "failed"
    assert player.clock.waits == []
    assert "10 min" in end.error_hint


async def test_a_test_waits_a_little_in_place(player, service):
    step = call("ask", f"{service.url}/bad/429?times=1&retry_after=5")
    end = await player.once(connector(step), test=True)
    assert end.status == "success"
    assert player.clock.waits == [5.0]


async def test_a_test_waits_as_long_as_asked_however_short_one_attempt_may_take(player, service):
    step = call("ask", f"{service.url}/bad/429?times=1&retry_after=20") | {"timeout_ms": 500}
    end = await player.once(connector(step), test=True)
    assert end.status == "success"
    assert player.clock.waits == [20.0]
