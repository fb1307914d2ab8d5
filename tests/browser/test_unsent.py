"""What is typed while the console is away: it comes back with the page."""

from playwright.sync_api import Page, expect

from tests.browser.acts import go, is_ready, new_connector


def test_what_was_typed_without_a_connection_is_back_after_a_reload(page: Page) -> None:
    new_connector(page)
    is_ready(page)
    page.get_by_test_id("step-http_1").click()
    expect(page.locator("[data-lost]")).to_have_count(0)
    _type_while_away(page, "step-name", "Typed into the void")
    expect(page.locator("[data-lost] .saved > *")).to_be_hidden()  # which says that it is saved
    page.reload()
    expect(page.get_by_text("What you typed while the console was away is back.")).to_be_visible()
    expect(page.get_by_test_id("step-name").locator("input")).to_have_value("Typed into the void")
    expect(page.locator("[data-card=http_1] .flow-title")).to_contain_text("Typed into the void")


def test_a_reload_right_behind_the_last_letter_loses_none(page: Page) -> None:
    new_connector(page)
    is_ready(page)
    page.get_by_test_id("step-name").locator("input").fill("Find them")
    page.reload()
    expect(page.locator("[data-card=http_1] .flow-title")).to_contain_text("Find them")
    expect(page.get_by_test_id("step-name").locator("input")).to_have_value("Find them")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def test_a_secret_is_never_written_down_for_that(page: Page) -> None:
    go(page, "/account")
    page.locator("input[name=new_password]").fill("a secret of mine")
    page.context.set_offline(True)
    page.locator("input[name=old_password]").fill("another secret")
    assert "secret" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.context.set_offline(False)


def _type_while_away(page: Page, testid: str, words: str) -> None:
    page.context.set_offline(True)
    page.evaluate("socket.disconnect()")  # at once, not when the next sign of life is missed
    page.get_by_test_id(testid).locator("input").fill(words)
    page.wait_for_function("sessionStorage.getItem('console-lost')")
    page.context.set_offline(False)
