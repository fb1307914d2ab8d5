"""A redirect is followed only where it cannot carry anything to strangers."""

import asyncio

import pytest

from engine.effects.egress import Call, Egress
from engine.effects.failures import DestinationRefused, ServiceDidNotAnswer, TooManyRedirects
from engine.effects.policy import Policy
from tests.engine.effects.conftest import SECRET
from tests.engine.effects.rude_server import OK, RudeServer


def to(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def first_to(location: str, status: int = 302):
    """Redirects whoever asks for /start; all else is the end of the journey."""
    return lambda request: to(location, status) if "/start" in request.line else OK


@pytest.fixture
async def elsewhere():
    server = RudeServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def egress(rude, elsewhere):
    """The operator named both services."""
    way_out = Egress(Policy.from_settings(f"{rude.address}, {elsewhere.address}"))
    yield way_out
    await way_out.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_get_follows_within_the_service_and_keeps_its_credential(
    rude, egress, credential_for, status, method
):
    rude.answer = first_to("/end?x=1", status)
    headers = (("X-Tag", "mine"),)
    got = await egress.send(
        Call(method, f"{rude.url}/start", headers), credential_for(rude.address)
    )
    assert (got.status, got.url) == (200, f"{rude.url}/end?x=1")
    first, last = rude.requests
    assert last.line == f"{method} /end?x=1 HTTP/1.1"
    assert first.header("authorization") == last.header("authorization") == f"Bearer {SECRET}"
    assert last.header("x-tag") == "mine"
    assert got.sent.url == f"{rude.url}/start"


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/end?name=Ada Lovelace", "/end?name=Ada%20Lovelace"),
        (" /end/Müller|x ", "/end/M%C3%BCller%7Cx"),
        ("?q=\u00a0\u2028{é}\\", "/start?q=%C2%A0%E2%80%A8%7B%C3%A9%7D%5C"),
        ("end?already=%20%zz[]", "/end?already=%20%zz[]"),
        ('{url}/end <1>?"a"', "/end%20%3C1%3E?%22a%22"),
    ],
)
async def test_a_destination_is_written_the_way_a_browser_would(rude, egress, location, asked):
    rude.answer = lambda request: (
        OK if len(rude.requests) > 1 else to(location.replace("{url}", rude.url))
    )
    await egress.send(Call("GET", f"{rude.url}/start"))
    assert rude.requests[1].line == f"GET {asked} HTTP/1.1"


async def test_a_destination_in_an_older_charset_keeps_its_bytes(rude, egress):
    rude.answer = lambda request: (
        OK if len(rude.requests) > 1 else to("/M?x").replace(b"?", b"\xfc")
    )
    await egress.send(Call("GET", f"{rude.url}/start"))
    assert rude.requests[1].line == "GET /M%FCx HTTP/1.1"


async def test_another_service_gets_neither_credential_nor_custom_headers(
    rude, elsewhere, egress, credential_for
):
    rude.answer = first_to(f"{elsewhere.url}/end")
    headers = (("X-Tag", "mine"), ("Cookie", "a=b"), ("Accept", "text/html"))
    both = credential_for(rude.address, elsewhere.address)
    await egress.send(Call("GET", f"{rude.url}/start", headers), both)
    [request] = elsewhere.requests
    assert request.header("accept") == "text/html"
    for name in ("authorization", "x-tag", "cookie"):
        assert request.header(name) is None


async def test_a_credential_lost_on_the_way_does_not_come_back(
    rude, elsewhere, egress, credential_for
):
    rude.answer = first_to(f"{elsewhere.url}/bounce")
    elsewhere.answer = to(f"{rude.url}/end")
    await egress.send(Call("GET", f"{rude.url}/start"), credential_for(rude.address))
    assert rude.requests[-1].line == "GET /end HTTP/1.1"
    assert rude.requests[-1].header("authorization") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("status", [301, 303, 307])
async def test_nothing_that_changes_something_is_ever_redirected(rude, egress, method, status):
    rude.answer = first_to("/end", status)
    got = await egress.send(Call(method, f"{rude.url}/start", body=b"x"))
    assert got.status == status
    assert len(rude.requests) == 1


async def test_who_wants_to_see_the_redirect_itself_sees_it(rude, egress):
    rude.answer = first_to("/end")
    assert (await egress.send(Call("GET", f"{rude.url}/start", follow=False))).status == 302


@pytest.mark.parametrize("raw", [b"HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n", to("x", 304)])
async def test_a_redirect_without_a_destination_is_the_answer(rude, egress, raw):
    rude.answer = raw
    assert (await egress.send(Call("GET", rude.url))).status in (302, 304)


async def test_three_redirects_are_followed_and_a_fourth_is_not(rude, egress):
    left = 3
    rude.answer = lambda request: to("/again") if len(rude.requests) <= left else OK
    assert (await egress.send(Call("GET", rude.url))).status == 200
    rude.requests.clear()
    left = 4
    with pytest.raises(TooManyRedirects):
        await egress.send(Call("GET", rude.url))
    assert len(rude.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:22/",
        "http://[::1]/",
        "//10.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:6379/_x",
        "javascript:alert(1)",
        "http://user@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "\\\\127.0.0.1\\x",
        "/\\127.0.0.1/",
        "http://exa mple.com/",
        "http://127.0.0.1%00.example.com/",
        "http://[/",
        "https://example.com:6379/",
        "h\ttp://example.com/",
        "//exa\tmple.com/",
        " //10.0.0.1/a b",
        "http://127.0.0.1 /",
        "http://exämple.com:80 80/",
        "/\t/10.0.0.1/",
        "http:/\\/10.0.0.1/ ?",
    ],
)
async def test_every_hop_is_checked_like_the_first(rude, egress, location):
    rude.answer = first_to(location)
    with pytest.raises(DestinationRefused) as caught:
        await egress.send(Call("GET", f"{rude.url}/start"))
    assert str(caught.value) == "This address is not allowed."
    assert len(rude.requests) == 1


async def test_the_deadline_holds_for_the_whole_journey(rude, egress):
    async def behave(server, reader, writer):
        while True:
            request = await server.read(reader)
            await asyncio.sleep(1.1)
            writer.write(first_to("/end")(request))

    rude.behaviour = behave
    with pytest.raises(ServiceDidNotAnswer, match=r"2 seconds"):
        await egress.send(Call("GET", f"{rude.url}/start", timeout_s=2))
    assert len(rude.requests) == 2
