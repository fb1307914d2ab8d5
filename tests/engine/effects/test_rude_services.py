"""Services on a bad day: the call ends in time, within its limits, with a sentence for people."""

import asyncio
import gzip
import tracemalloc
import zlib

import pytest

from engine.effects.bodies import BodyTooLarge, decoded
from engine.effects.connection import Raw
from engine.effects.egress import Call, Egress
from engine.effects.failures import AnswerTooLarge, ServiceDidNotAnswer
from engine.effects.policy import Policy
from engine.model.published import connector_schema
from tests.engine.effects.rude_server import OK, RudeServer, answer

MB = 1024 * 1024


def drips(first: bytes, drop: bytes):
    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(first)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.01)

    return behave


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a"),
    ],
    ids=["silence", "header", "body", "chunks", "until it hangs up"],
)
async def test_a_service_that_drips_is_left_at_the_deadline(rude, egress, first, drop):
    rude.behaviour = drips(first, drop)
    with pytest.raises(ServiceDidNotAnswer) as caught:
        await egress.send(Call("GET", rude.url, timeout_s=1.5))
    assert (caught.value.timed_out, caught.value.may_have_arrived) == (True, True)
    assert caught.value.code == "timeout"
    assert str(caught.value) == "127.0.0.1 did not answer within 1.5 seconds."


class HastyLoop(asyncio.SelectorEventLoop):
    """Its alarms ring a moment early, as those of a loop that counts whole milliseconds do."""

    def call_at(self, when, callback, *args, context=None):
        return super().call_at(when - 0.002, callback, *args, context=context)


def test_an_alarm_that_rings_a_moment_early_still_ends_the_call():
    async def call() -> ServiceDidNotAnswer:
        async def behave(server, reader, writer):
            await server.read(reader)
            await reader.read()

        rude = RudeServer()
        await rude.start()
        rude.behaviour = behave
        egress = Egress(Policy.from_settings(rude.address))
        with pytest.raises(ServiceDidNotAnswer) as caught:
            async with asyncio.timeout(15):
                await egress.send(Call("GET", rude.url, timeout_s=0.2))
        await egress.close()
        await rude.stop()
        return caught.value

    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        assert runner.run(call()).timed_out


async def test_an_answer_that_stops_half_way_is_not_waited_for(rude):
    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await reader.read()

    rude.behaviour = behave
    egress = Egress(Policy.from_settings(rude.address), stall_s=0.1)
    with pytest.raises(ServiceDidNotAnswer, match="stopped in the middle") as caught:
        await egress.send(Call("GET", rude.url, timeout_s=30))
    assert caught.value.timed_out
    await egress.close()


@pytest.mark.parametrize(
    ("flood", "kind"),
    [
        (
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(7000)) + b"\r\n",
            AnswerTooLarge,
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * MB, AnswerTooLarge),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n", AnswerTooLarge),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 9 * MB, AnswerTooLarge),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (b"100000\r\n" + b"a" * MB + b"\r\n") * 9,
            AnswerTooLarge,
        ),
    ],
    ids=["7000 headers", "long header", "announced", "50 MB", "chunks"],
)
async def test_a_flood_is_cut_off(rude, egress, flood, kind):
    rude.answer = flood
    with pytest.raises(kind):
        await egress.send(Call("GET", rude.url, timeout_s=10))
    rude.answer = OK
    assert (await egress.send(Call("GET", rude.url))).body == b"ok"


@pytest.mark.parametrize(
    ("body", "coding", "kind"),
    [
        (gzip.compress(bytes(64 * MB), 9), "gzip", AnswerTooLarge),
        (gzip.compress(bytes(9 * MB)) * 2, "gzip", AnswerTooLarge),
        (zlib.compress(bytes(64 * MB), 9), "deflate", AnswerTooLarge),
        (gzip.compress(gzip.compress(bytes(MB))), "gzip, gzip", ServiceDidNotAnswer),
        (gzip.compress(b"x"), "br", ServiceDidNotAnswer),
        (gzip.compress(b"x"), "zstd", ServiceDidNotAnswer),
        (gzip.compress(b"hello" * 99)[:-20], "gzip", ServiceDidNotAnswer),
        (b"\x1f\x8bgarbage", "gzip", ServiceDidNotAnswer),
        (b"plain text", "gzip", ServiceDidNotAnswer),
        (b"plain text", "deflate", ServiceDidNotAnswer),
    ],
)
async def test_a_packed_answer_cannot_unpack_without_end(rude, egress, body, coding, kind):
    rude.answer = answer(body, f"Content-Encoding: {coding}")
    with pytest.raises(kind):
        await egress.send(Call("GET", rude.url))


