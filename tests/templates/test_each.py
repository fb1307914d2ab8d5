"""Every shipped template through the real engine, against the provider it is made for."""

import json
from typing import Any

import pytest

from engine.run.task import End
from tests.providers.imitation.imitation import Entry, Imitation
from tests.templates import shipped
from tests.templates.conftest import Installed

DAYS = [
    pytest.param(name, day, id=f"{name}: {day}")
    for name in shipped.NAMES
    for day in shipped.expected(name)["days"]
]
ONCE_ONLY = {
    "discord.webhook_execute",
    "dropcontact.batch_enrich",
    "google_sheets.values_append",
    "notion.page_create",
    "slack.chat_post_message",
}
POSTS_ANYTHING = {
    "discord.webhook_execute",
    "google_sheets.values_append",
    "slack.chat_post_message",
}
SINGLE = pytest.mark.parametrize("name", shipped.SINGLE)
EVERY = pytest.mark.parametrize("name", shipped.NAMES)


@EVERY
async def test_it_finds_what_the_contact_lacks(
    name: str, installed: Installed, providers: Imitation
) -> None:
    end = await installed.run(name)
    assert (end.status, end.outcome) == ("success", "found"), end.error_message
    assert end.output == shipped.expected(name)["fields"]
    assert providers.complaints == []


@EVERY
async def test_it_asks_exactly_what_it_should(
    name: str, installed: Installed, providers: Imitation
) -> None:
    await installed.run(name)
    assert _distinct(calls(providers)) == shipped.expected(name)["calls"]


@EVERY
async def test_no_secret_shows_up_where_it_does_not_belong(
    name: str, installed: Installed, providers: Imitation
) -> None:
    end = await installed.run(name)
    held = installed.credentials
    told = json.dumps([end.entries, end.output, end.sentence], default=str)
    told += " ".join(installed.player.sentences)
    for secret in shipped.secrets_of(held):
        assert secret not in told
        for entry in providers.ledger:
            assert secret not in entry.call.path
            assert secret not in _but_for_the_key(entry, name)


@pytest.mark.parametrize(("name", "day"), DAYS)
async def test_a_day_at_the_provider_ends_as_it_should(
    name: str, day: str, installed: Installed, providers: Imitation
) -> None:
    if day != "wrong key":
        step, _, scenario = day.rpartition(" ")
        providers.next(name, scenario, step=step)
    end = await installed.run(name, wrong_key=day == "wrong key")
    held = [pause.held.message for pause in installed.player.pauses if pause.held]
    told = "".join(f"on hold: {message} Then " for message in held) + told_of(end, providers)
    assert told == shipped.expected(name)["days"][day]


@SINGLE
def test_every_documented_answer_has_been_thought_of(name: str) -> None:
    first = shipped.operation(name).steps[0].facts
    documented = {one["scenario"] for one in first["errors"]}
    documented |= {f"alt:{number}" for number in range(len(first["alt_responses"]))}
    days = shipped.expected(name)["days"]
    paged = (shipped.operation(name).facts["pagination"] or {}).get("style") and not first["errors"]
    assert paged or documented <= set(days)
    assert not shipped.template(name)["slots"] or "wrong key" in days


@SINGLE
async def test_a_provider_that_never_answers_ends_in_a_timeout(
    name: str, installed: Installed, providers: Imitation
) -> None:
    providers.next(name, "slow", times=3)
    config = json.loads(json.dumps(shipped.definition(name)["config"]))
    for step in config["steps"]:
        step.pop("timeout_ms", None)
        step.pop("retry", None)
    changed = {"config": config, "timeout_ms": 1_000, "max_retries": 0}
    end = await installed.run(name, **changed)
    assert (end.status, end.outcome) == ("timeout", "failed")
    assert "did not answer" in end.sentence or end.error_code == "unknown_result"
    assert len(calls(providers)) == 1


@SINGLE
async def test_a_call_that_must_not_happen_twice_is_not_repeated(
    name: str, installed: Installed, providers: Imitation
) -> None:
    """Hung up on after the request arrived: only what is harmless is asked again."""
    providers.next(name, "lost", times=9)
    end = await installed.run(name)
    if name in ONCE_ONLY:
        assert (end.error_code, len(calls(providers))) == ("unknown_result", 1)
    else:
        assert len(calls(providers)) >= 4


@pytest.mark.parametrize("name", [one for one in shipped.NAMES if "contacts_list" not in one])
async def test_without_the_details_it_needs_nobody_is_asked(
    name: str, installed: Installed, providers: Imitation
) -> None:
    if name in POSTS_ANYTHING:
        return  # these are told where to post, and need nothing of the contact
    end = await installed.run(name, contact={})
    assert end.outcome == "skipped"
    assert providers.ledger == []


@pytest.mark.parametrize(
    ("name", "waits"),
    [
        ("zendesk.user_create_or_update", 30),  # Retry-After: 30
        ("slack.chat_post_message", 30),
        ("activecampaign.contact_sync", 1),
        ("fullcontact.person_enrich", None),  # its reset headers are decoration
        ("github.user", 30),  # x-ratelimit-reset: seconds since 1970
        ("sendgrid.contacts_upsert", 30),
        ("brevo.contact_upsert", 1),  # x-sib-ratelimit-reset: seconds
        ("pipedrive.person_sync", 2),  # x-ratelimit-reset: seconds
    ],
)
async def test_it_waits_as_long_as_the_provider_says(
    name: str, waits: int | None, installed: Installed, providers: Imitation
) -> None:
    providers.next(name, "rate_limited")
    end = await installed.run(name)
    assert end.outcome == "found"
    assert waits is None or installed.waited[0] == pytest.approx(waits, abs=1)


def calls(providers: Imitation) -> list[Entry]:
    return [entry for entry in providers.ledger if not entry.step.endswith(".token")]


def told_of(end: End, providers: Imitation) -> str:
    """found, 2 calls; or failed, 1 call: code: sentence"""
    count = len(calls(providers))
    asked = "1 call" if count == 1 else f"{count} calls"
    if end.status == "success":
        return f"{end.outcome}, {asked}"
    return f"{end.status}, {asked}: {end.error_code}: {end.error_message}"


def _distinct(entries: list[Entry]) -> list[dict[str, Any]]:
    """As written down: without the key, and a repeated call once."""
    told: list[dict[str, Any]] = []
    for entry in entries:
        call = entry.call
        one: dict[str, Any] = {"method": call.method, "url": entry.url.partition("?")[0]}
        param = _key_param(entry)
        if query := {name: value for name, value in call.query.items() if name != param}:
            one["query"] = query
        if call.body:
            one["body"] = call.json
        if one not in told:
            told.append(one)
    return told


def _key_param(entry: Entry) -> str | None:
    return shipped.operation(entry.step.rpartition(".")[0]).auth.get("param")


def _but_for_the_key(entry: Entry, name: str) -> str:
    """Everything of a request that the key has no place in."""
    call = entry.call
    if entry.step.endswith(".token"):
        return call.query_string  # a login is the place for it
    auth = shipped.operation(entry.step.rpartition(".")[0]).auth
    place = (auth.get("header") or "authorization").lower()
    headers = [value for header, value in call.headers.items() if header != place]
    query = [value for param, value in call.query.items() if param != auth.get("param")]
    return "\n".join([*headers, *query, call.text])
