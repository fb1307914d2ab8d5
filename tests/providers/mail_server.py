"""A mail server on loopback that keeps what it is given, and refuses what it is told to."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailBox:
    """Plain on the wire; with a `tls` context it offers STARTTLS."""

    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    refuses: bytes = b""  # said to RCPT TO
    port: int = 0
    letters: list[str] = field(default_factory=list)
    addressees: list[str] = field(default_factory=list)
    talks: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks += 1
        secure = self.tls is None
        writer.write(b"220 mail.test\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                offers = b"250-AUTH PLAIN\r\n" if secure else b"250-STARTTLS\r\n"
                writer.write(b"250-mail.test\r\n" + offers + b"250 8BITMIME\r\n")
            elif word == b"STAR" and self.tls:
                writer.write(b"220 go on\r\n")
                await writer.start_tls(self.tls)
                secure = True
            elif word == b"AUTH":
                given = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
                good = self.login is not None and tuple(given) == self.login
                writer.write(b"235 come in\r\n" if good else b"535 no\r\n")
            elif word == b"RCPT" and self.refuses:
                writer.write(self.refuses + b"\r\n")
            elif word == b"RCPT":
                self.addressees.append(line.decode().strip().partition(":")[2].strip("<>"))
                writer.write(b"250 known\r\n")
            elif word == b"DATA":
                writer.write(b"354 say it\r\n")
                self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 kept\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 fine\r\n")
        writer.close()


@asynccontextmanager
async def a_mail_server(**wanted: object) -> AsyncIterator[MailBox]:
    box = MailBox(**wanted)  # type: ignore[arg-type]
    server = await asyncio.start_server(box.talk, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box
