"""From a workspace into the marketplace: handed in, sent back, let in, featured, taken out."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    PERSON_AND_COMPANY,
    go,
    in_both_themes,
    is_ready,
    open_connector,
    press_test,
    see_answer,
    sign_in,
    try_on,
)
from tests.browser.conftest import PASSWORD, Console, bootstrap

NAME = "Zephyr people lookup"
REASON = "Say which service it asks."


@pytest.fixture
def reviewer(console: Console, browser: Browser, folder: Path) -> Page:
    """An owner of the service, in a workspace of their own."""
    email = "reviewer@example.com"
    bootstrap(folder, email, "Marketplace", "--saas-role", "owner")
    context = browser.new_context(base_url=console.url, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, email, PASSWORD)
    is_ready(page)
    return page


def test_a_connector_goes_through_review_into_the_marketplace(page: Page, reviewer: Page) -> None:
    address = share(page)
    expect(page.get_by_text(f"“{NAME}” is in review.").first).to_be_visible()
    send_back(reviewer)
    go(page, address)
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_test_id("looked").locator("input").check()
    page.get_by_test_id("share").click()
    expect(page.get_by_text(f"“{NAME}” is in review.").first).to_be_visible()
    approve(reviewer)
    feature(reviewer)
    go(page, "/templates")
    expect(page.get_by_role("link", name=NAME).first).to_be_visible()
    take_out(reviewer)
    go(page, "/shared")
    row = page.locator("tr", has=page.get_by_text(NAME))
    expect(row).to_contain_text("No longer kept up.")
    row.get_by_role("button", name="Withdraw").click()
    page.get_by_test_id("confirm-yes").click()
    expect(row).to_have_count(0)
    reviewer.context.close()


def share(page: Page) -> str:
    """Hand it in, past a finding that is none."""
    open_connector(page, PERSON_AND_COMPANY)
    try_on(page, "ben.okafor")
    press_test(page)
    see_answer(page, "200")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_test_id("share").click()
    page.wait_for_url("**/share")
    is_ready(page)
    page.get_by_test_id("name").locator("input").fill(NAME)
    words = page.get_by_test_id("description").locator("textarea")
    words.fill("Looks up people, as in zQ8vN2kLx7RtY4mWp9Ba.")
    page.get_by_test_id("option-community").check(force=True)
    expect(page.get_by_test_id("finding")).to_have_count(1)
    expect(page.get_by_test_id("share")).to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("looked").locator("input").check()
    assert in_both_themes(page) == []
    page.get_by_test_id("share").click()
    return page.url


def look(reviewer: Page, which: str) -> None:
    go(reviewer, f"/admin/templates?which={which}")
    reviewer.get_by_role("link", name=NAME).click()
    reviewer.wait_for_url("**/admin/templates/*")
    is_ready(reviewer)


def send_back(reviewer: Page) -> None:
    look(reviewer, "pending")
    reviewer.get_by_test_id("rehearse").click()
    expect(reviewer.get_by_test_id("rehearsed").locator(".badge").first).to_be_visible()
    reviewer.get_by_test_id("send-back").click()
    reviewer.get_by_test_id("send-reason").click()
    sheet = reviewer.get_by_test_id("reason-sheet")
    expect(sheet.get_by_text("Say why; its author reads it.")).to_be_visible()
    assert in_both_themes(reviewer) == []
    sheet.locator("textarea").fill(REASON)
    reviewer.get_by_test_id("send-reason").click()
    expect(reviewer.locator(".lead .badge")).to_contain_text("Returned")


def approve(reviewer: Page) -> None:
    look(reviewer, "pending")
    reviewer.get_by_test_id("approve").click()
    expect(reviewer.locator(".lead .badge")).to_contain_text("Public")


def feature(reviewer: Page) -> None:
    """Two of them; the arrow keys decide which comes first."""
    go(reviewer, "/admin/featured")
    rows = reviewer.locator(".ordering-row")
    for words in ("Hunter", NAME):
        there = rows.count()
        reviewer.get_by_test_id("add").click()
        sheet = reviewer.get_by_test_id("add-sheet")
        sheet.get_by_role("searchbox").fill(words)
        offered = sheet.locator(".menu-item")
        expect(offered.filter(has_not_text=words)).to_have_count(0)  # no more is drawn anew
        offered.first.click()
        expect(rows).to_have_count(there + 1)
    reviewer.get_by_role("button", name=f"Move {NAME}").focus()
    reviewer.keyboard.press("ArrowUp")
    expect(rows.nth(rows.count() - 2)).to_contain_text(NAME)
    assert in_both_themes(reviewer) == []
    go(reviewer, "/admin/featured")
    expect(rows.nth(rows.count() - 2)).to_contain_text(NAME)
    reviewer.get_by_role("button", name=f"Take {NAME} away").focus()


def take_out(reviewer: Page) -> None:
    go(reviewer, "/admin/featured")
    rows = reviewer.locator(".ordering-row")
    while there := rows.count():
        rows.first.get_by_role("button", name="away").click()
        expect(rows).to_have_count(there - 1)
    look(reviewer, "community")
    reviewer.get_by_test_id("unpublish").click()
    reviewer.get_by_test_id("reason").locator("textarea").fill("No longer kept up.")
    reviewer.get_by_test_id("send-reason").click()
    expect(reviewer.locator(".lead .badge")).to_contain_text("Returned")
