"""No address leads into a private network, in whatever spelling, by whatever detour."""

from ipaddress import ip_address

import pytest

from engine.effects.addresses import closed
from engine.effects.egress import Call, Egress
from engine.effects.failures import DestinationRefused
from engine.effects.policy import Policy
from engine.effects.urls import parse
from tests.engine.effects import hostile


@pytest.fixture
async def asked_names() -> list[str]:
    return []


@pytest.fixture
async def wary(asked_names):
    """Its name server knows every name, and remembers which ones it was asked for."""

    async def resolve(name, port):
        asked_names.append(name)
        return ["127.0.0.1"]

    egress = Egress(Policy.from_settings("", own_names=["console.example.com"]), resolve=resolve)
    yield egress
    await egress.close()


@pytest.mark.parametrize("url", hostile.CLOSED_URLS, ids=ascii)
async def test_a_closed_address_is_refused_before_any_name_is_looked_up(wary, asked_names, url):
    with pytest.raises(DestinationRefused) as caught:
        await wary.send(Call("GET", url))
    assert asked_names == []
    assert str(caught.value) == "This address is not allowed."
    assert caught.value.detail


@pytest.mark.parametrize(("url", "host", "port", "rest"), hostile.OPEN_URLS)
async def test_a_public_address_is_understood(url, host, port, rest):
    target = parse(url)
    Policy().admit(target.origin)
    assert (target.origin.host, target.origin.port, target.rest) == (host, port, rest)


@pytest.mark.parametrize("address", hostile.OPEN_IPV4 + hostile.OPEN_IPV6)
def test_the_neighbours_of_closed_ranges_are_open(address):
    assert closed(ip_address(address)) is None
    host = f"[{address}]" if ":" in address else address
    Policy().admit(parse(f"https://{host}/").origin)


CLOSED = [*hostile.CLOSED_IPV4, *hostile.CLOSED_IPV6, "fe80::1%lo", "127.1", "x", "", "2130706433"]


@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.parametrize("beside", [[], ["93.184.216.34"]], ids=["alone", "beside a public one"])
async def test_a_name_for_a_closed_address_is_refused_whatever_stands_beside_it(address, beside):
    async def resolve(name, port):
        return [*beside, address]

    egress = Egress(Policy(), resolve=resolve)
    with pytest.raises(DestinationRefused) as caught:
        await egress.send(Call("GET", "https://rebind.example.com/"))
    assert str(caught.value) == "This address is not allowed."
    await egress.close()


async def test_a_public_name_is_asked_for_as_an_absolute_one(wary, asked_names):
    with pytest.raises(DestinationRefused):
        await wary.send(Call("GET", "https://example.com/"))
    assert asked_names == ["example.com."]


async def test_what_was_checked_is_what_is_dialled(rude):
    """A name that answers differently the second time is not asked a second time."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def resolve(name, port):
        return answers.pop(0)

    egress = Egress(Policy.from_settings(f"127.0.0.1/32:{rude.port}"), resolve=resolve)
    for _ in range(3):
        await egress.send(Call("GET", f"http://flip.example.com:{rude.port}/"))
    assert len(answers) == 1
    assert rude.connections == 1
    assert rude.requests[0].header("host") == f"flip.example.com:{rude.port}"
    await egress.close()


async def test_the_next_address_is_tried_when_one_does_not_answer(rude):
    async def resolve(name, port):
        return ["127.0.0.9", "127.0.0.1"]

    egress = Egress(Policy.from_settings(f"127.0.0.0/8:{rude.port}"), resolve=resolve)
    assert (await egress.send(Call("GET", f"http://two.example.com:{rude.port}/"))).status == 200
    await egress.close()


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:8099", "http://127.0.0.1:8099/"),
        ("localhost:9000", "http://localhost:9000/"),
        ("LOCALHOST:9000", "http://localhost.:9000/"),
        ("practice:8099", "http://practice:8099/"),
        ("10.1.0.0/16:8080", "https://10.1.2.3:8080/"),
        ("[::1]:8099", "http://[::1]:8099/"),
        ("[fd00::/8]:8099", "http://[fd00::5]:8099/"),
        ("fd00::/8:8099", "http://[fd00::5]:8099/"),
        ("api.example.com:9443", "https://api.example.com:9443/"),
        (" a.internal:80 , 127.0.0.1:81 ,", "http://127.0.0.1:81/"),
    ],
)
def test_the_operator_can_open_a_private_destination(entry, url):
    Policy.from_settings(entry).admit(parse(url).origin)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:8099", "http://127.0.0.1:8098/"),
        ("127.0.0.1:8099", "http://127.0.0.2:8099/"),
        ("127.0.0.1:8099", "http://localhost:8099/"),
        ("127.0.0.1:8099", "http://[::ffff:127.0.0.1]:8099/"),
        ("127.0.0.1:8099", "http://2130706433:8099/"),
        ("localhost:9000", "http://127.0.0.1:9000/"),
        ("localhost:9000", "http://a.localhost:9000/"),
        ("10.1.0.0/16:8080", "http://10.2.0.1:8080/"),
        ("10.1.0.0/16:8080", "http://10.1.0.1/"),
        ("10.1.0.0/16:9000", "http://8.8.8.8:9000/"),
        ("a.internal:80", "http://b.internal/"),
    ],
)
def test_an_opened_destination_opens_nothing_else(entry, url):
    with pytest.raises(DestinationRefused):
        Policy.from_settings(entry).admit(parse(url).origin)


async def test_an_opened_network_does_not_open_its_port_elsewhere():
    async def resolve(name, port):
        return ["8.8.8.8"]

    egress = Egress(Policy.from_settings("10.0.0.0/8:9000"), resolve=resolve)
    with pytest.raises(DestinationRefused):
        await egress.send(Call("GET", "http://example.com:9000/"))
    await egress.close()


@pytest.mark.parametrize(
    "entry",
    [
        *("127.0.0.1", "localhost", "10.0.0.0/8", ":8080", "127.0.0.1:", "127.0.0.1:0", "[::1]"),
        *("127.0.0.1:65536", "127.0.0.1:http", "127.1:80", "10.1.0.5/16:80", "10.0.0.0/33:80"),
        *("http://localhost:80", "localhost:80/x", "::1:80", "a,b:80", "*.internal:80", "*:80"),
        *("user@host:80", "127.0.0.1:*", "localhost:９０"),
    ],
)
def test_a_bad_entry_of_the_operator_refuses_to_start(entry):
    wrong = entry.partition(",")[0]
    with pytest.raises(ValueError, match="CONSOLE_ALLOW_PRIVATE") as caught:
        Policy.from_settings(f"localhost:9000, {entry}")
    assert f"“{wrong}”" in str(caught.value)
