"""Building a connector in a real browser, on real answers of the practice service."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    add_step,
    call_the_practice_service,
    expect_steps,
    is_saved,
    new_connector,
    press_test,
    see_answer,
    type_into,
    use_the_practice_key,
    value,
    violations,
)
from tests.browser.conftest import Console


def test_clicking_values_of_an_answer_fills_in_a_contact_without_typing_a_path(
    page: Page, console: Console
) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("field-job_title").click()
    value(page, "$.data.employment.title").click()
    row = page.get_by_test_id("field-job_title")
    expect(row.locator(".chip")).to_have_text("1 Title")
    expect(row.locator("b")).not_to_be_empty()
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("saved")).to_have_text("Published, version 2")


def test_what_was_built_is_there_again_after_a_reload(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("step-name").locator("input").fill("Say hello")
    expect(page.locator(".flow-title")).to_contain_text("Say hello")
    is_saved(page)
    page.reload()
    expect(page.locator(".flow-title")).to_contain_text("Say hello")
    is_saved(page)


def test_steps_move_by_keyboard_and_the_focus_stays_on_them(page: Page) -> None:
    new_connector(page)
    add_step(page, "set", at=1)
    expect_steps(page, "http_1", "set_1")
    page.get_by_test_id("step-set_1").press("Alt+ArrowUp")
    expect_steps(page, "set_1", "http_1")
    expect(page.get_by_test_id("step-set_1")).to_be_focused()


def test_steps_move_by_dragging(page: Page) -> None:
    new_connector(page)
    add_step(page, "set", at=1)
    page.get_by_test_id("step-set_1").hover()
    grip = page.locator("[data-step=set_1] > .flow-place > .flow-grip").bounding_box()
    first = page.get_by_test_id("step-http_1").bounding_box()
    assert grip is not None
    assert first is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(grip["x"] + 10, grip["y"] - 10, steps=5)
    page.mouse.move(first["x"] + 40, first["y"] + 4, steps=25)
    expect(page.locator("[data-list=root] > .flow-item").first).to_have_attribute(
        "data-step", "set_1"
    )
    page.mouse.up()
    expect_steps(page, "set_1", "http_1")


def test_undo_brings_back_a_deleted_step_and_goes_there(page: Page) -> None:
    new_connector(page)
    add_step(page, "set", at=1)
    page.get_by_test_id("delete-set_1").click()
    expect_steps(page, "http_1")
    page.keyboard.press("Control+z")
    expect_steps(page, "http_1", "set_1")
    expect(page.get_by_test_id("step-set_1")).to_have_attribute("aria-pressed", "true")


def test_a_reference_survives_rename_and_reorder(page: Page, console: Console) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    value(page, "$.data.name.givenName").click()
    add_step(page, "set", at=1)
    page.get_by_test_id("add-set").click()
    page.get_by_test_id("set-name-0").locator("input").fill("greeting")
    type_into(page, "set-value-0", "Hi {{given")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("preview").last).to_contain_text("Hi ")
    page.get_by_test_id("step-http_1").click()
    page.get_by_test_id("kept-given_name").locator("input").fill("first")
    page.get_by_test_id("kept-first").wait_for()
    page.get_by_test_id("step-set_1").click()
    expect(page.get_by_test_id("set-value-0").locator(".chip")).to_have_text("1 First")


def test_sending_along_shows_up_with_a_method_that_sends(page: Page) -> None:
    new_connector(page)
    expect(page.get_by_test_id("body-kind")).to_have_count(0)
    page.get_by_test_id("method").locator("select").select_option(label="POST · send, or make new")
    page.get_by_test_id("body-kind").locator("select").select_option(label="JSON")
    body = page.get_by_test_id("body")
    body.locator(".expression-box").fill("")
    type_into(page, "body", '{"who": }')
    expect(body.locator(".error")).to_contain_text("not valid JSON")
    body.locator(".expression-box").fill("")
    type_into(page, "body", '{"who": {{ contact.email }}}')
    expect(body.locator(".error")).to_have_count(0)


def test_publish_says_why_not_and_leads_to_the_field(page: Page) -> None:
    new_connector(page)
    publish = page.get_by_test_id("publish")
    expect(publish).to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("trouble").click()
    page.get_by_test_id("problems").locator(".menu-item").first.click()
    expect(page.get_by_test_id("address").locator(".expression-box")).to_be_focused()
    page.keyboard.type("https://api.example.com/people")
    page.locator("summary", has_text="Time and repeats").click()
    page.get_by_test_id("timeout").locator("input").fill("9999")
    expect(page.get_by_test_id("timeout").locator(".error")).to_have_text("At most 600.")
    is_saved(page)
    page.reload()  # the part it is in is folded again
    page.get_by_test_id("trouble").click()
    reason = page.get_by_test_id("problems").locator(".menu-item").first
    expect(reason).to_contain_text("“Wait for an answer at most” cannot be this number.")
    reason.click()
    expect(page.get_by_test_id("timeout").locator("input")).to_be_focused()
    page.get_by_test_id("timeout").locator("input").fill("60")
    expect(page.get_by_test_id("timeout").locator(".error")).to_have_count(0)
    expect(page.get_by_test_id("trouble")).to_be_hidden()


def test_a_late_answer_does_not_undo_what_was_typed_meanwhile(page: Page) -> None:
    new_connector(page)
    page.evaluate("""() => {
      const heard = window.socket.onevent;
      window.socket.onevent = function (said) { setTimeout(() => heard.call(this, said), 1500); };
    }""")
    field = type_into(page, "address", "https://api.example.com/{{e-mail")
    page.keyboard.press("Enter")
    page.keyboard.type("/and/{{company")
    page.keyboard.press("Enter")
    expect(page.locator("[data-card=http_1]")).to_contain_text("by e-mail and company")
    expect(field).to_contain_text("/and/")
    expect(field.locator(".chip")).to_have_count(2)


def test_an_unknown_name_is_red_and_keeps_from_publishing(page: Page) -> None:
    new_connector(page)
    field = type_into(page, "address", "https://api.example.com/{{ contact.nickname }}")
    page.keyboard.press("Tab")
    expect(field.locator(".chip.missing")).to_have_text("contact.nickname")
    expect(page.get_by_test_id("publish")).to_have_attribute("aria-disabled", "true")


def test_a_refused_key_is_told_in_words_with_a_way_to_mend_it(page: Page, console: Console) -> None:
    new_connector(page)
    type_into(page, "address", f"{console.practice}/v1/people/find?email=ada@example.com")
    press_test(page)
    card = page.get_by_test_id("error-card")
    expect(card).to_contain_text("did not accept the key")
    card.get_by_role("button", name="Look at the key").click()
    expect(page.get_by_test_id("key").locator("select")).to_be_focused()
    use_the_practice_key(page)
    press_test(page)
    expect(card).to_contain_text("has nothing at this address")
    card.get_by_role("button", name="It means “no match”").click()
    see_answer(page, "404 No match")
    expect(card).to_have_count(0)


def test_changed_settings_make_the_old_answer_stale_everywhere(
    page: Page, console: Console
) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("method").locator("select").select_option(label="POST · send, or make new")
    expect(page.locator(".answer-facts")).to_contain_text("Changed since this test")
    expect(page.get_by_test_id("step-http_1").locator(".flow-state")).to_have_class(
        "flow-state stale"
    )
    expect(page.get_by_test_id("test")).to_have_class("button primary pulse wide")


def test_a_first_step_is_made_without_a_mouse_and_the_keyboard_is_never_lost(page: Page) -> None:
    new_connector(page)
    expect(page.get_by_test_id("step-http_1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("choose-service")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Search services and steps")).to_be_focused()
    page.keyboard.type("practice person")
    page.keyboard.press("Enter")
    page.get_by_test_id("add-step").wait_for(state="hidden")
    expect(page.get_by_test_id("step-find_person")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("step-name").locator("input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("step-find_person")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("step-http_1")).to_be_focused()


def test_two_people_at_one_draft_are_told_of_each_other(open_page: Callable[..., Page]) -> None:
    mine, theirs = open_page(), open_page()
    new_connector(mine)
    theirs.goto(mine.url)
    theirs.get_by_test_id("step-name").locator("input").fill("Theirs")
    expect(theirs.locator(".flow-title")).to_contain_text("Theirs")
    is_saved(theirs)
    mine.get_by_test_id("step-name").locator("input").fill("Mine")
    expect(mine.locator(".banner")).to_contain_text("Someone else changed this draft.")
    mine.get_by_test_id("take-theirs").click()
    expect(mine.locator(".flow-title")).to_contain_text("Theirs")
    mine.get_by_test_id("undo").click()
    expect(mine.locator(".flow-title")).to_contain_text("Mine")
    is_saved(mine)


def test_a_run_says_first_what_it_will_do_and_then_shows_itself(
    page: Page, console: Console
) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("saved")).to_have_text("Published, version 2")
    page.get_by_test_id("run-now").click()
    expect(page.get_by_test_id("promise")).to_contain_text("Makes up to 1 call")
    page.get_by_test_id("start").click()
    page.wait_for_url("**/runs/*")


def test_a_run_waits_until_every_change_is_published(page: Page, console: Console) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    run, publish = page.get_by_test_id("run-now"), page.get_by_test_id("publish")
    expect(run).to_have_attribute("aria-disabled", "true")
    expect(publish).to_have_class("button primary")
    publish.click()
    expect(run).to_have_class("button primary")
    page.get_by_test_id("step-name").locator("input").fill("Changed again")
    expect(run).to_have_attribute(
        "data-tip", "Publish your changes first: a run would use version 2."
    )
    expect(publish).to_have_class("button primary")


def test_what_would_change_is_in_sight_as_soon_as_it_is_known(page: Page, console: Console) -> None:
    new_connector(page)
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("field-job_title").click()
    value(page, "$.data.employment.title").click()
    expect(page.get_by_test_id("effect")).to_contain_text("Would change 1 field on ")
    expect(page.locator(".flow-end")).to_contain_text("Would change 1 field on ")


def test_the_palette_opens_even_while_a_button_has_the_focus(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("test-all").focus()
    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill("contacts")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts")


@pytest.mark.parametrize("name", ["nobody", "00000000-0000-4000-8000-000000000000"])
def test_a_connector_that_is_not_there_is_said_to_be_so(page: Page, name: str) -> None:
    page.goto(f"/connectors/{name}")
    expect(page.get_by_text("There is no such connector")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024])
def test_everybody_can_use_the_builder(
    open_page: Callable[..., Page], console: Console, theme: str, width: int
) -> None:
    page = open_page(theme=theme, width=width)
    new_connector(page)
    assert violations(page) == []
    call_the_practice_service(page, console.practice)
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("field-city").click()
    assert violations(page) == []
