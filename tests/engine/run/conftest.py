import pytest

from tests.engine.run.story import Player, egress_to


@pytest.fixture
async def player(service):
    egress = egress_to(service)
    yield Player(egress)
    await egress.close()
