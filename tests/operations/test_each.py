"""Every operation that is known of real providers can be said in our language, and runs."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from engine.run.doors import Doors
from engine.run.task import End
from tests.engine.effects.shelf import MemoryShelf
from tests.engine.run.story import Clock, Player
from tests.operations.connector import CONTACT
from tests.operations.lists import LISTS
from tests.operations.lookups import LOOKUPS
from tests.operations.writes import WRITES
from tests.providers.imitation.facts import operations
from tests.providers.imitation.fixture import _running_providers, providers
from tests.providers.imitation.imitation import Entry, Imitation
from tests.templates import shipped

__all__ = ["_running_providers", "providers"]

CONNECTORS = {**LOOKUPS, **LISTS, **WRITES}
EACH = pytest.mark.parametrize("name", CONNECTORS)
DAYS = [
    pytest.param(name, day, ends, id=f"{name}: {day}")
    for name, connector in CONNECTORS.items()
    for day, ends in connector.days.items()
]


@dataclass
class Worker(Player):
    """One that gets tokens before a call is put together, since a call may be made of one."""

    tokens: Any = None

    @property
    def doors(self) -> Doors:
        return replace(super().doors, log_in=self.tokens.ready)


@pytest.fixture
async def player(providers: Imitation) -> AsyncIterator[Player]:
    clock = Clock()
    providers.now = clock.monotonic
    egress = providers.egress(clock.now)
    tokens = Tokens(egress, MemoryShelf(), now=clock.now, sleep=clock.sleep)
    yield Worker(SignedIn(egress, tokens), clock, renew=tokens.renew, tokens=tokens)
    await tokens.close()
    await egress.close()


async def play(player: Player, name: str, *, wrong: bool = False) -> End:
    connector = CONNECTORS[name]
    return await player.play(
        connector.definition,
        contact={**CONTACT, "id": "c-1", "data": {}},
        input=connector.input,
        credentials={"service": connector.credential(name, wrong=wrong)},
    )


def test_every_known_operation_has_a_template_or_a_connector() -> None:
    assert set(shipped.SINGLE) | set(CONNECTORS) == set(operations())
    assert len(operations()) == 60


@EACH
async def test_it_runs_and_finds_what_the_provider_answers(
    name: str, player: Player, providers: Imitation
) -> None:
    end = await play(player, name)
    assert (end.status, end.outcome) == ("success", "found"), end.error_message
    assert end.output == CONNECTORS[name].finds
    assert len(calls(providers)) == CONNECTORS[name].calls
    assert providers.complaints == []


@EACH
async def test_its_key_is_nowhere_but_where_the_provider_wants_it(
    name: str, player: Player, providers: Imitation
) -> None:
    end = await play(player, name)
    told = json.dumps([end.entries, end.output, end.sentence], default=str)
    told += " ".join(player.sentences)
    for secret in CONNECTORS[name].credential(name).secrets.values():
        assert secret.reveal() not in told
        assert all(secret.reveal() not in entry.call.text for entry in calls(providers))


@EACH
async def test_a_wrong_key_ends_it_at_once(name: str, player: Player, providers: Imitation) -> None:
    auth = operations()[name].auth
    if auth["kind"] == "secret_url" or auth.get("optional"):
        return  # the address is the key, or the service answers without one
    end = await play(player, name, wrong=True)
    assert (end.status, end.outcome) == ("failed", "failed")
    assert len(calls(providers)) <= 1


@pytest.mark.parametrize(("name", "day", "ends"), DAYS)
async def test_another_day_ends_as_it_should(
    name: str, day: str, ends: str, player: Player, providers: Imitation
) -> None:
    for one in day.split(", "):
        step, _, scenario = one.rpartition(" ")
        providers.next(name, scenario, step=step)
    end = await play(player, name)
    assert end.outcome == ends, end.error_message
    assert providers.complaints == []


def calls(providers: Imitation) -> list[Entry]:
    return [entry for entry in providers.ledger if not entry.step.endswith(".token")]
