"""Behind the marketplace: who sees a page, and what a forged event changes, which is nothing."""

import asyncio
from uuid import UUID

import psycopg
import pytest
from nicegui import background_tasks, ui
from psycopg.types.json import Jsonb

from components.listing import Listing
from components.ordering import Ordering
from db.session import Actor
from tests.pages.conftest import STEP, Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGES = ("/admin/templates", "/admin/featured", "/admin/canaries", "/admin/users")
REFUSED = "This is for the marketplace's admins"


def words(someone: Someone) -> str:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return "\n".join(str(getattr(one, "_text", None) or "") for one in elements)


async def has_settled() -> None:
    """All that a press began has ended."""
    if begun := [one for one in background_tasks.running_tasks if "<lambda>" in one.get_name()]:
        await asyncio.wait(begun, timeout=20)


def has(someone: Someone, kind: type[ui.element]) -> bool:
    assert someone.user.client is not None
    return any(isinstance(one, kind) for one in someone.user.client.elements.values())


@pytest.fixture
def waiting(place: Place) -> str:
    """A template that waits for a review."""
    with psycopg.connect(place.owner_url) as owner:
        row = owner.execute(
            "insert into connector_templates (name, config, review_state) values (%s, %s, %s)"
            " on conflict (name) where workspace_id is null do update set name = excluded.name"
            " returning id",
            ["Waits", Jsonb({"version": 1, "steps": [STEP]}), "pending"],
        ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture
def narrow(place: Place) -> Actor:
    """An admin of the service who may do nothing of it."""
    denied = dict.fromkeys(("templates", "review", "feature", "canaries"), False)
    with psycopg.connect(place.owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role, permissions) values (%s, 'admin', %s)"
            " on conflict (user_id) do nothing",
            [place.acme.admin.user_id, Jsonb(denied)],
        )
    return place.acme.admin


async def test_nobody_else_sees_what_is_behind_the_marketplace(place: Place, waiting: str) -> None:
    owner = await place.someone(place.acme.owner)
    for path in (*PAGES, f"/admin/templates/{waiting}"):
        await owner.open(path)
        assert REFUSED in words(owner), path
        assert not has(owner, Listing)
        assert not has(owner, Ordering)


async def test_without_the_permission_a_forged_press_decides_nothing(
    place: Place, waiting: str, narrow: Actor
) -> None:
    someone = await place.someone(narrow)
    await someone.open(f"/admin/templates/{waiting}")
    for testid in ("approve", "send-back", "edit"):
        button = someone.part(testid)
        assert "permissions" in button.props["why"]
        someone.send(button, "press")
    await someone.open("/admin/featured")
    someone.send(someone.only(Ordering), "order", [waiting])
    await someone.open("/admin/canaries")
    assert "permissions" in someone.part("place").props["why"]
    someone.send(someone.part("place"), "press")
    await has_settled()
    with psycopg.connect(place.owner_url) as owner:
        found = owner.execute(
            "select review_state, is_featured from connector_templates where id = %s", [waiting]
        )
        assert found.fetchone() == ("pending", False)
        assert owner.execute("select count(*) from canary_settings").fetchone() == (0,)


async def test_who_lost_the_role_meanwhile_decides_nothing_on_an_open_page(
    place: Place, waiting: str
) -> None:
    actor = place.acme.editor
    with psycopg.connect(place.owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'admin')", [actor.user_id]
        )
    someone = await place.someone(actor)
    await someone.open(f"/admin/templates/{waiting}")
    approve = someone.part("approve")
    assert approve.props["why"] == ""
    with psycopg.connect(place.owner_url) as owner:
        owner.execute("delete from saas_admin_users where user_id = %s", [actor.user_id])
    someone.send(approve, "press")
    await has_settled()
    with psycopg.connect(place.owner_url) as owner:
        found = owner.execute(
            "select review_state from connector_templates where id = %s", [waiting]
        )
        assert found.fetchone() == ("pending",)


async def test_a_viewer_cannot_share_and_is_told_so(place: Place) -> None:
    viewer = await place.someone(place.acme.viewer)
    await viewer.open(f"/connectors/{place.connector.id}/share")
    assert "editor" in words(viewer)
    await viewer.open("/share")
    assert "editor" in viewer.part("choose-file").props["why"]


GERMAN = {"console_language": "de"}


async def test_what_the_console_says_is_said_in_the_readers_language(
    place: Place, waiting: str
) -> None:
    """On the page of a review: what came of the example, and what the scan says."""
    actor = place.acme.editor
    with psycopg.connect(place.owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'admin')"
            " on conflict (user_id) do nothing",
            [actor.user_id],
        )
        owner.execute(
            "update connector_templates set description = %s where id = %s",
            ["Ask for AKIA" + "ABCDEFGHIJKLMNOP", waiting],
        )
    someone = await place.someone(actor)
    someone.user.http_client.cookies.update(GERMAN)
    await someone.open(f"/admin/templates/{waiting}")
    someone.send(someone.part("rehearse"), "press")
    await until(lambda: "übersprungen" in words(someone).lower())
    for english in ("This is shaped like a key", "No call was made", "Skipped"):
        assert english not in words(someone)
    with psycopg.connect(place.owner_url) as owner:
        owner.execute("delete from saas_admin_users where user_id = %s", [actor.user_id])


async def test_every_admin_reads_the_marketplaces_log_and_whom_it_is_about(
    place: Place, waiting: str
) -> None:
    actor = place.acme.editor
    services = place.console.services
    with psycopg.connect(place.owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'developer')", [actor.user_id]
        )
        owner.execute("update connector_templates set is_public = true where id = %s", [waiting])
    await services.reviewing.feature(actor, [UUID(waiting)])
    someone = await place.someone(actor)
    await someone.open("/audit?scope=service")
    rows = someone.only(Listing).rows
    told = {row.cells["what"]: (row.cells["about"], row.cells["who"]) for row in rows}
    assert told["Template featured"] == ("Waits", actor_email(place, actor))
    await services.reviewing.feature(actor, [])
    with psycopg.connect(place.owner_url) as owner:
        owner.execute("update connector_templates set is_public = false where id = %s", [waiting])
        owner.execute("delete from saas_admin_users where user_id = %s", [actor.user_id])


def actor_email(place: Place, actor: Actor) -> str:
    with psycopg.connect(place.owner_url) as owner:
        ((email,),) = owner.execute(
            "select email from auth.users where id = %s", [actor.user_id]
        ).fetchall()
    return str(email)
