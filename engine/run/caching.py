"""Answers kept from earlier runs, so that the same question is paid for once."""

import hashlib
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import orjson

from engine.effects.egress import Call
from engine.run.answers import Reading
from engine.run.doors import Cache
from engine.run.exchange import Exchange
from engine.run.pages import Pages

LARGEST = 1_000_000  # bytes; what is bigger is asked for again


class Kept:
    """The answer kept for the call that an http step is about to make, if it keeps any."""

    def __init__(self, exchange: Exchange, call: Call) -> None:
        self._exchange, self._call = exchange, call
        self._cache: Cache | None = exchange.story.doors.cache
        self._settings = exchange.step.cache if self._cache else None

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Ours to ask, once nobody else of the workspace is asking the same."""
        if self._cache is None or self._settings is None:
            return nullcontext()
        return self._cache.turn(self._workspace, self._key())

    async def recall(self) -> tuple[str, Pages | None] | None:
        """What the kept answer comes to under today's rules; None where a call must be made."""
        if self._cache is None or self._settings is None:
            return None
        known = await self._cache.get(self._workspace, self._key())
        if known is None:
            return None
        exchange = self._exchange
        reading = Reading(known["status"], known["headers"], known["body"], known["is_data"])
        then = exchange.judge_kept(self._call, reading)
        if then not in ("succeed", "not_found"):
            return None
        exchange.take_kept(self._call, reading, known["size"])
        pages = known["pages"]
        return then, Pages(*pages) if pages else None

    async def keep(self, then: str, pages: Pages | None) -> None:
        """For as long as the step says; what was not found is kept for another time."""
        answer = self._exchange.answer
        if self._cache is None or self._settings is None or answer is None:
            return
        lasts = {"succeed": self._settings.ttl_s, "not_found": self._settings.negative_ttl_s}
        ttl_s = lasts.get(then, 0)
        if ttl_s <= 0 or answer.size > LARGEST:
            return
        reading = self._exchange.reading
        known: dict[str, Any] = {
            "status": reading.status,
            "headers": reading.headers,
            "body": reading.body,
            "is_data": reading.is_data,
            "size": answer.size,
            "pages": [pages.items, pages.count, pages.cut] if pages else None,
        }
        await self._cache.put(self._workspace, self._key(), known, ttl_s)

    @property
    def _workspace(self) -> str:
        return self._exchange.story.task.workspace["id"]

    def _key(self) -> str:
        """The same question by the same account, whichever step asks it."""
        exchange, call = self._exchange, self._call
        step = exchange.step.definition.model_dump(include={"paginate", "poll"}, mode="json")
        account = exchange.credential.id if exchange.credential else None
        own = (exchange.step.idempotency_header or "").lower()
        headers = sorted(pair for pair in call.headers if pair[0].lower() != own)
        asked = [account, call.method, call.url, headers, call.body.decode("latin-1"), step]
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