async def test_endless_hints_are_no_answer(rude, egress):
    rude.behaviour = drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    with pytest.raises(ServiceDidNotAnswer, match="cannot be read"):
        await egress.send(Call("GET", rude.url, timeout_s=10))


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_unpacking_never_holds_more_than_the_limit(pack):
    bomb = Raw(body=[pack(bytes(64 * MB))])
    bomb.coding = b"gzip" if pack is gzip.compress else b"deflate"
    tracemalloc.start()
    with pytest.raises(BodyTooLarge):
        decoded(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * MB


async def test_stacked_codings_on_two_lines_are_refused_too(rude, egress):
    rude.answer = answer(b"x", "Content-Encoding: gzip", "Content-Encoding: gzip")
    with pytest.raises(ServiceDidNotAnswer, match="cannot be read"):
        await egress.send(Call("GET", rude.url))


async def test_an_answer_may_be_as_large_as_is_published_and_no_larger(rude, egress):
    limits = connector_schema()["x-limits"]
    sent, unpacked = limits["answer_bytes"], limits["answer_decoded_bytes"]
    for body, *headers in (
        (b"a" * sent,),
        (gzip.compress(bytes(unpacked)), "Content-Encoding: gzip"),
    ):
        rude.answer = answer(body, *headers)
        assert (await egress.send(Call("GET", rude.url))).status == 200
    for body, *headers in (
        (b"a" * (sent + 1),),
        (gzip.compress(bytes(unpacked + 1)), "Content-Encoding: gzip"),
    ):
        rude.answer = answer(body, *headers)
        with pytest.raises(AnswerTooLarge):
            await egress.send(Call("GET", rude.url))


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x00\x00",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok",
        b"HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_no_answer(rude, egress, raw):
    rude.answer = raw
    with pytest.raises(ServiceDidNotAnswer, match="cannot be read") as caught:
        await egress.send(Call("POST", rude.url, timeout_s=5))
    assert (caught.value.timed_out, caught.value.may_have_arrived) == (False, True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
)
async def test_an_answer_that_ends_early_is_no_answer(rude, egress, raw):
    rude.answer, rude.hang_up_after_answer = raw, True
    with pytest.raises(ServiceDidNotAnswer, match="ended the connection") as caught:
        await egress.send(Call("GET", rude.url))
    assert (caught.value.timed_out, caught.value.may_have_arrived) == (False, True)


async def test_a_reset_in_the_middle_of_an_endless_body_is_not_its_end(rude, egress):
    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await writer.drain()
        for _ in range(5):
            await asyncio.sleep(0)  # lets the other side read what came
        writer.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER 0: RST
        writer.transport.abort()

    rude.behaviour = behave
    with pytest.raises(ServiceDidNotAnswer):
        await egress.send(Call("GET", rude.url))


async def test_a_service_that_answers_before_it_read_the_body_is_heard(rude, egress):
    async def behave(server, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"no", status="413 Too Large"))
        await writer.drain()
        await reader.read()

    rude.behaviour = behave
    got = await egress.send(Call("POST", rude.url, body=b"a" * 8 * MB))
    assert (got.status, got.body) == (413, b"no")


async def test_a_cancelled_call_hangs_up(rude, egress):
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def behave(server, reader, writer):
        await server.read(reader)
        arrived.set()
        await reader.read()
        gone.set()

    rude.behaviour = behave
    call = asyncio.create_task(egress.send(Call("GET", rude.url)))
    await arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(gone.wait(), 30)
