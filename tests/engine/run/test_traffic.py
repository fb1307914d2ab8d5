"""A step among many runs: on hold for a quota or a login, at the pace of all, away from a broken
service."""

import pytest

from engine.effects.failures import NeedsReconnect
from engine.run.task import End, Pause
from tests.engine.run.board import Board, Turns
from tests.engine.run.story import call, connector, key_for

HOLD = [{"status": [402], "then": "hold", "message": "No lookups are left."}]


def asking(service, path, rules=(), **more):
    key = key_for(service, {"type": "bearer"})
    step = call("ask", service.url + path, credential="demo", rules=list(rules), **more)
    return connector(step), {"credentials": {"demo": key}}


# Quota


async def test_a_used_up_quota_holds_the_run_instead_of_failing_it(player, service):
    definition, more = asking(service, "/bad/402", HOLD)
    pause = await player.once(definition, **more)
    assert isinstance(pause, Pause)
    assert pause.after_s == 3600
    held = pause.held
    assert (held.why, held.credential_id, held.code) == ("quota", "k-1", "quota_used_up")
    assert held.message == "No lookups are left."
    assert "goes on by itself" in held.hint
    assert pause.sentence == "On hold: No lookups are left. Looking again in 60 min."


async def test_a_held_run_goes_on_where_it_stood(player, service):
    definition, more = asking(service, "/bad/402?times=1", HOLD)
    end = await player.play(definition, **more)
    assert (end.status, end.outcome) == ("success", "found")
    assert end.entries[0]["attempts"] == 2
    assert len(player.pauses) == 1


async def test_whoever_releases_a_held_run_early_is_not_kept_waiting(player, service):
    definition, more = asking(service, "/bad/402?times=1", HOLD)
    pause = await player.once(definition, **more)
    player.clock.pass_by(5)
    end = await player.once(definition, state=pause.state, **more)
    assert isinstance(end, End)
    assert player.clock.waits == []


async def test_it_looks_again_later_each_time_and_fails_after_a_week(player, service):
    definition, more = asking(service, "/bad/402?times=always", HOLD)
    began = player.clock.at
    end = await player.play(definition, **more)
    waits = [pause.after_s / 3600 for pause in player.pauses]
    assert waits[:5] == [1, 2, 4, 6, 6]
    assert (end.status, end.error_code) == ("failed", "quota_used_up")
    assert end.error_hint.startswith("The run was on hold for 7 days.")
    assert 7 <= (player.clock.at - began).days <= 7


async def test_a_service_that_says_when_is_asked_then(player, service):
    definition, more = asking(service, "/bad/402?retry_after=120&times=1", HOLD)
    await player.play(definition, **more)
    assert [pause.after_s for pause in player.pauses] == [120]


async def test_without_a_rule_a_402_fails(player, service):
    definition, more = asking(service, "/bad/402")
    end = await player.once(definition, **more)
    assert (end.status, end.error_code) == ("failed", "quota_used_up")


async def test_a_test_says_at_once_that_nothing_is_left(player, service):
    definition, more = asking(service, "/bad/402", HOLD)
    end = await player.once(definition, test=True, **more)
    assert (end.status, end.error_message) == ("failed", "No lookups are left.")
    assert "on hold" in end.error_hint


async def test_a_step_the_run_can_do_without_is_not_waited_for(player, service):
    definition, more = asking(service, "/bad/402", HOLD, on_error="continue")
    end = await player.once(definition, **more)
    assert (end.status, end.outcome) == ("success", "partly")


async def test_a_waterfall_asks_the_next_one_instead(player, service):
    first, more = asking(service, "/bad/402", HOLD)
    waterfall = {
        "id": "find", "kind": "waterfall",
        "attempts": [
            {"name": "One", "steps": first["config"]["steps"], "result": {"who": "one"}},
            {"name": "Other", "steps": [call("other", f"{service.url}/echo")],
             "result": {"who": "other"}},
        ],
    }  # fmt: skip
    end = await player.once(connector(waterfall), **more)
    assert (end.status, end.outcome) == ("success", "found")


