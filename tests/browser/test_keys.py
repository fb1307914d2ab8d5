"""From a wrong key to a right one, told when it breaks, found in the log."""

from playwright.sync_api import Page, expect

from tests.browser.acts import go, is_ready, violations

PRACTICE = "Practice service (this machine)"


def rename(page: Page, name: str) -> None:
    page.get_by_test_id("edit").click()
    sheet = page.get_by_test_id("edit-sheet")
    sheet.get_by_test_id("label").get_by_role("textbox").fill(name)
    assert violations(page) == []
    sheet.get_by_test_id("save").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    sheet.wait_for(state="detached")


def test_a_key_is_tried_before_it_is_kept_replaced_and_found_in_the_log(page: Page) -> None:
    go(page, "/credentials")
    page.get_by_role("link", name=PRACTICE).click()
    page.wait_for_url("**/credentials/*")
    is_ready(page)
    expect(page.get_by_role("link", name="Check the e-mail address (practice)")).to_be_visible()
    page.get_by_test_id("replace").click()
    sheet = page.get_by_test_id("replace-sheet")
    sheet.locator("input").first.fill("wrong-key-not-real")
    sheet.get_by_test_id("save").click()
    expect(sheet.get_by_role("alert")).to_contain_text("did not accept the key")
    expect(sheet.get_by_test_id("save")).to_contain_text("Keep it anyway")
    assert violations(page) == []
    sheet.get_by_role("button", name="Cancel").click()
    page.get_by_test_id("test").click()
    expect(page.locator(".facts .badge")).to_contain_text("Works")
    go(page, page.url)  # drawn anew after the test: a button pressed in between would be lost
    rename(page, "Another name")
    rename(page, PRACTICE)  # other tests know it by this one
