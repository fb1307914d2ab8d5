"""The imitation behaves as the facts say, since the proof of every template leans on it."""

import ast
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.effects.egress import Answer, Call, Egress
from tests.providers.imitation.facts import operations
from tests.providers.imitation.fixture import _running_providers, providers
from tests.providers.imitation.imitation import Imitation
from tests.providers.imitation.keys import Keys
from tests.providers.imitation.questions import unknown_members
from tests.providers.server import Received

__all__ = ["_running_providers", "providers"]

HUNTER = "https://api.hunter.io/v2/people/find"
SHEETS = "https://oauth2.googleapis.com/token"


@pytest.fixture
async def egress(providers: Imitation) -> AsyncIterator[Egress]:
    opened = providers.egress()
    yield opened
    await opened.close()


async def get(egress: Egress, url: str, *headers: tuple[str, str]) -> Answer:
    return await egress.send(Call("GET", url, headers))


async def test_the_right_key_gets_the_documented_answer(egress: Egress) -> None:
    answer = await get(egress, f"{HUNTER}?email=avery%40example.com&api_key=demo-key")
    assert (answer.status, b"givenName" in answer.body) == (200, True)


@pytest.mark.parametrize("query", ["email=a%40b.example", "email=a%40b.example&api_key=demo-kez"])
async def test_without_the_right_key_the_documented_refusal(egress: Egress, query: str) -> None:
    assert (await get(egress, f"{HUNTER}?{query}")).status == 401


async def test_what_the_provider_never_heard_of_is_a_complaint(
    egress: Egress, providers: Imitation
) -> None:
    await get(egress, f"{HUNTER}?mail=a%40b.example&api_key=demo-key")
    await get(egress, "https://api.hunter.io/v3/people")
    assert [one.partition(" ")[0] for one in providers.complaints] == [
        "hunter.people_find.find:",
        "nobody",
    ]


def test_members_are_compared_at_every_depth() -> None:
    known = {"contacts": [{"email": "", "custom": {}}]}
    assert unknown_members({"contacts": [{"email": "a"}, {"mail": "b"}]}, known) == [
        "contacts.mail"
    ]


async def test_a_bad_day_passes(egress: Egress, providers: Imitation) -> None:
    providers.next("hunter.people_find", "rate_limited", "quota")
    asked = f"{HUNTER}?email=avery%40example.com&api_key=demo-key"
    assert [(await get(egress, asked)).status for _ in range(3)] == [403, 429, 200]
    assert len(providers.calls("hunter.people_find")) == 3


async def test_a_list_has_three_pages(egress: Egress) -> None:
    key = ("authorization", "Bearer pat-demo-not-real")
    url = "https://api.hubapi.com/crm/v3/objects/contacts?properties=email"
    bodies = [
        (await get(egress, f"{url}{after}", key)).body
        for after in ("", "&after=page-2", "&after=page-3")
    ]
    assert [b"paging" in body for body in bodies] == [True, True, False]


async def test_a_list_by_offset_ends_with_a_page_that_is_not_full(egress: Egress) -> None:
    url = "https://api.hunter.io/v2/domain-search?domain=example.com&limit=4&api_key=demo-key"
    bodies = [(await get(egress, f"{url}&offset={skip}")).body for skip in (0, 4, 8)]
    assert [body.count(b'"confidence"') for body in bodies] == [4, 4, 1]


async def test_a_list_by_links_ends_with_a_page_without_one(egress: Egress) -> None:
    headers = (
        ("accept", "application/vnd.github+json"),
        ("authorization", "Bearer github_pat_demo_not_real"),
    )
    url, seen = "https://api.github.com/orgs/acme/members?per_page=100", 0
    while url:
        answer = await get(egress, url, *headers)
        seen, link = seen + 1, dict(answer.headers).get("link", "")
        url = link.partition("<")[2].partition(">")[0]
    assert (answer.status, seen) == (200, 3)


def test_every_operation_of_the_facts_can_be_played() -> None:
    for operation in operations().values():
        assert hasattr(Keys, f"_{operation.auth['kind']}"), operation.id
        for step in operation.steps:
            assert step.host
            assert "{{" not in step.host, step.host


async def test_a_job_is_not_ready_when_first_asked(egress: Egress) -> None:
    key = ("x-access-token", "demo-dropcontact-token")
    url = "https://api.dropcontact.com/v1/enrich/all/demo-request-1"
    said = [b'"success": true' in (await get(egress, url, key)).body for _ in range(2)]
    assert said == [False, True]


async def test_a_token_is_given_for_the_right_client_only(
    egress: Egress, providers: Imitation
) -> None:
    url = "https://example.my.salesforce.com/services/oauth2/token"
    kind = (("content-type", "application/x-www-form-urlencoded"),)
    form = b"grant_type=client_credentials&client_id=demo-consumer-key&client_secret="
    answers = [
        await egress.send(Call("POST", url, kind, form + secret))
        for secret in (b"demo-consumer-secret", b"another")
    ]
    assert [answer.status for answer in answers] == [200, 401]
    assert providers.keys.handed_out == 1


@pytest.mark.parametrize("vector", [0, 1])
def test_a_published_signature_is_accepted_while_it_is_fresh(vector: int) -> None:
    known = operations()["audienceacuity.identities_by_phone"]
    told = known.auth["test_vectors"][vector]
    call = Received("GET", "/", {}, "", {"authorization": told["authorization"]}, b"")
    keys, at_s = Keys(""), told["time_ms"] / 1000
    assert keys.accepts(known, call, at_s)
    assert not keys.accepts(known, call, at_s + 3600)
    assert not keys.accepts(known, Received("GET", "/", {}, "", {}, b""), at_s)


def test_nobody_but_a_test_says_that_a_service_is_at_another_port() -> None:
    root = Path(__file__).parents[3]
    told = [
        str(path.relative_to(root))
        for folder in ("app", "engine", "components", "db")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "port_of"
    ]
    assert told == []
