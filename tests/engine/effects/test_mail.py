"""E-mail leaves by one door: only to servers in the open, encrypted, with a pinned address."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.effects.failures import DestinationRefused
from engine.effects.mail import Letter, Mail, MailRefused, MailServer
from engine.effects.policy import Policy
from engine.effects.secret import Secret
from tests.providers.mail_server import a_mail_server

LETTER = Letter(("ada@example.com", "bob@example.com"), "Two\r\nBcc: eve@example.com", "Grüße.\n")
LOGIN = ("console", "mail-password-not-real")


def server(port: int, **more) -> MailServer:
    given = {"security": "none", "sender": "Console <console@example.com>"} | more
    return MailServer("127.0.0.1", port, **given)


@pytest.fixture
def tls(tmp_path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for mail.test, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mail.test")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    both = tmp_path / "both.pem"
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(both)
    return there, ssl.create_default_context(cafile=str(both))


async def loopback(_: str, __: int) -> list[str]:
    return ["127.0.0.1"]


async def test_the_operators_server_takes_the_letter_with_one_subject_and_its_addressees():
    async with a_mail_server(login=LOGIN) as box:
        own = server(box.port, user=LOGIN[0], password=Secret(LOGIN[1]))
        mail = Mail(Policy(), own)
        await mail.send(LETTER)
        mail.close()
    assert box.addressees == ["ada@example.com", "bob@example.com"]
    assert "Subject: Two Bcc: eve@example.com" in box.letters[0]
    assert "eve@example.com" not in box.addressees
    assert "Auto-Submitted: auto-generated" in box.letters[0]


async def test_a_server_in_a_private_network_is_refused_and_not_even_dialled():
    async with a_mail_server() as box:
        mail = Mail(Policy())
        for private in (server(25, security="tls"), server(box.port, security="tls")):
            with pytest.raises(DestinationRefused):
                await mail.send(LETTER, private)
        mail.close()
    assert box.talks == 0


async def test_a_name_that_stands_for_a_private_address_is_refused():
    mail = Mail(Policy(), resolve=loopback)
    with pytest.raises(DestinationRefused):
        await mail.send(LETTER, MailServer("mail.example.com", 587, "a@example.com"))


async def test_the_operators_list_opens_a_private_server_but_never_without_encryption(tls):
    there, here = tls
    async with a_mail_server(tls=there, login=LOGIN) as box:
        policy = Policy.from_settings(f"mail.test:{box.port}")
        mail = Mail(policy, resolve=loopback, tls=here)
        own = MailServer("mail.test", box.port, "a@example.com", "starttls", LOGIN[0])
        await mail.send(LETTER, own)
        stranger = MailServer("other.test", box.port, "a@example.com", "none")
        with pytest.raises(DestinationRefused):
            await mail.send(LETTER, stranger)
    assert len(box.letters) == 1


async def test_a_certificate_for_another_name_ends_it_before_anything_is_said(tls):
    there, _ = tls
    async with a_mail_server(tls=there) as box:
        policy = Policy.from_settings(f"mail.test:{box.port}")
        mail = Mail(policy, resolve=loopback)
        with pytest.raises(MailRefused):
            await mail.send(LETTER, MailServer("mail.test", box.port, "a@example.com"))
    assert box.letters == []


@pytest.mark.parametrize(
    ("asked", "words", "again"),
    [
        ({"login": LOGIN}, "did not accept user and password", False),
        ({"refuses": b"550 unknown"}, "did not take the addressees", True),
    ],
)
async def test_what_the_server_refuses_is_said_without_its_words(asked, words, again):
    async with a_mail_server(**asked) as box:
        user = {"user": "x", "password": Secret("wrong-not-real")} if "login" in asked else {}
        mail = Mail(Policy(), server(box.port, **user))
        with pytest.raises(MailRefused) as caught:
            await mail.send(LETTER)
        mail.close()
    assert words in caught.value.message
    assert caught.value.try_again is again
    assert "not-real" not in f"{caught.value} {caught.value.detail}"


async def test_a_server_that_is_not_there_is_said():
    async with a_mail_server() as box:
        pass
    mail = Mail(Policy(), server(box.port))
    with pytest.raises(MailRefused, match="could not be reached"):
        await mail.send(LETTER)
    mail.close()
    with pytest.raises(MailRefused, match="No mail server"):
        await Mail(Policy(), resolve=loopback).send(LETTER)


def test_an_operators_address_is_read_strictly():
    own = MailServer.from_address("smtps://me%40x@mail.example.com", "a@example.com", "secret")
    assert (own.host, own.port, own.security, own.user) == ("mail.example.com", 465, "tls", "me@x")
    assert "secret" not in repr(own)
    with pytest.raises(ValueError, match="no mail server"):
        MailServer.from_address("https://mail.example.com", "a@example.com", "")
