"""A description is fetched through the one way out, or not at all."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.services.describing import Descriptions
from app.services.problems import NotAllowed
from db.session import Actor
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from engine.model.openapi import NotOpenApi
from tests.engine.effects.rude_server import RudeServer

EDITOR = Actor(UUID(int=1), "acme", "editor")
VIEWER = Actor(UUID(int=2), "acme", "viewer")
DOCUMENT = "openapi: 3.1.0\ninfo: {title: X}\nservers: [{url: /v1}]\npaths: {/a: {get: {}}}"


@pytest.fixture
async def service() -> AsyncIterator[RudeServer]:
    server = RudeServer()
    server.answer = answering(DOCUMENT)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def descriptions(service: RudeServer) -> AsyncIterator[Descriptions]:
    way_out = Egress(Policy.from_settings(service.address))
    yield Descriptions(way_out)
    await way_out.close()


def answering(text: str, status: str = "200 OK") -> bytes:
    body = text.encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def test_a_published_description_says_where_its_service_is(descriptions, service):
    found = await descriptions.fetch(EDITOR, f" {service.url}/docs/openapi.yaml ")
    step = found.step("GET /a").step
    assert step["request"]["url"] == f"{service.url}/v1/a"
    assert service.requests[0].header("accept") is not None


async def test_only_what_any_call_may_reach_is_fetched(descriptions, service):
    for url in ("http://169.254.169.254/openapi.json", "file:///etc/passwd", "http://[::1]/x"):
        with pytest.raises(NotOpenApi) as refused:
            await descriptions.fetch(EDITOR, url)
        assert "169.254" not in refused.value.message
    assert service.requests == []


async def test_a_redirect_to_a_forbidden_place_is_not_followed(descriptions, service):
    service.answer = (
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    )
    with pytest.raises(NotOpenApi, match="not allowed"):
        await descriptions.fetch(EDITOR, service.url)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answering("no", "404 Not Found"), "answers with 404"),
        (answering("<html><body>Log in</body></html>"), "no OpenAPI"),
        (answering("{" * 9_000_000), "longer than 8 MB"),
    ],
)
async def test_an_answer_that_is_no_description_says_so(descriptions, service, answer, said):
    service.answer = answer
    with pytest.raises(NotOpenApi, match=said):
        await descriptions.fetch(EDITOR, service.url)


async def test_who_may_not_change_connectors_fetches_nothing(descriptions, service):
    with pytest.raises(NotAllowed):
        await descriptions.fetch(VIEWER, service.url)
    with pytest.raises(NotAllowed):
        await descriptions.read(VIEWER, DOCUMENT)
    assert service.requests == []
