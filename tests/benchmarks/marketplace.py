"""`python -m tests.benchmarks.marketplace`: a search among 10,000 templates, and a page of cards.

The search is timed in the database, as an actor with row-level security; the page is what the
server does for 200 cards: from rows to the component's data on the wire.
"""

import asyncio
import statistics
from pathlib import Path
from time import perf_counter

import orjson
import psycopg

from app.pages.templates import card
from components.gallery import shown
from db import templates
from db.session import Actor, Database
from db.templates import Narrowed
from tests.databases import make_tenant, plain_cluster

FILL = Path(__file__).with_name("many_templates.sql")
ASKED = {
    "first page": Narrowed(sort="name"),
    "most installed": Narrowed(sort="popular"),
    "works best": Narrowed(sort="success"),
    "one letter": Narrowed(q="h"),
    "two letters": Narrowed(q="hu"),
    "a word": Narrowed(q="hunter", sort="name"),
    "two words": Narrowed(q="verify kickbox", sort="popular"),
    "one of them": Narrowed(q="slack 9001"),
    "nothing": Narrowed(q="zzzz nothing"),
    "category": Narrowed(category="sync", sort="rating"),
    "tag": Narrowed(tag="Hunter"),
}


async def main() -> None:
    with plain_cluster() as cluster, cluster.clone() as name:
        owner_url = cluster.url(name, cluster.owner)
        tenant = make_tenant(owner_url, "acme")
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(FILL.read_bytes())
            owner.execute("vacuum analyze connector_templates")
        database = Database(cluster.url(name, "console_web"))
        try:
            for words, asked in ASKED.items():
                times = [await _timed(database, tenant.viewer, asked) for _ in range(15)]
                print(
                    f"{words:>16}: {statistics.median(times):5.1f} ms, worst {max(times):5.1f} ms"
                )
            await _page(database, tenant.viewer)
            print(_plan(owner_url))
        finally:
            await database.close()


async def _timed(database: Database, who: Actor, asked: Narrowed) -> float:
    async with database.session_for(who) as session:
        began = perf_counter()
        await templates.listed(session, "acme", asked, limit=61, skip=0)
        return (perf_counter() - began) * 1000


async def _page(database: Database, who: Actor) -> None:
    async with database.session_for(who) as session:
        rows = await templates.listed(session, "acme", Narrowed(sort="name"), limit=200, skip=0)
    times = []
    for _ in range(15):
        began = perf_counter()
        told = orjson.dumps(shown([card(one) for one in rows]))
        times.append((perf_counter() - began) * 1000)
    print(f"200 cards: {statistics.median(times):.1f} ms of the server, {len(told) / 1024:.0f} KB")


def _plan(owner_url: str) -> str:
    """Why it is quick: the index of words."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("set local plan_cache_mode = force_custom_plan")
        rows = owner.execute(
            "explain (analyze, costs off, timing off, summary off) select t.id"
            " from connector_templates t where (t.workspace_id = 'acme' or t.workspace_id is null"
            " and t.is_public) and t.words like '%kickbox 9002%' order by t.name, t.id limit 61"
        ).fetchall()
    return "\n".join(str(row[0]) for row in rows)


if __name__ == "__main__":
    asyncio.run(main())
