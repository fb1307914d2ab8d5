"""What pages decide on the server, whatever a browser shows or sends."""

import asyncio

import pytest
from nicegui import background_tasks

from components.controls import Button
from components.listing import Listing
from components.waterfall import Waterfall
from tests.databases import make_tenant
from tests.pages.conftest import Place, Someone
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_viewer_is_told_why_not_beside_what_an_editor_may_press(place: Place) -> None:
    viewer, editor = await _two(place)
    await viewer.open("/connectors")
    await editor.open("/connectors")
    assert "editor" in viewer.part("new").props["why"]
    assert editor.part("new").props["why"] == ""
    assert [act["name"] for act in _acts(viewer)] == ["run"]
    offered = ["run", "switch", "share", "copy", "delete"]
    assert [act["name"] for act in _acts(editor)] == offered


async def test_a_forged_press_on_a_disabled_button_does_nothing(place: Place) -> None:
    viewer, _ = await _two(place)
    await viewer.open("/connectors")
    new = viewer.part("new")
    assert isinstance(new, Button)
    viewer.send(new, "press")
    listing = viewer.only(Listing)
    viewer.send(listing, "row-act", {"id": str(place.connector.id), "name": "delete"})
    viewer.send(listing, "row-act", {"id": str(place.connector.id), "name": "run"})
    found = await place.console.services.connectors.list(place.acme.owner)
    assert [one.id for one in found.items] == [place.connector.id]
    assert not _there(viewer, "launch")


async def test_what_was_never_published_cannot_be_started_by_a_forged_press(place: Place) -> None:
    drafts = place.console.services.drafts
    draft = await drafts.begin(place.acme.editor, {"name": "Not yet", "steps": []})
    _, editor = await _two(place)
    await editor.open("/connectors")
    listing = editor.only(Listing)
    editor.send(listing, "row-act", {"id": str(draft.id), "name": "run"})
    assert not await _appears(editor, "launch")
    await editor.open("/")
    editor.send(editor.named(Button, "Run: Not yet"), "press")
    assert not await _appears(editor, "launch")
    editor.send(editor.named(Button, "Run: Say hello"), "press")
    assert await _appears(editor, "launch")
    await place.console.services.connectors.remove(place.acme.owner, draft.id)


async def test_a_page_whose_session_ended_changes_nothing_more(place: Place) -> None:
    services = place.console.services
    editor = await place.someone(place.acme.editor)
    await editor.open(f"/contacts/{place.contact.id}")
    await services.accounts.sign_out(editor.session_id)
    editor.send(editor.part("field-city"), "update:value", "Bergen")
    editor.send(editor.part("save"), "press")
    await until(lambda: editor.user.back_history[-1].startswith("/sign-in"))
    kept = await services.contacts.get(place.acme.owner, place.contact.id)
    assert kept.city is None


async def test_a_start_waits_for_a_contact_and_says_so(place: Place) -> None:
    editor = await place.someone(place.acme.editor)
    await editor.open("/connectors")
    editor.send(editor.only(Listing), "row-act", {"id": str(place.connector.id), "name": "run"})
    await until(lambda: _there(editor, "start"))
    start = editor.part("start")
    await until(lambda: start.props["why"] == "Choose a contact first.")
    editor.send(start, "press")
    await until(lambda: _there(editor, f"choose-{place.contact.id}"))
    editor.send(editor.part(f"choose-{place.contact.id}"), "click")
    await until(lambda: start.props["why"] == "")
    editor.send(start, "press")
    await until(lambda: editor.user.back_history[-1].startswith("/runs/"))
    started = editor.user.back_history[-1].removeprefix("/runs/")
    found = await place.console.services.history.list(place.acme.owner)
    assert (started, place.contact.id) in [(str(one.id), one.contact_id) for one in found.items]


async def test_a_run_under_way_shows_its_steps_before_they_begin(place: Place) -> None:
    services = place.console.services
    run = await services.executions.enqueue(place.acme.editor, place.connector.id)
    viewer, _ = await _two(place)
    await viewer.open(f"/runs/{run.id}")
    steps = viewer.only(Waterfall).props["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [("Hello", "waiting")]
    assert "editor" in viewer.part("cancel").props["why"]


async def _two(place: Place) -> tuple[Someone, Someone]:
    return await place.someone(place.acme.viewer), await place.someone(place.acme.editor)


def _acts(someone: Someone) -> list[dict[str, str]]:
    rows = someone.only(Listing).props["rows"]
    acts: list[dict[str, str]] = rows[0]["cells"]["acts"]
    return acts


async def _appears(someone: Someone, testid: str) -> bool:
    """Whether it is there once all that the press began has ended."""
    begun = [one for one in background_tasks.running_tasks if "<lambda>" in one.get_name()]
    if begun:
        await asyncio.wait(begun, timeout=20)
    return _there(someone, testid)


def _there(someone: Someone, testid: str) -> bool:
    assert someone.user.client is not None
    elements = someone.user.client.elements.values()
    return any(one.props.get("data-testid") == testid for one in elements)


async def test_an_empty_workspace_is_shown_the_way_to_its_first_answer(place: Place) -> None:
    someone = await place.someone(make_tenant(place.owner_url, "empty").owner)
    await someone.open("/")
    assert someone.user.client is not None
    ways = {one.props.get("href") for one in someone.user.client.elements.values()}
    assert {"/templates", "/contacts", "/connectors"} <= ways
    texts = [one._text for one in someone.user.client.elements.values()]
    assert "1. Choose a ready-made connector" in texts


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [("1", "1 second,"), ("59", "59 seconds"), ("899", "15 minutes"), ("x", "60")],
)
async def test_who_failed_too_often_is_told_how_long_to_wait(
    place: Place, seconds: str, wait: str
) -> None:
    someone = await place.someone(place.acme.viewer)
    await someone.open(f"/sign-in?problem=wait&seconds={seconds}")
    assert someone.user.client is not None
    texts = [str(one._text) for one in someone.user.client.elements.values()]
    assert any(f"Wait {wait}" in one for one in texts)


async def test_a_list_says_which_columns_it_can_do_without(place: Place) -> None:
    viewer = await place.someone(place.acme.viewer)
    await viewer.open("/connectors")
    columns = viewer.only(Listing).props["columns"]
    assert [one["key"] for one in columns if one["spare"]] == ["kind", "good"]
