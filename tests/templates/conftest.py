"""A worker that plays templates against the imitated providers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from engine.run.task import End
from tests.engine.effects.shelf import MemoryShelf
from tests.engine.run.story import Clock, Player
from tests.providers.imitation.fixture import _running_providers, providers
from tests.providers.imitation.imitation import Imitation
from tests.templates import shipped

__all__ = ["_running_providers", "providers"]


@dataclass
class Installed:
    """Templates as somebody installed them, ready to run."""

    player: Player
    providers: Imitation

    async def run(
        self,
        name: str,
        *,
        wrong_key: bool = False,
        contact: dict[str, Any] | None = None,
        given: dict[str, Any] | None = None,
        **changed: Any,
    ) -> End:
        self.credentials = shipped.credentials(name, self.providers, wrong=wrong_key)
        return await self.player.play(
            {**shipped.definition(name), **changed},
            contact=shipped.template(name)["example_contact"] if contact is None else contact,
            input=shipped.inputs(name) if given is None else given,
            credentials=self.credentials,
        )

    @property
    def waited(self) -> list[float]:
        """Every wait of the runs, short or long."""
        return self.player.clock.waits + [pause.after_s for pause in self.player.pauses]


@pytest.fixture
async def installed(providers: Imitation) -> AsyncIterator[Installed]:
    clock = Clock()
    providers.now = clock.monotonic
    egress = providers.egress(clock.now)
    tokens = Tokens(egress, MemoryShelf(), now=clock.now, sleep=clock.sleep)
    yield Installed(Player(SignedIn(egress, tokens), clock, renew=tokens.renew), providers)
    await tokens.close()
    await egress.close()
