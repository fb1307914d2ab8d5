"""A login that is refused or cannot be had now: told in words, and never asked for in vain."""

import pytest

from engine.effects.failures import LoginNotNow, LoginRefused, NeedsReconnect
from tests.engine.effects.logins import (
    NEW,
    clock,
    credential,
    egress,
    locked,
    logins,
    shelf,
    worker,
)

__all__ = ["clock", "egress", "shelf", "worker"]


async def test_a_withdrawn_permission_is_told_once_and_never_asked_for_again(
    worker, service, shelf
):
    service.tokens.withdraw()
    key = credential(service, "oauth2_authorization_code")
    for at_work in (worker(), worker()):
        with pytest.raises(NeedsReconnect, match="demo") as caught:
            await at_work.send(locked(service), key)
    assert caught.value.code == "needs_reconnect"
    assert [state for state, _ in shelf.notes] == ["reconnect"]
    assert logins(service) == 1
    assert service.calls("/locked") == []


async def test_without_a_refresh_token_one_has_to_connect_first(worker, service):
    key = credential(service, "oauth2_authorization_code", NEW)
    with pytest.raises(NeedsReconnect):
        await worker().send(locked(service), key)
    assert service.calls() == []


async def test_a_wrong_secret_is_said_without_showing_it(worker, service, shelf):
    key = credential(service, secrets={**NEW, "client_secret": "wrong-secret-not-real"})
    with pytest.raises(LoginRefused, match=r"demo.*401, invalid_client") as caught:
        await worker().send(locked(service), key)
    assert "wrong-secret" not in f"{caught.value} {caught.value.hint} {caught.value.detail}"
    assert shelf.notes == [("failing", caught.value.message)]
    assert shelf.owners == {}


async def test_a_login_service_that_quotes_the_secret_shows_it_to_nobody(worker, service, shelf):
    secret = "secretnotreal"
    service.tokens.refuses_with = secret
    key = credential(service, secrets={**NEW, "client_secret": secret})
    with pytest.raises(LoginRefused) as caught:
        await worker().send(locked(service), key)
    assert (
        secret not in f"{caught.value} {caught.value.detail} {caught.value.message} {shelf.notes}"
    )


async def test_a_bad_day_of_the_login_service_passes(worker, service):
    service.tokens.bad_days = [503, 429]
    key, at_work = credential(service), worker()
    for _ in range(2):
        with pytest.raises(LoginNotNow) as caught:
            await at_work.send(locked(service), key)
        assert caught.value.try_again
        assert not caught.value.may_have_arrived
    assert (await at_work.send(locked(service), key)).status == 200


async def test_a_bad_day_does_not_matter_while_the_old_token_works(worker, service, clock):
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    service.tokens.bad_days = [500]
    clock.pass_by(3570)
    assert (await at_work.send(locked(service), key)).status == 200


async def test_a_worker_that_died_while_asking_is_not_waited_for_forever(
    worker, service, shelf, clock
):
    shelf.owners["k-1"] = "somebody who died"
    with pytest.raises(LoginNotNow, match="Another worker"):
        await worker().send(locked(service), credential(service))
    assert service.calls() == []
