"""Descriptions of services (OpenAPI 3), from a text or from where they are published."""

import asyncio
from typing import Final

from app.services.roles import must
from db.session import Actor
from engine.effects.egress import Call, Egress
from engine.effects.failures import AnswerTooLarge
from engine.errors import RunStopped
from engine.model.openapi import Described, NotOpenApi, read_openapi

WAIT_S: Final = 20.0
AT_ONCE: Final = 2  # a long document keeps a core busy for seconds


class Descriptions:
    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._room = asyncio.Semaphore(AT_ONCE)

    async def read(self, actor: Actor, text: str, *, source: str = "") -> Described:
        """Raises NotADocument or NotOpenApi."""
        must(actor, "connectors.change")
        async with self._room:
            return await asyncio.to_thread(read_openapi, text, source=source)

    async def fetch(self, actor: Actor, url: str) -> Described:
        """From an address, by the same door and with the same guards as every call."""
        must(actor, "connectors.change")
        accept = ("accept", "application/json, application/yaml, text/yaml, */*;q=0.5")
        try:
            answer = await self._egress.send(Call("GET", url.strip(), (accept,), timeout_s=WAIT_S))
        except AnswerTooLarge as large:
            raise NotOpenApi(
                "This document is longer than 8 MB.",
                hint="Take the description of one part of the service.",
            ) from large
        except RunStopped as stopped:
            raise NotOpenApi(stopped.message, hint=stopped.hint, detail=stopped.detail) from stopped
        if answer.status >= 300:
            raise NotOpenApi(
                f"The address answers with {answer.status}.",
                hint="Open it in a browser: it must show the description itself, without a login.",
            )
        return await self.read(actor, answer.body.decode("utf-8", "replace"), source=answer.url)
