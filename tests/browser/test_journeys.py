"""The main job, as a new user does it: sign in, test, run, watch, see the contact changed."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import (
    CHECK_EMAIL,
    PERSON_AND_COMPANY,
    add_step,
    call_the_practice_service,
    contact_field,
    go,
    is_in,
    is_ready,
    is_saved,
    new_connector,
    open_connector,
    press_test,
    run_on,
    see_answer,
    see_line,
    see_outcome,
    sign_in,
    try_on,
    type_into,
    use_the_practice_key,
    value,
)
from tests.browser.conftest import Console


def test_a_wrong_password_is_told_and_the_email_need_not_be_typed_again(
    console: Console, browser: Browser
) -> None:
    context = browser.new_context(base_url=console.url)
    page = context.new_page()
    sign_in(page, console.email, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is not right")
    expect(page.get_by_label("E-mail")).to_have_value(console.email)
    expect(page).not_to_have_url("email")
    page.locator("input[type=password]").fill(console.password)
    page.keyboard.press("Enter")
    is_in(page)
    context.close()


def test_signing_in_leads_to_the_page_that_was_asked_for(
    console: Console, browser: Browser
) -> None:
    context = browser.new_context(base_url=console.url)
    page = context.new_page()
    page.goto("/contacts?q=clara")
    page.get_by_label("E-mail").fill(console.email)
    page.locator("input[type=password]").fill(console.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Search contacts")).to_have_value("clara")
    context.close()


def test_the_demo_from_a_test_to_a_changed_contact(page: Page) -> None:
    go(page, "/contacts?q=grace")
    page.get_by_role("link", name="Grace").click()
    is_ready(page)
    expect(contact_field(page, "company")).to_have_value("")
    grace = page.url

    open_connector(page, PERSON_AND_COMPANY)
    try_on(page, "grace")
    expect(page.get_by_test_id("sample")).to_contain_text("Grace")
    page.get_by_test_id("test-all").click()
    expect(page.get_by_test_id("field-company").locator("b")).to_have_text("Harborlight")

    run_on(page, PERSON_AND_COMPANY, "Grace")
    see_outcome(page, "Found")
    see_line(page, "Started “Find the person”.")
    expect(page.get_by_test_id("written")).to_contain_text("Harborlight")
    page.get_by_test_id("contact").click()
    page.wait_for_url(grace)
    expect(contact_field(page, "company")).to_have_value("Harborlight")
    expect(page.get_by_test_id("from-company")).to_contain_text(PERSON_AND_COMPANY)
    page.get_by_test_id("from-company").get_by_role("link").click()
    page.wait_for_url("**/runs/*")


def test_what_a_run_will_do_is_said_before_it_starts(page: Page) -> None:
    go(page, "/contacts?q=hugo")
    page.get_by_role("link", name="Hugo").or_(page.get_by_role("link", name="hugo")).click()
    is_ready(page)
    page.get_by_test_id("run").click()
    start = page.get_by_test_id("start")
    expect(start).to_have_attribute("aria-disabled", "true")
    expect(start).to_have_attribute("data-tip", "Choose a connector first.")
    page.get_by_test_id("launch").locator(".menu-item").filter(has_text=CHECK_EMAIL).click()
    promise = page.get_by_test_id("promise")
    expect(promise).to_contain_text("Makes up to 1 call")
    expect(promise).to_contain_text("Fills in up to 2 fields")
    expect(promise).to_contain_text("Practice")
    start.click()
    page.wait_for_url("**/runs/*")
    see_outcome(page, "Found")
    expect(page.get_by_test_id("written")).to_contain_text("Email status")


def test_a_connector_of_two_calls_is_built_by_clicking_and_run(
    page: Page, console: Console
) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    value(page, "$.data.employment.domain").click()  # kept for the second call
    page.get_by_test_id("field-job_title").click()
    value(page, "$.data.employment.title").click()

    add_step(page, "http", at=1)
    use_the_practice_key(page)
    type_into(page, "address", f"{console.practice}/v1/companies/find?domain={{{{domain")
    page.keyboard.press("Enter")
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("field-website").click()
    value(page, "$.data.website").click()
    expect(page.get_by_test_id("field-website").locator("b")).to_contain_text("https://")
    page.get_by_test_id("step-http_1").click()
    page.keyboard.press("Escape")
    is_saved(page)

    go(page, "/connectors")
    row = page.locator("tr", has=page.get_by_text("Untitled connector", exact=True)).first
    expect(row).to_contain_text("Draft")
    run = row.get_by_role("button", name="Run")
    expect(run).to_have_attribute("aria-disabled", "true")
    expect(run).to_have_attribute(
        "data-tip", "It was never published. Open it, and publish it first."
    )
    row.get_by_role("link").click()
    page.locator(".flow-card").first.wait_for()
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("saved")).to_have_text("Published, version 2")

    run_on(page, "Untitled connector", "liam.murphy")
    see_outcome(page, "Found")
    expect(page.get_by_role("treeitem")).to_have_count(2)
    expect(page.get_by_test_id("written")).to_contain_text("Website")


def test_a_person_nobody_knows_is_no_error(page: Page) -> None:
    go(page, "/contacts")
    page.get_by_test_id("new").click()
    page.get_by_label("E-mail").fill("nobody@nowhere.example")
    page.get_by_test_id("save").click()
    page.wait_for_url("**/contacts/*-*")
    run_on(page, PERSON_AND_COMPANY, "nobody@nowhere.example")
    see_outcome(page, "No match")
    expect(page.get_by_test_id("error-card")).to_have_count(0)


def test_a_slow_answer_is_watched_live_and_can_be_cancelled(page: Page) -> None:
    run_on(page, PERSON_AND_COMPANY, "slow.answer@shoply.example")
    see_outcome(page, "Running")
    expect(page.get_by_test_id("span-find_company")).to_contain_text("waiting for its turn")
    page.keyboard.press("c")
    see_outcome(page, "Cancelled")
    expect(page.get_by_test_id("cancel")).to_have_count(0)


def test_everything_works_without_a_mouse(page: Page) -> None:
    go(page, "/")
    page.keyboard.press("Control+k")
    page.keyboard.type("go to connectors")
    page.keyboard.press("Enter")
    page.wait_for_url("**/connectors")
    is_ready(page)
    page.get_by_role("searchbox", name="Search connectors").focus()
    page.keyboard.type("(practice)")
    page.wait_for_url("**/connectors?q=*")
    expect(page.get_by_role("button", name=f"Run: {CHECK_EMAIL}").last).to_be_visible()
    first = page.locator("a.row-link").first
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.row-link").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.get_by_role("button", name=f"Run: {CHECK_EMAIL}").last.focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("launch").get_by_role("searchbox").wait_for()
    expect(page.get_by_test_id("launch").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("elena.rossi")
    expect(page.get_by_test_id("launch").locator(".choices .menu-item")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_test_id("promise").wait_for()
    page.get_by_test_id("start").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    see_outcome(page, "Found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("inspector")).to_contain_text("What was kept")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("inspector")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_the_palette_finds_contacts_and_connectors(page: Page) -> None:
    go(page, "/runs")
    page.keyboard.press("Control+k")
    page.keyboard.type("katarzyna")
    expect(page.locator(".palette-hit")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/*-*")
    is_ready(page)
    expect(contact_field(page, "email")).to_have_value("katarzyna.lis@kiteworks.example")


def test_the_theme_is_remembered(open_page: Callable[..., Page]) -> None:
    page = open_page()
    go(page, "/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Control+k")
    page.keyboard.type("light / dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    go(page, "/runs")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
