"""The fixture `service`: the pretended providers with an empty ledger."""

from collections.abc import Iterator

import pytest

from tests.providers.service import Service


@pytest.fixture(scope="session")
def _running_service() -> Iterator[Service]:
    service = Service().start()
    yield service
    service.stop()


@pytest.fixture
def service(_running_service: Service) -> Service:
    _running_service.forget()
    return _running_service
