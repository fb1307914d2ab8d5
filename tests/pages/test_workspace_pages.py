"""Credentials, alerts and the log: what a role may not do, no forged event does for it."""

import asyncio
from uuid import uuid4

import psycopg
import pytest
from nicegui import background_tasks

from app.services.alerts import KINDS, Way
from app.services.credentials import Given
from components.controls import Field
from components.listing import Listing
from db.credentials import Credential
from db.session import Actor
from tests.pages.conftest import Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELD = """
with run as (insert into connector_executions (connector_id, workspace_id, connector_version)
             select id, workspace_id, version from connectors where id = %s
             returning id, workspace_id)
insert into engine_jobs (execution_id, workspace_id, visible_at, held_for, held_by)
select id, workspace_id, 'infinity', 'reconnect', %s from run
"""
SECRET = "secret-of-the-page-8271"


async def a_credential(place: Place, name: str) -> Credential:
    given = Given(name, {"type": "bearer"}, {"api_key": SECRET}, {}, ["api.test"], name.title())
    return await place.console.services.credentials.add(place.acme.owner, given)


async def at(place: Place, actor: Actor, path: str) -> Someone:
    someone = await place.someone(actor)
    await someone.open(path)
    return someone


def shown(someone: Someone) -> str:
    """Everything the browser was given."""
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return " ".join(f"{one.props} {one._text}" for one in elements)


def there(someone: Someone, testid: str) -> bool:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return any(one.props.get("data-testid") == testid for one in elements)


async def settled() -> None:
    begun = [one for one in background_tasks.running_tasks if "<lambda>" in one.get_name()]
    if begun:
        await asyncio.wait(begun, timeout=20)


async def test_a_credential_is_shown_by_its_end_and_never_whole(place: Place) -> None:
    one = await a_credential(place, "hunter")
    for path in ("/credentials", f"/credentials/{one.id}"):
        owner = await at(place, place.acme.owner, path)
        assert SECRET[-4:] in shown(owner)
        assert SECRET not in shown(owner)


async def test_an_editor_looks_at_a_credential_and_changes_nothing(place: Place) -> None:
    one = await a_credential(place, "apollo")
    listed = await at(place, place.acme.editor, "/credentials")
    assert "admin" in listed.part("new").props["why"]
    listed.send(listed.only(Listing), "row-act", {"id": str(one.id), "name": "delete"})
    editor = await at(place, place.acme.editor, f"/credentials/{one.id}")
    for button in ("test", "edit", "delete", "replace", "move"):
        assert editor.part(button).props["why"], button
        editor.send(editor.part(button), "press")
    await settled()
    for opened in ("confirm", "replace-sheet", "edit-sheet", "move-sheet"):
        assert not there(editor, opened)
    kept = await place.console.services.credentials.get(place.acme.owner, one.id)
    assert kept.state == "untested"


@pytest.mark.parametrize("number", ["not-an-id", str(uuid4())])
async def test_a_credential_that_is_not_ours_is_not_there(place: Place, number: str) -> None:
    owner = await at(place, place.acme.owner, f"/credentials/{number}")
    assert "There is no such credential" in shown(owner)
    assert not there(owner, "delete")


@pytest.mark.parametrize("problem", ["<b>Call us</b>", "https://evil.test", "refused"])
async def test_an_address_puts_no_words_into_the_page(place: Place, problem: str) -> None:
    owner = await at(place, place.acme.owner, f"/credentials?problem={problem}")
    assert problem == "refused" or problem not in shown(owner)
    assert there(owner, "error-card") == (problem == "refused")


async def test_only_admins_see_who_is_told_and_no_address_of_theirs_is_shown(
    place: Place,
) -> None:
    secrets = {"url": f"https://hooks.slack.com/services/{SECRET}"}
    alerts = place.console.services.alerts
    channel = await alerts.add(place.acme.owner, Way("slack", "Ops", KINDS, {}, secrets))
    admin = await at(place, place.acme.admin, "/alerts")
    assert "Ops" in shown(admin)
    assert SECRET not in shown(admin)
    editor = await at(place, place.acme.editor, "/alerts")
    assert "Ops" not in shown(editor)
    assert editor.part("new").props["why"]
    editor.send(editor.part("new"), "press")
    listing = next(
        one
        for one in editor.user.client.elements.values()
        if isinstance(one, Listing)  # type: ignore[union-attr]
    )
    editor.send(listing, "row-act", {"id": str(channel.id), "name": "remove"})
    await settled()
    assert not there(editor, "channel-sheet")
    assert len(await alerts.channels(place.acme.owner)) == 1


