"""Connections wait for the next call: not too many, not too long, never for another service."""

import asyncio
import datetime
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from engine.effects.egress import Call, Egress
from engine.effects.failures import DestinationRefused, ServiceDidNotAnswer
from engine.effects.policy import Policy
from engine.effects.pool import Pool
from tests.engine.effects.rude_server import RudeServer, answer

HERE = ("https", "a.test", 443)
THERE = ("https", "b.test", 443)


class Idle:
    """What the pool needs to know of a connection."""

    def __init__(self, opened_s_ago: float = 0.0, *, reusable: bool = True) -> None:
        self.reusable = reusable
        self.opened_at = asyncio.get_running_loop().time() - opened_s_ago
        self.parked_at = 0.0
        self.closed = False
        self.gone = asyncio.Event()

    def close(self) -> None:
        self.closed, self.reusable = True, False
        self.gone.set()


async def test_the_one_used_last_is_taken_first():
    pool, first, second = Pool(), Idle(), Idle()
    pool.park(HERE, first)
    pool.park(HERE, second)
    assert pool.take(THERE, repeatable=True) is None
    assert pool.take(HERE, repeatable=True) is second
    assert pool.take(HERE, repeatable=True) is first
    assert pool.take(HERE, repeatable=True) is None
    pool.close()


async def test_a_pool_has_limits_for_each_service_and_in_all():
    pool = Pool(per_origin=2, in_all=3)
    here = [Idle() for _ in range(3)]
    for connection in here:
        pool.park(HERE, connection)
    assert [connection.closed for connection in here] == [True, False, False]
    pool.park(THERE, Idle())
    pool.park(THERE, Idle())
    assert len(pool) == 3
    assert [connection.closed for connection in here] == [True, True, False]
    pool.close()
    assert here[2].closed


async def test_a_closed_or_outdated_connection_is_not_handed_out():
    pool, lost, old = Pool(), Idle(), Idle(opened_s_ago=400)
    pool.park(HERE, lost)
    pool.park(HERE, old)
    lost.reusable = False
    assert pool.take(HERE, repeatable=True) is None
    assert old.closed
    pool.close()


async def test_what_must_not_be_repeated_gets_only_a_fresh_connection():
    pool, stale, fresh = Pool(), Idle(), Idle()
    pool.park(HERE, stale)
    stale.parked_at -= 4
    pool.park(HERE, fresh)
    assert pool.take(HERE, repeatable=False) is fresh
    assert pool.take(HERE, repeatable=False) is None
    assert stale.closed
    pool.close()


async def test_what_waited_too_long_is_closed_by_itself():
    pool, old, fresh = Pool(idle_s=0.03), Idle(), Idle()
    pool.park(HERE, old)
    old.parked_at -= 1
    pool.park(THERE, fresh)
    fresh.parked_at += 1
    await asyncio.wait_for(old.gone.wait(), 30)
    assert not fresh.closed
    pool.close()


def certificate_for(name: str, folder) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A service's side and a client's side that trust one another."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "service.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    service = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    service.load_cert_chain(folder / "service.pem")
    client = ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())
    return service, client


@pytest.fixture
async def secure(tmp_path):
    service, client = certificate_for("api.example.com", tmp_path)
    server = RudeServer(tls=service)
    await server.start()

    async def resolve(name, port):
        return ["127.0.0.1"]

    egress = Egress(
        Policy.from_settings(f"127.0.0.1/32:{server.port}"), resolve=resolve, tls=client
    )
    yield server, egress
    await egress.close()
    await server.stop()


async def test_a_secure_call_proves_the_name_and_keeps_the_connection(secure, credential_for):
    server, egress = secure
    url = f"https://api.example.com:{server.port}/x"
    for _ in range(3):
        got = await egress.send(Call("GET", url), credential_for("api.example.com"))
        assert got.status == 200
    assert server.connections == 1
    assert server.requests[0].header("host") == f"api.example.com:{server.port}"


async def test_a_redirect_never_leads_from_https_down_to_http(secure):
    server, egress = secure
    url = f"api.example.com:{server.port}"
    server.answer = answer(b"", f"Location: http://{url}/", status="302 Found")
    with pytest.raises(DestinationRefused):
        await egress.send(Call("GET", f"https://{url}/"))
    assert len(server.requests) == 1


async def test_a_certificate_for_another_name_is_refused_before_anything_is_sent(secure):
    server, egress = secure
    with pytest.raises(ServiceDidNotAnswer, match="secure connection") as caught:
        await egress.send(Call("POST", f"https://other.example.com:{server.port}/"))
    assert not caught.value.may_have_arrived
    assert server.requests == []


async def test_a_certificate_nobody_vouches_for_is_refused(secure):
    server, _ = secure
    egress = Egress(Policy.from_settings(server.address))
    with pytest.raises(ServiceDidNotAnswer, match="secure connection"):
        await egress.send(Call("GET", f"https://{server.address}/"))
    await egress.close()
