"""What every room's tests may ask for: a fresh database, and two workspaces in it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from db.session import Database
from tests.databases import Cluster, Tenant, make_tenant, plain_cluster

pytest_plugins = ["tests.providers.fixture"]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Packed bytes may hold the time; a test must have the same name in every process."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One Postgres for all tests of this process."""
    with plain_cluster() as started:
        yield started


@pytest.fixture
def database_name(cluster: Cluster) -> Iterator[str]:
    """A fresh database, migrated and empty; gone after the test."""
    with cluster.clone() as name:
        yield name


@pytest.fixture
def owner_url(cluster: Cluster, database_name: str) -> str:
    """As the owner of the tables: may do everything."""
    return cluster.url(database_name, cluster.owner)


@pytest.fixture
def console_url(cluster: Cluster, database_name: str) -> str:
    """As the login that serves requests: may do nothing until it says for whom."""
    return cluster.url(database_name, "console_web")


@pytest.fixture
async def database(console_url: str) -> AsyncIterator[Database]:
    opened = Database(console_url, pool_size=5, patience_s=30)  # the machine may be busy
    yield opened
    await opened.close()


@pytest.fixture
def acme(owner_url: str) -> Tenant:
    """The workspace "acme" with owner, admin, editor and viewer."""
    return make_tenant(owner_url, "acme")


@pytest.fixture
def globex(owner_url: str) -> Tenant:
    """Another workspace, whose people have no business in acme."""
    return make_tenant(owner_url, "globex")
