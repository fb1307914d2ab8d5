"""A second look at connectors that are kept already: what lacks in the workspace, or never runs."""

from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from app.services import exchange
from app.services.connectors import Connectors, load
from app.services.credentials import Credentials
from app.services.destinations import closed_to
from app.services.key_checks import KnownKey, check_keys, known_key
from db.connectors import Connector
from db.session import Actor
from engine.effects.policy import Policy
from engine.errors import BadDefinition, Problem
from engine.model.advice import advise
from engine.model.parts import Definition


class Checking:
    def __init__(
        self, connectors: Connectors, credentials: Credentials, policy: Policy | None = None
    ) -> None:
        self._connectors, self._credentials, self._policy = connectors, credentials, policy

    def looked_at(
        self, definition: Definition, keys: Mapping[str, KnownKey]
    ) -> tuple[list[Problem], list[Problem]]:
        """What keeps it from being saved here, and what is worth a second look."""
        closed = closed_to(definition, self._policy) if self._policy else []
        return closed, [*check_keys(definition, keys, self._policy), *advise(definition)]

    async def of(self, actor: Actor, connector_id: UUID) -> list[Problem]:
        connector = await self._connectors.get(actor, connector_id)
        return self._look(connector, await self._keys(actor))

    async def everything(self, actor: Actor) -> AsyncIterator[tuple[Connector, list[Problem]]]:
        """Every connector of the workspace that is worth a second look."""
        keys = await self._keys(actor)
        async for connector in exchange.every(self._connectors, actor):
            if found := self._look(connector, keys):
                yield connector, found

    async def _keys(self, actor: Actor) -> dict[str, KnownKey]:
        found: dict[str, KnownKey] = {}
        after = None
        while True:
            page = await self._credentials.listed(actor, limit=200, after=after)
            found |= {one.service_name: known_key(one) for one in page.items}
            if not page.more:
                return found
            after = (page.items[-1].created_at, page.items[-1].id)

    def _look(self, connector: Connector, keys: Mapping[str, KnownKey]) -> list[Problem]:
        try:
            definition = load(connector)
        except BadDefinition as bad:
            return list(bad.problems)
        closed, advice = self.looked_at(definition, keys)
        return [*closed, *advice]
