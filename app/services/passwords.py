"""Passwords: argon2id, two at a time, since each takes 19 MiB and a good part of a second."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.services.problems import bad_field

SHORTEST: Final = 10
LONGEST: Final = 1024  # bytes; longer ones would only keep the processor busy


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")
        self._nobodys = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._hasher.hash, password)

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Without a hash: as slow as with one, so that time does not tell who is known."""
        if len(password.encode(errors="replace")) > LONGEST:
            return False
        loop = asyncio.get_running_loop()
        against = hashed or self._nobodys
        verified = await loop.run_in_executor(self._pool, self._verify, against, password)
        return verified and hashed is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def good_enough(password: str, field: str = "password") -> None:
    if len(password) < SHORTEST:
        raise bad_field(field, f"A password needs at least {SHORTEST} characters.")
    if len(password.encode(errors="replace")) > LONGEST:
        raise bad_field(field, f"A password takes at most {LONGEST} bytes.")
