"""Everything about the database holds twice: on our own Postgres, and in a Supabase project."""

from collections.abc import Iterator

import pytest

from tests.databases import Cluster, plain_cluster
from tests.db.supabase import supabase_like_cluster


@pytest.fixture(
    scope="session", params=[plain_cluster, supabase_like_cluster], ids=["plain", "supabase"]
)
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    with request.param() as started:
        yield started