async def test_while_one_run_is_held_the_others_do_not_call(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/bad/402", HOLD)
    await player.once(definition, **more)
    pause = await player.once(definition, **more)
    assert pause.held.why == "quota"
    assert len(service.calls("/bad")) == 1
    assert 3600 <= pause.after_s <= 3900


async def test_when_it_is_time_one_tries_and_frees_the_others(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/bad/402?times=1", HOLD)
    first = await player.once(definition, **more)
    second = await player.once(definition, **more)
    player.clock.pass_by(3601)
    end = await player.once(definition, state=first.state, **more)
    assert end.status == "success"
    assert player.board.told[-1] == ("well", None)
    assert (await player.once(definition, state=second.state, **more)).status == "success"


async def test_in_a_loop_the_run_goes_on_at_the_item_that_found_nothing_left(player, service):
    step = call("ask", service.url + "/bad/402?times=1", credential="demo", rules=HOLD)
    before = call("one", service.url + "/echo")
    loop = {"id": "all", "kind": "for_each", "items": "{{ input.list }}", "steps": [before, step]}
    key = key_for(service, {"type": "bearer"})
    end = await player.play(connector(loop), credentials={"demo": key}, input={"list": [1, 2, 3]})
    assert end.outcome == "found"
    assert len(service.calls("/echo")) == 3
    assert len(service.calls("/bad")) == 4


# A login that must be connected again


class Withdrawn:
    """A way out on which a login is missing, until somebody connects again."""

    def __init__(self, egress):
        self.egress, self.connected = egress, False

    async def send(self, call, credential=None, also_guard=()):
        if not self.connected:
            raise NeedsReconnect("demo")
        return await self.egress.send(call, credential, also_guard)


async def test_a_withdrawn_login_holds_the_run_until_somebody_connects_again(player, service):
    player.egress = way_out = Withdrawn(player.egress)
    definition, more = asking(service, "/echo")
    pause = await player.once(definition, **more)
    assert (pause.held.why, pause.held.code) == ("reconnect", "needs_reconnect")
    assert "Connect it again" in pause.sentence
    assert service.calls("/echo") == []
    way_out.connected = True
    end = await player.once(definition, state=pause.state, **more)
    assert end.status == "success"
    assert end.entries[0]["attempts"] == 1


async def test_nobody_waits_for_a_login_longer_than_a_week(player, service):
    player.egress = Withdrawn(player.egress)
    definition, more = asking(service, "/echo")
    end = await player.play(definition, **more)
    assert end.error_code == "needs_reconnect"
    assert len(player.pauses) < 40


# Headers that say nothing is left


async def test_after_the_last_call_of_a_window_nobody_calls_until_the_next(player, service):
    player.board = Board(player.clock)
    headers = "X-RateLimit-Remaining:0,X-RateLimit-Reset:40"
    definition, more = asking(service, f"/echo?answer_headers={headers}")
    assert (await player.once(definition, **more)).status == "success"
    assert player.board.told[-1] == ("asked", 40)
    pause = await player.once(definition, **more)
    assert isinstance(pause, Pause)
    assert 40 <= pause.after_s <= 45


async def test_headers_that_mean_nothing_are_not_heeded(player, service):
    player.board = Board(player.clock)
    headers = "X-RateLimit-Remaining:0,X-RateLimit-Reset:40"
    definition, more = asking(service, f"/echo?answer_headers={headers}", limits={"headers": False})
    await player.once(definition, **more)
    assert ("asked", 40) not in player.board.told


# A broken service


async def test_a_broken_service_is_left_alone_and_tried_with_one_call(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/echo")
    player.board.close(more["credentials"]["demo"], "127.0.0.1", 30, "broken")
    end = await player.play(definition, **more)
    assert end.status == "success"
    assert "127.0.0.1 does not answer properly; trying in 35 s." in player.sentences
    assert player.board.told == [("well", None)]


async def test_while_one_tries_the_others_wait(player, service):
    player.board = Board(player.clock)
    player.board.trials = 0
    definition, more = asking(service, "/echo")
    player.board.close(more["credentials"]["demo"], "127.0.0.1", 0, "broken")
    pause = await player.once(definition, **more)
    assert isinstance(pause, Pause)
    assert service.calls("/echo") == []


async def test_nobody_waits_for_a_broken_service_longer_than_an_hour(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/echo")
    player.board.close(more["credentials"]["demo"], "127.0.0.1", 99_999, "broken")
    player.board.shut = lambda credential, host: Board.shut(player.board, credential, host)
    player.chance = 0
    first = await player.once(definition, **more)
    player.clock.pass_by(3700)
    end = await player.once(definition, state={"ask": {**first.state["ask"], "due": 0}}, **more)
    assert (end.status, end.error_code) == ("failed", "service_error")


async def test_a_test_says_what_is_wrong_with_the_service_at_once(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/echo", timeout_ms=1000)
    player.board.close(more["credentials"]["demo"], "127.0.0.1", 60, "broken")
    end = await player.once(definition, test=True, **more)
    assert "does not answer properly" in end.error_message
    assert "A test does not wait" in end.error_hint


RETRY = [{"status": [503], "then": "retry"}]


@pytest.mark.parametrize("rules", [[], RETRY])
@pytest.mark.parametrize("path", ["/bad/503?times=1", "/drop?times=1"])
async def test_calls_that_went_badly_are_told(player, service, path, rules):
    player.board = Board(player.clock)
    definition, more = asking(service, path, rules)
    await player.play(definition, **more)
    assert player.board.told == [("badly", None), ("well", None)]


# The pace


async def test_calls_keep_to_the_pace_the_connector_states(player, service):
    player.turns = Turns(player.clock)
    definition, more = asking(service, "/echo", limits={"per_second": 1, "per_minute": 10})
    for _ in range(2):
        player.marks.clear()
        await player.play(definition, **more)
    assert [pause.after_s for pause in player.pauses] == [6]
    assert "its turn comes in 6 s" in player.pauses[0].sentence
    assert player.turns.asked[0] == ("acme", "k-1", "127.0.0.1", 6)
    assert len(player.turns.asked) == 2


async def test_where_all_turns_are_taken_a_run_asks_again_later(player, service):
    player.turns = Turns(player.clock, full=1)
    definition, more = asking(service, "/echo", limits={"per_second": 1})
    end = await player.play(definition, **more)
    assert end.status == "success"
    assert len(player.turns.asked) == 2


async def test_a_person_who_tries_something_out_does_not_stand_in_line(player, service):
    player.turns = Turns(player.clock)
    player.turns.next = player.clock.monotonic() + 600
    definition, more = asking(service, "/echo", limits={"per_second": 1})
    assert (await player.once(definition, test=True, **more)).status == "success"


async def test_without_limits_no_turn_is_asked_for(player, service):
    player.turns = Turns(player.clock)
    definition, more = asking(service, "/echo")
    await player.play(definition, **more)
    assert player.turns.asked == []


async def test_a_run_that_somebody_let_go_on_calls_whatever_was_known(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/bad/402?times=1", HOLD)
    pause = await player.once(definition, **more)
    end = await player.once(definition, state={**pause.state, "!resumed": True}, **more)
    assert end.status == "success"
    assert player.board.told[-1] == ("well", None)


async def test_what_one_kind_of_call_has_used_up_another_may_still_have(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/bad/402", HOLD)
    await player.once(definition, **more)
    other, _ = asking(service, "/echo", HOLD)
    assert (await player.once(other, **more)).status == "success"


async def test_an_answer_nobody_can_read_is_no_broken_service(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/huge?mb=9", retry={"max_retries": 0})
    await player.once(definition, **more)
    assert ("badly", None) not in player.board.told


async def test_what_a_person_tries_out_says_nothing_about_the_service(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/drop", retry={"max_retries": 0})
    await player.once(definition, test=True, **more)
    assert player.board.told == []


async def test_a_bad_status_that_means_something_is_no_trouble(player, service):
    player.board = Board(player.clock)
    rules = [{"status": [500], "then": "not_found"}]
    definition, more = asking(service, "/bad/500", rules)
    await player.play(definition, **more)
    assert player.board.told == [("well", None)]
