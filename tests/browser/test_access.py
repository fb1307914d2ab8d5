"""Who may see what, in a browser: sign-out, other workspaces, keys for programs."""

import re
import urllib.error

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import PERSON_AND_COMPANY, go, is_in, is_ready, new_key, sign_in
from tests.browser.conftest import Console, Rest

ONE_CALL = {"id": "look", "name": "Look", "kind": "set", "values": {"a": "b"}}


def test_signing_out_in_one_tab_closes_the_other(console: Console, browser: Browser) -> None:
    context = browser.new_context(base_url=console.url, reduced_motion="reduce")
    one, other = context.new_page(), context.new_page()
    sign_in(one, console.email, console.password)
    is_ready(one)
    go(other, "/contacts")
    one.get_by_role("button", name="your account").click()
    one.get_by_role("button", name="Sign out").click()
    one.wait_for_url("**/sign-in")
    other.wait_for_url("**/sign-in?next=%2Fcontacts")
    context.close()


def test_one_s_own_workspace_opens_after_switching_in_the_other_tab(
    console: Console, browser: Browser
) -> None:
    """The other tab loads itself anew and is still signed in: the new cookie is there by then."""
    context = browser.new_context(base_url=console.url, reduced_motion="reduce")
    one, other = context.new_page(), context.new_page()
    sign_in(one, console.email, console.password)
    is_ready(one)
    go(other, "/contacts")
    other.evaluate("window.before = true")
    one.get_by_role("button", name="Workspace.").click()
    one.get_by_role("button", name="Demo workspace", exact=True).click()
    is_ready(one)
    other.wait_for_function("window.before === undefined")
    is_in(other)
    expect(other).to_have_url(f"{console.url}/contacts")
    context.close()


@pytest.mark.parametrize("noun", ["connector", "contact", "run"])
def test_what_belongs_to_another_workspace_is_not_there(
    page: Page, globex: Rest, noun: str
) -> None:
    theirs = _made_by(globex)[noun]
    said = []
    for one in (theirs, "00000000-0000-4000-8000-000000000000", "no-id-at-all"):
        page.goto(f"/{noun}s/{one}")
        heading = page.locator(".empty h2")
        expect(heading).to_have_text(f"There is no such {noun}")
        said.append(page.locator(".empty").inner_text())
    assert len(set(said)) == 1


def test_a_key_made_on_the_page_works_for_programs_until_it_is_deleted(
    console: Console, page: Page
) -> None:
    program = Rest(console.url, new_key(page, "A short life"))
    assert program.connectors(PERSON_AND_COMPANY)
    go(page, "/members")
    row = page.locator("tr", has=page.get_by_text("A short life"))
    assert program.key not in page.content()
    row.get_by_role("button", name="Delete").click()
    page.get_by_test_id("confirm-yes").click()
    expect(row).to_have_count(0)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        program.get("/connectors")


def test_a_viewer_is_told_why_not(
    console: Console, browser: Browser, viewer: tuple[str, str]
) -> None:
    context = browser.new_context(base_url=console.url, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, *viewer)
    is_ready(page)
    go(page, "/connectors")
    for button in (page.get_by_test_id("new"), page.get_by_role("button", name="Run:").first):
        expect(button).to_have_attribute("aria-disabled", "true")
        expect(button).to_have_attribute("data-tip", re.compile("editor"))
    context.close()


def _made_by(globex: Rest) -> dict[str, str]:
    contact = globex.post("/contacts", {"email": "theirs@globex.example"})
    connector = globex.post(
        "/connectors", {"name": "Theirs", "config": {"version": 1, "steps": [ONE_CALL]}}
    )
    run = globex.post(f"/connectors/{connector['id']}/execute", {"contact_id": contact["id"]})
    return {"contact": contact["id"], "connector": connector["id"], "run": run["id"]}
