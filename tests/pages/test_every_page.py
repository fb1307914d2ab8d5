"""Every page there is: a viewer who presses whatever can be pressed changes nothing, and what
belongs to another workspace is not there by its address."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from nicegui import background_tasks, core, ui
from nicegui.testing.user_interaction import UserInteraction

from app.services.choosing import Chosen
from app.services.credentials import Given
from app.services.schedules import Wanted as Planned
from components.controls import Field
from components.listing import Act, Listing
from db.session import Actor
from tests.databases import make_tenant
from tests.pages.conftest import STEP, Place, Someone

pytestmark = pytest.mark.asyncio(loop_scope="session")
WITHOUT_SIGN_IN = {"/sign-in", "/forgot-password", "/set-password"}
ONES_OWN = {"sessions", "saved_views"}
NAMED = re.compile(r"\{(\w+)\}")
SECRET = "planted-words-of-acme-5521"


def pages() -> list[str]:
    own = (
        route.path
        for route in core.app.routes
        if getattr(getattr(route, "endpoint", None), "__qualname__", "").startswith("add.<locals>")
    )
    return sorted({path for path in own if not path.endswith(".css")} - WITHOUT_SIGN_IN)


@pytest.fixture
async def ours(place: Place) -> dict[str, str]:
    """One of each in acme, called so that it would be noticed elsewhere."""
    services, owner = place.console.services, place.acme.owner
    run = await services.executions.enqueue(owner, place.connector.id, place.contact.id)
    bulk = await services.bulk.start(
        owner, place.connector.id, Chosen(contact_ids=[place.contact.id])
    )
    name = f"{SECRET}-{uuid4()}"
    given = Given(name, {"type": "bearer"}, {"key": "a-key-of-acme"}, {}, ["api.test"])
    await services.schedules.add(owner, Planned(place.connector.id, "0 3 1 1 *", filter={}))
    whole = {"name": name, "config": {"steps": [STEP]}}
    return {
        "connector_id": str(place.connector.id),
        "contact_id": str(place.contact.id),
        "run_id": str(run.id),
        "bulk_id": str(bulk.id),
        "credential_id": str((await services.credentials.add(owner, given)).id),
        "template_id": str((await services.publishing.publish(owner, whole, "private")).id),
    }


def everything_of(owner_url: str) -> dict[str, Any]:
    """Of every workspace and of none: the marketplace and who runs it, too."""
    with psycopg.connect(owner_url) as owner:
        tables = owner.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p') and not relispartition"
        ).fetchall()
        rows = "select md5(string_agg(t::text, '|' order by t::text)) from {} t"
        return {
            table: owner.execute(rows.format(table).encode()).fetchone()
            for (table,) in tables
            if table not in ONES_OWN
        }


def shown(someone: Someone) -> str:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return " ".join(f"{one.props} {one._text}" for one in elements)


async def settled(before: set[asyncio.Task[Any]]) -> None:
    """What was at work before, such as the page's own clocks, is not waited for."""
    if begun := background_tasks.running_tasks - before:
        await asyncio.wait(begun, timeout=0.3)


def said(element: ui.element, ids: dict[str, str]) -> Iterator[Any]:
    """What a browser may say along: nothing, or a button of a row, offered or not."""
    yield None
    if isinstance(element, Listing):
        cells = [cell for row in element.rows for cell in row.cells.values()]
        lists = [cell for cell in cells if isinstance(cell, list | tuple)]
        acts = {act.name for cell in lists for act in cell if isinstance(act, Act)}
        rows = {row["id"] for row in element.props["rows"]} | set(ids.values())
        yield from ({"id": row, "name": act} for row in rows for act in acts)


async def press_everything(someone: Someone, ids: dict[str, str]) -> int:
    """What opens by a press is pressed as well."""
    done: set[tuple[int, str]] = set()
    client = someone.user.client
    assert client is not None
    for _ in range(3):
        before = set(background_tasks.running_tasks)
        for element in list(client.elements.values()):
            if isinstance(element, Field) and not element.value:
                element.value = "typed"
            for event in {one.type for one in element._event_listeners.values()}:
                if (element.id, event) in done:
                    continue
                done.add((element.id, event))
                for args in said(element, ids):
                    UserInteraction(someone.user, {element}, None).trigger(event, args)
        await settled(before)
    return len(done)


async def test_a_viewer_who_presses_everything_changes_nothing(
    place: Place, ours: dict[str, str]
) -> None:
    before, pressed = everything_of(place.owner_url), {}
    for path in pages():
        viewer = await place.someone(place.acme.viewer)
        await viewer.open(path.format_map(ours))
        pressed[path] = await press_everything(viewer, ours)
        after = everything_of(place.owner_url)
        changed = {table for table in after if after[table] != before[table]}
        assert not changed, (path, changed)
    assert pressed["/connectors/{connector_id}"] > 20, "the builder was there to be pressed"


async def test_what_is_another_workspaces_is_on_no_page(place: Place, ours: dict[str, str]) -> None:
    name = f"globex-{uuid4().hex[:8]}"
    globex = make_tenant(place.owner_url, name)
    before = everything_of(place.owner_url)
    for path in pages():
        stranger = await place.someone(globex.owner)
        await stranger.open(path.format_map(ours))
        for told in (SECRET, "Say hello", "ada@acme.test"):
            assert told not in shown(stranger), (path, told)
        if NAMED.search(path) and not path.startswith("/admin"):
            assert "There is no such" in shown(stranger), path
            await press_everything(stranger, ours)
    assert everything_of(place.owner_url) == before


@pytest.fixture
def powerful(place: Place) -> Callable[[], Actor]:
    """Owners of acme and of the service, as many as wanted; one stays, as one has to."""

    def made() -> Actor:
        with psycopg.connect(place.owner_url) as owner:
            ((user,),) = owner.execute(
                "insert into auth.users (id, email) values (gen_random_uuid(), %s) returning id",
                [f"{uuid4()}@acme.test"],
            ).fetchall()
            owner.execute("insert into workspace_members values ('acme', %s, 'owner')", [user])
            owner.execute(
                "insert into saas_admin_users (user_id, role) values (%s, 'owner')", [user]
            )
        return Actor(user, "acme", "owner")

    made()
    return made


TAKEN = {
    "all but looking": "update workspace_members set role = 'viewer' where user_id = %s",
    "all": "delete from workspace_members where user_id = %s",
}


@pytest.mark.parametrize("taken", TAKEN)
async def test_what_is_open_while_the_role_is_taken_away_acts_no_more(
    place: Place, ours: dict[str, str], powerful: Callable[[], Actor], taken: str
) -> None:
    for path in pages():
        actor = powerful()
        someone = await place.someone(actor)
        await someone.open(path.format_map(ours))
        with psycopg.connect(place.owner_url) as owner:
            owner.execute("delete from saas_admin_users where user_id = %s", [actor.user_id])
            owner.execute(TAKEN[taken].encode(), [actor.user_id])
        before = everything_of(place.owner_url)
        await press_everything(someone, ours)
        after = everything_of(place.owner_url)
        assert not {table for table in after if after[table] != before[table]}, path
