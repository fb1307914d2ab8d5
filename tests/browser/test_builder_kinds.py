"""Ways, loops, waterfalls, pauses and ends, built by clicking and tested on real answers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    add_step,
    call_the_practice_service,
    is_saved,
    new_connector,
    press_test,
    see_answer,
    type_into,
    value,
    violations,
)
from tests.browser.conftest import Console

KINDS = ["http", "set", "branch", "for_each", "waterfall", "wait", "stop"]


def condition(page: Page, way: int, value: str, op: str, right: str = "") -> None:
    type_into(page, f"when-{way}-left-0", f"{{{{{value}")
    page.keyboard.press("Enter")
    page.get_by_test_id(f"when-{way}-op-0").locator("select").select_option(label=op)
    if right:
        type_into(page, f"when-{way}-right-0", right)


def name_a_value(page: Page, name: str, words: str, *, testid: str = "set") -> None:
    page.get_by_test_id(f"add-{testid}").click()
    page.get_by_test_id(f"{testid}-name-0").locator("input").fill(name)
    type_into(page, f"{testid}-value-0", words)


def test_a_way_is_taken_by_its_condition(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("delete-http_1").click()
    add_step(page, "branch", at=0)
    expect(page.get_by_test_id("trouble")).to_have_text("1 thing to mend")
    condition(page, 0, "e-mail", "contains", "@")
    expect(page.get_by_test_id("trouble")).to_be_hidden()
    add_step(page, "stop", at=0, here="branch_1/branches/0")
    page.get_by_test_id("step-branch_1").click()
    expect(page.get_by_test_id("panel-title")).to_have_text("Choose a way")
    press_test(page)
    see_answer(page, "It worked")
    expect(value(page, "$.taken")).to_contain_text("Yes")


def test_ways_are_added_before_otherwise_moved_and_removed(page: Page) -> None:
    new_connector(page)
    add_step(page, "branch", at=1)
    labels = page.locator(".flow-label")
    page.get_by_test_id("add-way").click()
    expect(labels).to_have_text(["Yes", "Way 2", "Otherwise"])
    page.get_by_role("button", name="Move Way 2 up").click()
    expect(labels).to_have_text(["Way 2", "Yes", "Otherwise"])
    expect(page.get_by_test_id("way-0").locator("input")).to_be_focused()
    page.get_by_role("button", name="Remove Way 2").click()
    expect(labels).to_have_text(["Yes", "Otherwise"])
    expect(page.get_by_test_id("add-way")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(labels).to_have_text(["Way 2", "Yes", "Otherwise"])


def test_a_loop_takes_a_list_by_a_click_and_its_item_is_offered_inside(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("delete-http_1").click()
    add_step(page, "set", at=0)
    name_a_value(page, "mails", '{{ "a@x.io,b@x.io" | split(",") }}')
    page.keyboard.press("Tab")
    add_step(page, "for_each", at=1)
    page.get_by_role("button", name="Mails: 2 of them").click()
    expect(page.get_by_test_id("items").locator(".chip")).to_have_text("1 Mails")
    page.get_by_test_id("loop-name").locator("input").fill("mail")
    expect(page.locator(".flow-label")).to_have_text("For each mail")
    add_step(page, "set", at=0, here="for_each_1/steps")
    name_a_value(page, "shout", "")
    page.locator(".floating").get_by_text("a@x.io", exact=True).last.click()
    expect(page.get_by_test_id("set-value-0").locator(".chip")).to_have_text("Mail")
    expect(page.get_by_test_id("preview")).to_contain_text("a@x.io")
    page.get_by_test_id("step-for_each_1").click()
    name_a_value(page, "found", "{{shout", testid="result")
    page.keyboard.press("Enter")
    page.get_by_test_id("test-all").click()
    see_answer(page, "It worked")
    expect(value(page, "$.items[1].found")).to_contain_text("b@x.io")


def test_attempts_give_a_contact_field_its_value_under_one_name(
    page: Page, console: Console
) -> None:
    new_connector(page)
    page.get_by_test_id("delete-http_1").click()
    add_step(page, "waterfall", at=0)
    add_step(page, "http", at=0, here="waterfall_1/attempts/0")
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("field-job_title").click()
    value(page, "$.data.employment.title").click()
    expect(page.get_by_test_id("field-job_title").locator(".chip")).to_have_text("1 Job title")
    page.get_by_test_id("step-waterfall_1").click()
    page.get_by_test_id("cost-0").locator("input").fill("0.05")
    page.get_by_test_id("test-all").click()
    see_answer(page, "It worked")
    expect(value(page, "$.winner")).to_contain_text("First")
    expect(page.get_by_test_id("effect")).to_contain_text("Would change 1 field on ")


def test_a_pause_and_an_end_are_said_in_words(page: Page) -> None:
    new_connector(page)
    add_step(page, "wait", at=1)
    page.get_by_test_id("wait-count").locator("input").fill("5")
    page.get_by_test_id("wait-unit").locator("select").select_option(label="minutes")
    expect(page.get_by_test_id("step-wait_1")).to_contain_text("Waits 5 minutes")
    add_step(page, "stop", at=2)
    page.get_by_test_id("stop-outcome").locator("select").select_option(index=3)
    type_into(page, "stop-message", "Nobody is known.")
    expect(page.get_by_test_id("step-stop_1")).to_contain_text(
        "Ends the run as skipped: Nobody is known."
    )


def test_steps_go_into_frames_and_out_again_by_keys(page: Page) -> None:
    new_connector(page)
    add_step(page, "branch", at=1)
    card = page.get_by_test_id("step-http_1")
    first, second = (f"[data-list='branch_1/branches/{n}'] [data-step=http_1]" for n in (0, 1))
    card.press("Alt+ArrowRight")
    expect(page.locator(first)).to_be_visible()
    expect(card).to_be_focused()
    card.press("Alt+ArrowRight")
    expect(page.locator(second)).to_be_visible()
    card.press("Alt+ArrowDown")
    expect(page.locator("[data-list=root] > [data-step=http_1]")).to_be_visible()
    expect(card).to_be_focused()


def test_steps_are_dragged_from_one_way_into_another(page: Page) -> None:
    new_connector(page)
    add_step(page, "branch", at=1)
    add_step(page, "set", at=0, here="branch_1/branches/0")
    page.get_by_test_id("fit").click()
    page.get_by_test_id("step-set_1").hover()
    grip = page.locator("[data-step=set_1] > .flow-place > .flow-grip").bounding_box()
    there = page.locator("[data-list='branch_1/branches/1']").bounding_box()
    assert grip is not None
    assert there is not None
    page.mouse.move(grip["x"] + 6, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, grip["y"] + 12, steps=5)
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + 6, steps=25)
    page.mouse.up()
    expect(page.locator("[data-list='branch_1/branches/1'] [data-step=set_1]")).to_be_visible()
    is_saved(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_every_kind_of_step(open_page: Callable[..., Page], theme: str) -> None:
    page = open_page(theme=theme)
    new_connector(page)
    page.get_by_test_id("add-root-1").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    for number, kind in enumerate(KINDS, 1):
        add_step(page, kind, at=number)
        parts = page.locator(".side-body > details")
        parts.evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert violations(page) == [], kind
