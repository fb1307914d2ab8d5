"""The marketplace: find a template, see what it does, install it with one's own key, update it."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import CHECK_EMAIL, go, in_both_themes, is_ready
from tests.browser.conftest import Rest

KEY = "hunter-key-for-a-test-1234"


def find(page: Page, words: str) -> None:
    go(page, "/templates")
    page.get_by_role("searchbox").fill(words)
    expect(page.locator(".gallery-card")).to_have_count(1)
    page.locator(".gallery-card").click()
    expect(page.get_by_role("heading", name="Where data goes")).to_be_visible()
    is_ready(page)


def begin(page: Page) -> Locator:
    """The first step has been read."""
    page.get_by_test_id("install").click()
    sheet = page.get_by_test_id("install-sheet")
    expect(sheet.get_by_text("api.hunter.io").first).to_be_visible()
    page.get_by_test_id("install-next").click()
    return sheet


def test_a_template_says_where_data_goes_before_anything_is_installed(page: Page):
    find(page, "Validator (Hunter)")
    expect(page.get_by_text("api.hunter.io", exact=True)).to_be_visible()
    expect(page.get_by_text("What goes there: E-mail")).to_be_visible()
    expect(page.get_by_text("Hunter: API key")).to_be_visible()
    expect(page.get_by_test_id("template-versions")).to_contain_text("Version 1")


def test_stopping_on_the_way_leaves_nothing_behind(page: Page):
    find(page, "Validator (Hunter)")
    sheet = begin(page)
    page.get_by_test_id("install-next").click()
    expect(sheet.get_by_text("Hunter needs your API key.")).to_be_visible()
    sheet.locator("input[type=password]").fill(KEY)
    page.get_by_test_id("install-next").click()
    expect(page.get_by_test_id("install-try")).to_be_visible()
    page.get_by_test_id("install-next").click()
    page.get_by_test_id("install-name").locator("input").fill("Half of it")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    go(page, "/connectors")
    expect(page.get_by_role("link", name="Half of it")).to_have_count(0)
    go(page, "/credentials")
    expect(page.get_by_text("Practice service (this machine)").first).to_be_visible()
    expect(page.get_by_text("••••1234")).to_have_count(0)


def test_installing_with_a_key_opens_the_new_connector(page: Page):
    find(page, "Validator (Hunter)")
    sheet = begin(page)
    sheet.locator("input[type=password]").fill(KEY)
    page.get_by_test_id("install-next").click()
    page.get_by_test_id("install-next").click()
    page.get_by_test_id("install-name").locator("input").fill("My validator")
    page.get_by_test_id("install-next").click()
    page.wait_for_url("**/connectors/*")
    expect(page.get_by_role("heading", name="My validator")).to_be_visible()
    go(page, "/credentials")
    expect(page.get_by_text("••••1234")).to_be_visible()


@pytest.fixture
def shared(rest: Rest) -> dict[str, Any]:
    """A template of the workspace, made of the practice connector."""
    body = {
        "connector_id": rest.connectors(CHECK_EMAIL)[-1]["id"],
        "name": "Our own check",
        "visibility": "private",
    }
    made = rest.post("/connector-templates", body)
    yield made
    rest.ask("DELETE", f"/connector-templates/{made['id']}")


def test_a_template_is_tried_installed_rated_and_brought_up_to_date(
    page: Page, rest: Rest, shared: dict[str, Any]
):
    find(page, "Our own check")
    expect(page.locator(".lead")).to_contain_text("Only this workspace")
    page.get_by_test_id("install").click()
    sheet = page.get_by_test_id("install-sheet")
    expect(sheet.get_by_text("By installing it you agree to this.")).to_be_visible()
    assert in_both_themes(page, "[data-testid=install-sheet]") == []
    page.get_by_test_id("install-next").click()
    expect(sheet.get_by_text("Your key is here")).to_be_visible()
    page.get_by_test_id("test-practice").click()
    expect(sheet.get_by_text("It works: the service accepted it.")).to_be_visible()
    page.get_by_test_id("install-next").click()
    page.get_by_test_id("try-another").click()
    page.get_by_test_id("try-search").locator("input").fill("Amelia")
    choices = sheet.locator(".choices .menu-item")
    expect(choices).to_have_count(2)
    choices.last.click()
    page.get_by_test_id("install-try").click()
    answer = page.get_by_test_id("try-answer")
    expect(answer.get_by_text("It works")).to_be_visible()
    expect(answer.locator("tbody tr").first).to_be_visible()
    assert in_both_themes(page, "[data-testid=install-sheet]") == []
    page.get_by_test_id("install-next").click()
    page.get_by_test_id("install-name").locator("input").fill("From the template")
    page.get_by_test_id("install-next").click()
    page.wait_for_url("**/connectors/*")
    expect(page.get_by_role("heading", name="From the template")).to_be_visible()

    _write_about_it(page, shared["id"])
    _update(page, rest, shared)


def _write_about_it(page: Page, template: str) -> None:
    go(page, f"/templates/{template}")
    page.get_by_test_id("star-4").click()
    expect(page.get_by_test_id("star-4")).to_have_attribute("aria-checked", "true")
    page.get_by_test_id("review-text").locator("textarea").fill("It finds most of them.")
    page.get_by_test_id("review-save").click()
    expect(page.get_by_test_id("review")).to_contain_text("It finds most of them.")
    expect(page.get_by_test_id("review")).to_contain_text("by you")
    assert in_both_themes(page) == []


def _update(page: Page, rest: Rest, shared: dict[str, Any]) -> None:
    config = shared["config"]
    config["steps"][0]["name"] = "Ask whether it exists"
    rest.ask("PATCH", f"/connector-templates/{shared['id']}", {"config": config})
    go(page, "/connectors")
    page.get_by_role("button", name="Update available: From the template").click()
    sheet = page.get_by_test_id("update-sheet")
    expect(sheet.get_by_text("Ask whether it exists").first).to_be_visible()
    assert in_both_themes(page, "[data-testid=update-sheet]") == []
    page.get_by_test_id("update-now").click()
    page.wait_for_url("**/connectors/*")
    expect(page.locator(".flow-card").first).to_contain_text("Ask whether it exists")
    expect(page.get_by_test_id("update")).to_have_count(0)
