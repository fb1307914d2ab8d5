"""Passwords: argon2id, two at a time, since each takes 19 MiB and a good part of a second."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.services.problems import bad_field

SHORTEST: Final = 8
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Of a password that nobody has: what an unknown e-mail is checked against.
NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBzYWx0IQ$2mdbCxAmeVrVWAoIE9jQDjLpjLz5cH5NiyV1WJU6LXs"
)
LONGEST: Final = 1024  # bytes; longer ones would only keep the processor busy


class Passwords:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, hashed, password)

    async def fits(self, known: str | None, password: str) -> bool:
        """Without a hash: as slow as with one, so that time does not tell who is known."""
        if len(password.encode(errors="replace")) > LONGEST:
            return False
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(self._pool, check, known or NOBODYS, password)
        return fits and known is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False)


def hashed(password: str) -> str:
    return HASHER.hash(password)


def check(known: str, password: str) -> bool:
    try:
        return HASHER.verify(known, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def good_enough(password: str, field: str = "password") -> None:
    if len(password) < SHORTEST:
        raise bad_field(field, f"A password needs at least {SHORTEST} characters.")
    if len(password.encode(errors="replace")) > LONGEST:
        raise bad_field(field, f"A password takes at most {LONGEST} bytes.")
