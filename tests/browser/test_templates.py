"""The marketplace: find a template, see what it does, install it with one's own key."""

from playwright.sync_api import Page, expect

from tests.browser.acts import go, is_ready


def find_hunter(page: Page) -> None:
    go(page, "/templates")
    page.get_by_role("searchbox").fill("Validator (Hunter)")
    expect(page.locator(".gallery-card")).to_have_count(1)
    page.locator(".gallery-card").click()
    expect(page.get_by_role("heading", name="Where data goes")).to_be_visible()
    is_ready(page)


def test_a_template_says_where_data_goes_before_anything_is_installed(page: Page):
    find_hunter(page)
    expect(page.get_by_text("api.hunter.io", exact=True)).to_be_visible()
    expect(page.get_by_text("Hunter: API key")).to_be_visible()


def test_a_missing_key_is_said_at_its_field_and_leaves_nothing_behind(page: Page):
    find_hunter(page)
    page.get_by_test_id("install").click()
    sheet = page.get_by_role("dialog", name="Install Email Validator (Hunter)")
    sheet.get_by_label("Name of your connector").fill("Half of it")
    page.get_by_test_id("install-now").click()
    expect(sheet.get_by_text("Hunter needs your API key.")).to_be_visible()
    go(page, "/connectors")
    expect(page.get_by_role("link", name="Half of it")).to_have_count(0)


def test_installing_with_a_key_opens_the_new_connector(page: Page):
    find_hunter(page)
    page.get_by_test_id("install").click()
    sheet = page.get_by_role("dialog", name="Install Email Validator (Hunter)")
    sheet.get_by_label("Name of your connector").fill("My validator")
    sheet.locator("input[type=password]").fill("hunter-key-for-a-test-1234")
    page.get_by_test_id("install-now").click()
    page.wait_for_url("**/connectors/*")
    expect(page.get_by_role("heading", name="My validator")).to_be_visible()
    go(page, "/credentials")
    expect(page.get_by_text("••••1234")).to_be_visible()
