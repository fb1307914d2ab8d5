"""The way out for e-mail: the same policy as for calls, on the ports of mail servers."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from engine.effects.addresses import Address
from engine.effects.dialing import Resolve
from engine.effects.failures import DestinationRefused
from engine.effects.names import SystemNames
from engine.effects.policy import Policy
from engine.effects.secret import Secret
from engine.effects.urls import Origin, parse_origin
from engine.errors import RunStopped

PATIENCE_S: Final = 20.0
Security = Literal["starttls", "tls", "none"]
SCHEMES: Final[dict[str, tuple[Security, int]]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}


class MailRefused(RunStopped):
    code = "mail_refused"

    def __init__(self, message: str, detail: str, *, try_again: bool = True) -> None:
        super().__init__(
            message, hint="Check the mail server's address, user and password.", detail=detail
        )
        self.try_again = try_again


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: Secret | None = None

    @classmethod
    def from_address(cls, address: str, sender: str, password: str) -> "MailServer":
        """smtp://user@host:587 (STARTTLS), smtps://… or smtp+plain://…; raises ValueError."""
        parts = urlsplit(address)
        if parts.scheme not in SCHEMES or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(f"“{parts.scheme}://…” is no mail server: smtp, smtps, smtp+plain.")
        security, port = SCHEMES[parts.scheme]
        secret = Secret(password or unquote(parts.password or ""))
        user = unquote(parts.username or "")
        return cls(parts.hostname, parts.port or port, sender, security, user, secret)


@dataclass(frozen=True, slots=True)
class Letter:
    to: tuple[str, ...]
    subject: str
    text: str


class Mail:
    """`trusted`: the operator's own server, which may stand in a private network."""

    def __init__(
        self,
        policy: Policy,
        trusted: MailServer | None = None,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy, self.trusted = policy, trusted
        self._system_names = None if resolve else SystemNames()
        self._resolve = resolve or self._system_names or SystemNames()
        self._tls = tls or ssl.create_default_context()

    async def send(self, letter: Letter, server: MailServer | None = None) -> None:
        """With the operator's server where none is given. Raises RunStopped."""
        server = server or self.trusted
        if server is None:
            raise MailRefused("No mail server is set up here.", "none", try_again=False)
        addresses = await self._addresses(server)
        await asyncio.to_thread(_deliver, letter, server, addresses[0], self._tls)

    def close(self) -> None:
        if self._system_names:
            self._system_names.close()

    async def _addresses(self, server: MailServer) -> list[Address]:
        origin = parse_origin("http", f"{server.host}:{server.port}")
        named = server == self.trusted or self._policy.names(origin)
        if not named and (origin.special or origin.host in self._policy.own_names):
            raise DestinationRefused(f"special name {origin.host}")
        if not named and server.security == "none":
            raise DestinationRefused("mail without encryption")
        found = [str(origin.ip)] if origin.ip else await self._asked(origin, named)
        addresses = [ip_address(one) for one in found]
        for address in addresses:
            if not named:
                self._policy.admit_mail(origin, address)
        return addresses

    async def _asked(self, origin: Origin, named: bool) -> Sequence[str]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await self._resolve(origin.host + ("" if named else "."), origin.port)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise MailRefused(
                f"The mail server {origin.host} could not be found.", type(error).__name__
            ) from None
        if not found:
            raise MailRefused(f"The mail server {origin.host} could not be found.", "no address")
        return found


def _deliver(letter: Letter, server: MailServer, address: Address, tls: ssl.SSLContext) -> None:
    message = _message(letter, server.sender)
    try:
        with _connected(server, str(address), tls) as connection:
            if server.user and server.password:
                connection.login(server.user, server.password.reveal())
            connection.send_message(message, parseaddr(server.sender)[1], list(letter.to))
    except smtplib.SMTPAuthenticationError as error:
        raise MailRefused(
            f"The mail server {server.host} did not accept user and password.",
            f"code {error.smtp_code}",
            try_again=False,
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        raise MailRefused(
            f"The mail server {server.host} did not take the addressees.",
            str(len(error.recipients)),
        ) from None
    except smtplib.SMTPResponseException as error:
        raise MailRefused(
            f"The mail server {server.host} did not take the message.", f"code {error.smtp_code}"
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailRefused(
            f"The mail server {server.host} could not be reached.", type(error).__name__
        ) from None


def _connected(server: MailServer, address: str, tls: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return _PinnedTls(server, address, tls)
    connection = _Pinned(server, address)
    if server.security == "starttls":
        try:
            connection.starttls(context=tls)
        except BaseException:
            connection.close()
            raise
    return connection


class _Pinned(smtplib.SMTP):
    """Dials the address that was checked; the name is for the certificate."""

    def __init__(self, server: MailServer, address: str) -> None:
        self._address = address
        super().__init__(server.host, server.port, local_hostname="console", timeout=PATIENCE_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _PinnedTls(smtplib.SMTP_SSL):
    def __init__(self, server: MailServer, address: str, tls: ssl.SSLContext) -> None:
        self._address = address
        super().__init__(
            server.host, server.port, local_hostname="console", timeout=PATIENCE_S, context=tls
        )

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self._address, port), timeout)
        return self.context.wrap_socket(plain, server_hostname=host)


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(letter.to)
    message["Subject"] = " ".join(letter.subject.split())[:200]
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="console.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