async def test_the_log_shows_an_admin_everything_and_an_editor_their_own(place: Place) -> None:
    await a_credential(place, "clearbit")
    admin = await at(place, place.acme.admin, "/audit?type=credential&target=clearbit")
    assert [row["cells"]["about"] for row in admin.only(Listing).props["rows"]] == ["clearbit"]
    assert admin.part("export").props["href"].endswith("?type=credential&target=clearbit")
    editor = await at(place, place.acme.editor, "/audit?type=credential&scope=service")
    assert editor.only(Listing).props["rows"] == []
    assert editor.part("export").props["why"]


async def test_what_is_typed_into_the_address_of_the_log_breaks_nothing(place: Place) -> None:
    odd = "actor=x&type=%27%3B--&since=yesterday&until=9999-99-99&scope=service&target=%00"
    owner = await at(place, place.acme.owner, f"/audit?{odd}")
    assert owner.only(Listing).props["rows"] == []


async def test_usage_adds_up_days_for_everybody_here(place: Place) -> None:
    viewer = await at(place, place.acme.viewer, "/usage?days=7")
    rows = viewer.only(Listing).props["rows"]
    assert rows[0]["cells"]["runs"].isdecimal()
    odd = await at(place, place.acme.viewer, "/usage?days=100000")
    assert odd.part("period").props["value"] == "30"


async def test_what_waits_for_a_credential_is_counted_and_let_go_on(place: Place) -> None:
    one = await a_credential(place, "waits")
    with psycopg.connect(place.owner_url) as connection:
        for _ in range(3):
            connection.execute(HELD, [place.connector.id, one.id])
    viewer = await at(place, place.acme.viewer, f"/credentials/{one.id}")
    assert "3 runs wait for this credential." in shown(viewer)
    viewer.send(viewer.part("replay"), "press")
    await settled()
    services = place.console.services
    assert (await services.holds.counts(place.acme.owner))[one.id] == 3
    editor = await at(place, place.acme.editor, f"/credentials/{one.id}")
    assert editor.part("replay").props["label"] == "Replay 3 runs"
    editor.send(editor.part("replay"), "press")
    await until(lambda: not there(editor, "replay"))
    assert one.id not in await services.holds.counts(place.acme.owner)


async def test_a_form_says_what_is_wrong_in_its_own_words(place: Place) -> None:
    owner = await at(place, place.acme.owner, "/contacts")
    owner.send(owner.part("new"), "press")
    await settled()
    owner.send(owner.part("save"), "press")
    await settled()
    assert "Fill in at least one of these." in shown(owner)
    owner = await at(place, place.acme.owner, "/members")
    owner.send(owner.part("add-member"), "press")
    await settled()
    owner.send(owner.part("save"), "press")
    await settled()
    assert "This is not an e-mail address." in shown(owner)
    assert "Correct what is listed" not in shown(owner)


async def test_limits_that_cannot_be_are_told_beside_them(place: Place) -> None:
    before = await place.console.services.alerts.limits(place.acme.admin)
    admin = await at(place, place.acme.admin, "/alerts")
    admin.send(admin.part("change-limits"), "press")
    numbers = [one for one in admin.every(Field) if one.props.get("kind") == "number"]
    assert len(numbers) == 3
    for at_fault in numbers:
        good = at_fault.value
        for said in (0, -1, 1.5, None, "many", 10**20, float("inf"), float("nan")):
            at_fault.value = said
            admin.send(admin.part("save-limits"), "press")
            await until(lambda one=at_fault: one.props.get("error"))
            assert [one for one in numbers if one.props.get("error")] == [at_fault], said
            at_fault.failed("")
        at_fault.value = good
    assert await place.console.services.alerts.limits(place.acme.admin) == before
