"""Copied steps, steps that are left out, notes, versions and the other one at the same draft."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.acts import (
    add_step,
    call_the_practice_service,
    expect_steps,
    is_saved,
    new_connector,
    press_test,
    see_answer,
    violations,
)
from tests.browser.conftest import Console


def publish(page: Page, version: int) -> None:
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("saved")).to_have_text(f"Published, version {version}")


def show_versions(page: Page) -> None:
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Versions").click()
    page.get_by_test_id("versions").wait_for()


def test_a_step_is_copied_into_another_connector(page: Page, console: Console) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=console.url)
    new_connector(page)
    call_the_practice_service(page, console.practice)
    page.get_by_test_id("step-http_1").press("Control+c")
    expect(page.get_by_text("is copied.")).to_be_visible()
    new_connector(page)
    page.get_by_test_id("step-http_1").press("Control+v")
    expect_steps(page, "http_1", "http_1_2")
    expect(page.get_by_test_id("address").locator(".chip")).to_have_text("E-mail")


def test_a_step_is_left_out_and_taken_in_again(page: Page) -> None:
    new_connector(page)
    card = page.get_by_test_id("step-http_1")
    card.press("Control+e")
    expect(card).to_contain_text("Skipped.")
    assert violations(page) == []
    card.press("Control+e")
    expect(card).not_to_contain_text("Skipped.")


def test_a_note_stands_on_the_card(page: Page) -> None:
    new_connector(page)
    page.locator("summary", has_text="Note").click()
    page.get_by_test_id("note").locator("textarea").fill("Costs a credit.")
    expect(page.locator(".flow-note")).to_contain_text("Costs a credit.")


def test_versions_say_what_changed_and_come_back(page: Page, console: Console) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    publish(page, 2)
    page.get_by_test_id("step-name").locator("input").fill("Renamed")
    is_saved(page)
    show_versions(page)
    expect(page.get_by_test_id("version-draft")).to_contain_text("Name: First call → Renamed")
    assert violations(page) == []
    page.keyboard.press("Escape")
    publish(page, 3)
    show_versions(page)
    page.get_by_test_id("version-2").get_by_role("button", name="Bring it back").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id("saved")).to_have_text("Published, version 4")
    expect(page.locator(".flow-title")).to_contain_text("First call")


def test_two_at_one_draft_see_both_sides_and_keep_both(
    open_page: Callable[..., Page],
) -> None:
    mine, theirs = open_page(), open_page()
    new_connector(mine)
    add_step(mine, "set", at=1)
    is_saved(mine)
    theirs.goto(mine.url)
    theirs.get_by_test_id("step-name").locator("input").fill("Theirs")
    expect(theirs.locator(".flow-title").first).to_contain_text("Theirs")
    is_saved(theirs)
    mine.get_by_test_id("step-name").locator("input").fill("Mine")
    banner = mine.locator(".banner")
    expect(banner).to_contain_text("Name: First call → Theirs")
    expect(banner).to_contain_text("Name: Put values together → Mine")
    assert violations(mine) == []
    mine.get_by_test_id("keep-both").click()
    is_saved(mine)
    mine.reload()
    expect(mine.locator(".flow-title").nth(0)).to_contain_text("Theirs")
    expect(mine.locator(".flow-title").nth(1)).to_contain_text("Mine")


def test_values_of_an_answer_propose_themselves_for_contact_fields(
    page: Page, console: Console
) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("suggest").click()
    title = page.get_by_test_id("suggestion-job_title")
    expect(title).to_contain_text("1 title")
    assert violations(page) == []
    title.get_by_role("button", name="Take it for Job title").click()
    expect(title).to_have_count(0)
    page.get_by_role("button", name="Not for City").click()
    expect(page.get_by_test_id("suggestion-city")).to_have_count(0)
    page.get_by_test_id("take-all").click()
    expect(page.get_by_test_id("suggest")).to_be_hidden()
    expect(page.get_by_test_id("field-city").locator(".chip")).to_have_count(0)
    page.get_by_test_id("undo").click()  # all of them at once, and what was taken before stays
    expect(page.get_by_test_id("field-first_name").locator(".chip")).to_have_count(0)
    expect(page.get_by_test_id("field-job_title").locator(".chip")).to_have_count(1)
    page.get_by_test_id("redo").click()
    expect(page.get_by_test_id("field-first_name").locator(".chip")).to_have_text("1 Given name")
    expect(page.get_by_test_id("field-first_name")).to_contain_text("if empty")
