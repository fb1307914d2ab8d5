"""When a service asks one run to wait, the others with the same credential wait as well."""

from tests.engine.run.board import Board
from tests.engine.run.story import call, connector, key_for


def asking(service, path, **more):
    key = key_for(service, {"type": "bearer"})
    return connector(call("ask", service.url + path, credential="demo", **more)), {
        "credentials": {"demo": key}
    }


async def limited(player, service):
    """One run was told to come back in a minute, and gave the worker back."""
    player.board = player.board or Board(player.clock)
    definition, more = asking(service, "/bad/429?retry_after=60&times=1")
    await player.once(definition, **more)


async def test_a_run_waits_for_a_pause_another_one_was_asked_for(player, service):
    await limited(player, service)
    definition, more = asking(service, "/echo")
    began = player.clock.at
    end = await player.play(definition, **more)
    assert end.status == "success"
    assert 60 <= (player.clock.at - began).total_seconds() <= 66
    assert len(player.pauses) == 1
    assert "127.0.0.1 asked for a pause; calling in 65 s." in player.sentences
    assert end.entries[0]["attempts"] == 1


async def test_a_run_without_that_credential_does_not_wait(player, service):
    await limited(player, service)
    end = await player.play(connector(call("ask", f"{service.url}/echo")))
    assert (end.status, player.clock.waits, player.pauses) == ("success", [], [])


async def test_a_test_says_that_it_would_have_to_wait(player, service):
    await limited(player, service)
    definition, more = asking(service, "/echo", timeout_ms=1000)
    end = await player.play(definition, test=True, **more)
    assert end.error_code == "rate_limited"
    assert "A test does not wait" in end.error_hint
    assert service.calls("/echo") == []


async def test_a_bad_day_of_one_address_holds_nobody_else(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/bad/503?retry_after=60&times=1")
    await player.once(definition, **more)
    definition, more = asking(service, "/echo")
    await player.play(definition, **more)
    assert (player.clock.waits, player.pauses) == ([], [])


async def test_the_run_that_was_told_waits_no_longer_than_it_was_asked_to(player, service):
    player.board = Board(player.clock)
    definition, more = asking(service, "/bad/429?retry_after=60&times=1")
    began = player.clock.at
    end = await player.play(definition, **more)
    assert end.status == "success"
    assert (player.clock.at - began).total_seconds() == 60
