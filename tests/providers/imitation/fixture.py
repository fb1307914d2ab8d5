"""The fixture `providers`: the imitation with an empty ledger and no bad day ahead."""

from collections.abc import Iterator

import pytest

from tests.providers.imitation.imitation import Imitation


@pytest.fixture(scope="session")
def _running_providers() -> Iterator[Imitation]:
    imitation = Imitation().start()
    yield imitation
    imitation.stop()


@pytest.fixture
def providers(_running_providers: Imitation) -> Imitation:
    _running_providers.forget()
    return _running_providers
