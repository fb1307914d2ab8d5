"""Whether a call may be repeated hangs on one question: can the service have seen it?"""

import asyncio
import socket

import pytest

from engine.effects.egress import Call, Egress
from engine.effects.failures import ServiceDidNotAnswer
from engine.effects.policy import Policy
from tests.engine.effects.rude_server import OK

METHODS = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "POST", "PATCH"]
REPEATABLE = METHODS[:5]


async def failure_of(egress: Egress, call: Call) -> ServiceDidNotAnswer:
    with pytest.raises(ServiceDidNotAnswer) as caught:
        await egress.send(call)
    return caught.value


@pytest.fixture
def unused_address():
    """Nobody listens there: the port is taken and deaf."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("method", METHODS)
async def test_no_when_nobody_took_the_connection(unused_address, method):
    egress = Egress(Policy.from_settings(unused_address))
    failure = await failure_of(egress, Call(method, f"http://{unused_address}/"))
    assert (failure.may_have_arrived, failure.timed_out) == (False, False)
    await egress.close()


@pytest.mark.parametrize("problem", [socket.gaierror(-2, "unknown"), UnicodeError(), OSError()])
async def test_no_when_the_name_is_unknown(problem):
    async def resolve(name, port):
        raise problem

    egress = Egress(Policy(), resolve=resolve)
    failure = await failure_of(egress, Call("POST", "https://api.example.com/"))
    assert (failure.may_have_arrived, failure.timed_out) == (False, False)
    assert str(failure) == "api.example.com could not be found."
    await egress.close()


async def test_no_when_the_name_server_keeps_silent():
    async def resolve(name, port):
        await asyncio.Event().wait()

    egress = Egress(Policy(), resolve=resolve)
    failure = await failure_of(egress, Call("POST", "https://api.example.com/", timeout_s=0.05))
    assert (failure.may_have_arrived, failure.timed_out) == (False, True)
    await egress.close()


async def test_no_when_the_service_speaks_no_tls(rude):
    rude.answer = b"HTTP/1.1 400 Bad Request\r\n\r\n"

    async def behave(server, reader, writer):
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    rude.behaviour = behave
    egress = Egress(Policy.from_settings(rude.address))
    failure = await failure_of(egress, Call("POST", f"https://{rude.address}/"))
    assert (failure.may_have_arrived, failure.timed_out) == (False, False)
    await egress.close()


async def test_no_when_the_handshake_takes_too_long(rude):
    async def behave(server, reader, writer):
        await reader.read()

    rude.behaviour = behave
    egress = Egress(Policy.from_settings(rude.address))
    failure = await failure_of(egress, Call("POST", f"https://{rude.address}/", timeout_s=0.1))
    assert (failure.may_have_arrived, failure.timed_out) == (False, True)
    await egress.close()


@pytest.mark.parametrize("method", METHODS)
async def test_yes_when_a_new_connection_dies_without_an_answer(rude, egress, method):
    rude.answer, rude.hang_up_after_answer = b"", True
    assert (await failure_of(egress, Call(method, rude.url))).may_have_arrived
    assert len(rude.requests) == 1


def hangs_up_on_the_second_request(rude):
    """What a service does that closes an idle connection just as the next request comes."""

    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(OK)
        if server.connections == 1:
            await server.read(reader)
            writer.transport.abort()

    rude.behaviour = behave


@pytest.mark.parametrize("method", REPEATABLE)
async def test_a_repeatable_call_gets_a_new_connection_when_the_old_one_was_dead(
    rude, egress, method
):
    hangs_up_on_the_second_request(rude)
    await egress.send(Call("GET", rude.url))
    assert (await egress.send(Call(method, rude.url))).status == 200
    assert [request.line.split()[0] for request in rude.requests] == ["GET", method, method]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_post_on_a_dead_connection_is_never_repeated(rude, egress, method):
    hangs_up_on_the_second_request(rude)
    await egress.send(Call("GET", rude.url))
    assert (await failure_of(egress, Call(method, rude.url))).may_have_arrived
    assert len(rude.requests) == 2


async def test_once_a_byte_of_an_answer_came_nothing_is_repeated(rude, egress):
    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(OK)
        await server.read(reader)
        writer.write(b"H")
        await writer.drain()

    rude.behaviour = behave
    await egress.send(Call("GET", rude.url))
    assert (await failure_of(egress, Call("GET", rude.url))).may_have_arrived
    assert len(rude.requests) == 2


async def test_yes_when_the_second_try_finds_nobody_after_the_first_may_have_arrived(rude, egress):
    async def behave(server, reader, writer):
        await server.read(reader)
        writer.write(OK)
        await server.read(reader)
        server._server.close()
        writer.transport.abort()

    rude.behaviour = behave
    await egress.send(Call("GET", rude.url))
    assert (await failure_of(egress, Call("PUT", rude.url))).may_have_arrived


async def test_a_connection_the_service_closed_meanwhile_is_not_used(rude, egress):
    await egress.send(Call("GET", rude.url))
    rude.hang_up()
    for _ in range(5):
        await asyncio.sleep(0)  # lets the news arrive
    assert (await egress.send(Call("POST", rude.url))).status == 200
    assert rude.connections == 2
    assert len(rude.requests) == 2
