"""Tokens: got once, shared, renewed in time, never lost, never shown."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.effects.credentials import Credential, Secret, parse_auth
from engine.effects.egress import Call
from engine.effects.failures import CredentialNotForHost
from engine.effects.secret import MASK
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
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


@pytest.mark.parametrize("client_auth", ["body", "basic"])
async def test_a_client_says_who_it_is_and_gets_a_token_for_many_calls(
    worker, service, client_auth
):
    service.tokens.client_auth = client_auth
    key, at_work = credential(service, client_auth=client_auth, scope="read"), worker()
    for _ in range(3):
        assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 1
    assert service.calls("/oauth")[0].form["scope"] == "read"


async def test_workers_share_a_token(worker, service):
    key = credential(service)
    for at_work in (worker(), worker()):
        assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 1


async def test_runs_and_workers_that_need_it_in_the_same_moment_ask_once(egress, shelf, service):
    service.tokens.takes_s = 0.2
    two = [SignedIn(egress, Tokens(egress, shelf, now=lambda: datetime.now(UTC))) for _ in range(2)]
    key = credential(service, "oauth2_authorization_code")
    calls = [at_work.send(locked(service), replace(key)) for at_work in two for _ in range(5)]
    assert {answer.status for answer in await asyncio.gather(*calls)} == {200}
    assert logins(service) == 1


@pytest.mark.parametrize(("expires_in", "good_for"), [(3600, 3500), (2, 1.7), ("60", 50)])
async def test_a_token_is_renewed_before_it_expires(worker, service, clock, expires_in, good_for):
    service.tokens.expires_in = expires_in
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    clock.pass_by(good_for)
    await at_work.send(locked(service), key)
    assert logins(service) == 1
    clock.pass_by(float(expires_in) - good_for - 0.05)
    await at_work.send(locked(service), key)
    assert logins(service) == 2


async def test_a_token_whose_end_nobody_told_is_used_until_it_is_refused(worker, service, clock):
    service.tokens.expires_in = None
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    clock.pass_by(10**7)
    assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 1


async def test_many_runs_that_were_refused_renew_once(worker, service):
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    service.tokens.revoke_all()
    answers = await asyncio.gather(*(at_work.send(locked(service), key) for _ in range(4)))
    assert {answer.status for answer in answers} == {401}
    for answer in answers:
        assert await at_work.tokens.renew(answer.used) is key
    assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 2


async def test_what_another_worker_renewed_is_taken_from_the_shelf(worker, service):
    key, one, other = credential(service), worker(), worker()
    await one.send(locked(service), key)
    await other.send(locked(service), key)
    service.tokens.revoke_all()
    for at_work in (one, other):
        refused = await at_work.send(locked(service), key)
        await at_work.tokens.renew(refused.used)
        assert (await at_work.send(locked(service), key)).status == 200
    assert logins(service) == 2


async def test_a_key_that_is_no_login_is_not_renewed(worker, service):
    key = Credential("k", "demo", parse_auth({"type": "bearer"}), {"k": Secret("abcdefgh")})
    assert await worker().tokens.renew(key) is None


async def test_each_refresh_token_is_used_once_and_the_next_one_kept(worker, service, clock):
    key = credential(service, "oauth2_authorization_code")
    for _ in range(3):
        assert (await worker().send(locked(service), key)).status == 200
        clock.pass_by(3600)
    told = [call.form["refresh_token"] for call in service.calls("/oauth")]
    assert told == ["refresh-0-not-real", "refresh-1-not-real", "refresh-2-not-real"]


async def test_a_run_that_is_cancelled_does_not_lose_a_refresh_token(worker, service, shelf):
    service.tokens.takes_s = 0.1
    key, at_work = credential(service, "oauth2_authorization_code"), worker()
    run = asyncio.create_task(at_work.send(locked(service), key))
    await asyncio.to_thread(service.wait_for, "/oauth")
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await at_work.tokens.close()
    assert (await shelf.look(key)).held.refresh == Secret("refresh-1-not-real")


async def test_a_token_that_cannot_be_stored_at_once_is_stored_later(worker, service, shelf):
    shelf.away = 2
    key = credential(service, "oauth2_authorization_code")
    assert (await worker().send(locked(service), key)).status == 200
    assert (await shelf.look(key)).held.refresh == Secret("refresh-1-not-real")


async def test_other_settings_get_another_token_and_keep_the_refresh_token(worker, service):
    at_work, key = worker(), credential(service, "oauth2_authorization_code")
    await at_work.send(locked(service), key)
    changed = replace(key, settings={"region": "eu"})
    assert (await at_work.send(locked(service), changed)).status == 200
    assert [call.form["refresh_token"] for call in service.calls("/oauth")] == [
        "refresh-0-not-real", "refresh-1-not-real",
    ]  # fmt: skip


async def test_a_refresh_token_entered_anew_replaces_what_came_from_the_old_one(worker, service):
    at_work, key = worker(), credential(service, "oauth2_authorization_code")
    await at_work.send(locked(service), key)
    service.tokens.refresh = "refresh-entered-anew"
    secrets = {**NEW, "refresh_token": "refresh-entered-anew"}
    anew = credential(service, "oauth2_authorization_code", secrets)
    assert (await at_work.send(locked(service), anew)).status == 200


async def test_a_token_is_masked_wherever_it_turns_up(worker, service):
    key, at_work = credential(service), worker()
    answer = await at_work.send(locked(service, query="?echo=1"), key)
    assert service.tokens.issued[0] in service.calls("/locked")[0].headers["authorization"]
    assert MASK.encode() in answer.body
    assert service.tokens.issued[0] not in repr(answer)
    assert "not-real" not in repr(answer)


async def test_a_token_is_not_carried_to_another_host(worker, service):
    key, at_work = credential(service), worker()
    await at_work.send(locked(service), key)
    elsewhere = replace(key, allowed_hosts=("api.example.com",))
    with pytest.raises(CredentialNotForHost):
        await at_work.send(
            Call("GET", f"{service.url}/echo?q={service.tokens.issued[0]}"), None, [elsewhere]
        )


async def test_secrets_go_to_a_login_service_only_if_it_is_an_allowed_host(worker, service):
    key = replace(credential(service), allowed_hosts=("api.example.com",))
    with pytest.raises(CredentialNotForHost):
        await worker().send(locked(service), key)
    assert service.calls() == []
