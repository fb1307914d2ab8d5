"""Answers kept from earlier runs, so that a workspace pays for the same question once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from db import answer_cache
from db.session import Database, DatabaseAway, Runner
from engine.model import poison

logger = logging.getLogger(__name__)

LARGEST: Final = 2_000_000  # characters of one answer with all its pages


class AnswerCache:
    """Fills engine.run.doors.Cache. Never in the way: without it the service is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: dict[tuple[str, str], list[Any]] = {}  # a lock, and how many want it

    async def get(self, workspace_id: str, key: str) -> dict[str, Any] | None:
        try:
            async with self._database.connection_for(Runner(workspace_id)) as connection:
                text = await answer_cache.get(connection, workspace_id, key)
        except DatabaseAway:
            return None
        try:
            return poison.loads(text) if text else None
        except poison.NotJson:  # the answer alone was not too deep
            return None

    async def put(self, workspace_id: str, key: str, answer: dict[str, Any], ttl_s: float) -> None:
        try:
            text = poison.dumps(answer).decode()
        except poison.NotJson:
            return
        if len(text) > LARGEST:
            return
        try:
            async with self._database.connection_for(Runner(workspace_id)) as connection:
                await answer_cache.put(connection, workspace_id, key, text, ttl_s)
        except DatabaseAway:
            logger.info("an answer could not be kept: the database is away")

    @asynccontextmanager
    async def turn(self, workspace_id: str, key: str) -> AsyncIterator[None]:
        """One at a time for each question: who comes second finds the answer of the first."""
        place = (workspace_id, key)
        turn = self._turns.setdefault(place, [asyncio.Lock(), 0])
        turn[1] += 1
        try:
            async with turn[0]:
                yield
        finally:
            turn[1] -= 1
            if not turn[1]:
                del self._turns[place]
