"""A plain call and its answer, and what is kept between two of them."""

import asyncio
import gzip
import zlib

import pytest

from engine.effects.egress import Call
from engine.effects.failures import BadCall
from tests.engine.effects.rude_server import OK, answer
from tests.waiting import until


async def test_a_call_arrives_as_it_was_written_and_its_answer_comes_back(rude, egress):
    rude.answer = answer(b'{"name": "Ada"}', "Content-Type: application/json", status="201 Created")
    got = await egress.send(Call("POST", f"{rude.url}/people?x=1", (("X-Tag", "a"),), b'{"e": 1}'))
    assert (got.status, got.body, got.size) == (201, b'{"name": "Ada"}', 15)
    assert ("content-type", "application/json") in got.headers
    [request] = rude.requests
    assert request.line == "POST /people?x=1 HTTP/1.1"
    assert (request.header("host"), request.header("x-tag")) == (rude.address, "a")
    assert request.body == b'{"e": 1}'
    assert request.header("user-agent").startswith("ConnectorConsole/")
    assert request.header("accept-encoding") == "gzip, deflate"


async def test_letters_of_any_alphabet_travel_in_paths_queries_and_headers(rude, egress):
    await egress.send(Call("GET", f"{rude.url}/Bøker/東京?q=“a”", (("X-Name", "Zoë 王"),)))
    [request] = rude.requests
    assert request.line == ("GET /B%C3%B8ker/%E6%9D%B1%E4%BA%AC?q=%E2%80%9Ca%E2%80%9D HTTP/1.1")
    assert request.header("x-name") == "Zoë 王"


async def test_the_next_call_uses_the_same_connection(rude, egress):
    for _ in range(5):
        await egress.send(Call("GET", rude.url))
    assert rude.connections == 1


async def test_calls_at_once_use_a_connection_each(rude, egress):
    async with asyncio.TaskGroup() as calls:
        for _ in range(8):
            calls.create_task(egress.send(Call("GET", rude.url)))
    assert len(rude.requests) == 8
    assert rude.connections == 8


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        OK + b"garbage",
    ],
    ids=["close", "http 1.0", "a second answer", "garbage behind"],
)
async def test_a_connection_that_cannot_be_trusted_is_not_used_again(rude, egress, raw):
    rude.answer = raw
    for _ in range(2):
        assert (await egress.send(Call("GET", rude.url))).body == b"ok"
    assert rude.connections == 2


async def test_what_comes_when_nobody_asked_is_never_taken_for_an_answer(rude, egress):
    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(OK)
        if server.connections == 1:
            for _ in range(5):
                await asyncio.sleep(0)  # until the answer was read
            writer.write(answer(b"for somebody else"))
        await reader.read()

    rude.behaviour = behave
    await egress.send(Call("GET", rude.url))
    for _ in range(10):
        await asyncio.sleep(0)
    assert (await egress.send(Call("GET", rude.url))).body == b"ok"
    assert rude.connections == 2


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"hello")),
        ("x-gzip", gzip.compress(b"hel") + gzip.compress(b"lo")),
        ("GZIP", gzip.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello", wbits=-15)),
        ("identity", b"hello"),
        ("identity, gzip", gzip.compress(b"hello")),
    ],
)
async def test_a_packed_answer_is_unpacked(rude, egress, coding, body):
    rude.answer = answer(body, f"Content-Encoding: {coding}")
    assert (await egress.send(Call("GET", rude.url))).body == b"hello"


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ],
    ids=["chunked", "until it hangs up", "after hints"],
)
async def test_every_framing_of_a_body_is_understood(rude, egress, raw):
    rude.answer, rude.hang_up_after_answer = raw, True
    got = await egress.send(Call("GET", rude.url))
    assert (got.status, got.body) == (200, b"hello")


@pytest.mark.parametrize(
    ("method", "raw", "status"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", 200),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 700\r\n\r\n", 304),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200),
    ],
)
async def test_answers_without_a_body_end_at_once_and_keep_the_connection(
    rude, egress, method, raw, status
):
    rude.answer = raw
    for _ in range(2):
        got = await egress.send(Call(method, rude.url))
        assert (got.status, got.body) == (status, b"")
    rude.answer = OK
    assert (await egress.send(Call("GET", rude.url))).body == b"ok"


@pytest.mark.parametrize(
    "header",
    [
        ("Host", "evil.test"),
        ("Content-Length", "3"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("transfer-ENCODING", "chunked"),
        ("Expect", "100-continue"),
        ("Upgrade", "h2c"),
        ("Accept-Encoding", "br"),
        ("TE", "trailers"),
        ("Proxy-Authorization", "Basic x"),
        ("Sec-Fetch-Site", "none"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("Metadata-Flavor", "Google"),
        ("X-aws-ec2-metadata-token", "x"),
        ("", "x"),
        ("X Tag", "x"),
        ("X-Tag:", "x"),
        ("X-Tåg", "x"),
        ("X-Tag\r\nHost", "x"),
        ("X-Tag", "a\r\nHost: evil.test"),
        ("X-Tag", "a\nb"),
        ("X-Tag", "a\x00b"),
        ("X-Tag", "a\x7fb"),
        ("X-Tag", " a"),
        ("X-Tag", "a "),
        ("X-Tag", "\ud800"),
        ("X" * 129, "a"),
    ],
)
async def test_a_header_that_could_change_the_message_is_refused(rude, egress, header):
    with pytest.raises(BadCall):
        await egress.send(Call("GET", rude.url, (header,)))
    assert rude.connections == 0


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "GET /x HTTP/1.1\r\n", "", "PRI"])
async def test_an_odd_method_is_refused(rude, egress, method):
    with pytest.raises(BadCall):
        await egress.send(Call(method, rude.url))
    assert rude.connections == 0


async def test_too_many_or_too_long_headers_are_refused(rude, egress):
    for headers in ((("X-Tag", "x"),) * 65, (("X-Tag", "x" * 40_000),)):
        with pytest.raises(BadCall):
            await egress.send(Call("GET", rude.url, headers))
    assert rude.connections == 0


async def test_headers_of_an_answer_are_read_in_either_charset(rude, egress):
    rude.answer = b"HTTP/1.1 200 OK\r\nA: K\xc3\xb6ln\r\nB: K\xf6ln\r\nContent-Length: 0\r\n\r\n"
    got = await egress.send(Call("GET", rude.url))
    assert (dict(got.headers)["a"], dict(got.headers)["b"]) == ("Köln", "Köln")


async def test_an_address_that_is_too_long_is_said_to_be(rude, egress):
    with pytest.raises(BadCall, match=r"8,\d\d\d characters long; 8,000 can be sent"):
        await egress.send(Call("GET", f"{rude.url}/?q={'a' * 8000}"))
    assert rude.connections == 0


async def test_closing_hangs_up_everywhere_and_warns_nobody(rude, egress):
    await egress.send(Call("GET", rude.url))
    assert rude.open == 1
    await egress.close()
    await egress.close()
    await until(lambda: not rude.open)
