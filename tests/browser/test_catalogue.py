"""A connector without a typed path: known services, a description, and filters in words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    expect_steps,
    go,
    is_in,
    is_saved,
    new_connector,
    press_test,
    see_answer,
    sign_in,
    violations,
)
from tests.browser.conftest import PASSWORD, Console, bootstrap

PERSON, COMPANY = "call-practice.1/find_person", "call-practice.1/find_company"
DESCRIPTION = """
openapi: 3.1.0
info: {title: People}
servers: [{url: "PRACTICE/v1"}]
security: [{key: []}]
paths:
  /people/find:
    get:
      summary: Find a person by e-mail
      tags: [People]
      parameters:
        - {name: email, in: query, required: true, schema: {type: string}}
        - {name: locale, in: query, schema: {type: string, example: en}}
      responses:
        "200":
          content:
            application/json:
              schema: {properties: {data: {properties: {phone: {}, domain: {}}}}}
  /companies/find:
    get: {summary: Find a company, responses: {}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Api-Key}}}
"""


def finder(page: Page, testid: str = "finder"):  # type: ignore[no-untyped-def]
    return page.get_by_test_id(testid).get_by_role("combobox")


def choose_service(page: Page, testid: str) -> None:
    page.get_by_test_id("choose-service").click()
    page.get_by_test_id(testid).click()


def test_two_steps_from_scratch_in_an_empty_workspace_without_typing(
    page: Page, folder: Path
) -> None:
    bootstrap(folder, "owner@initech.example", "Initech")
    page.context.clear_cookies()
    sign_in(page, "owner@initech.example", PASSWORD)
    is_in(page)
    go(page, "/connectors")
    page.get_by_test_id("new").click()
    choose_service(page, PERSON)
    page.get_by_test_id("key-api_key").locator("input").press("Enter")
    page.get_by_test_id("new-key-sheet").wait_for(state="hidden")
    expect(page.get_by_test_id("key").locator("select")).to_have_value("Practice service")
    press_test(page)
    see_answer(page, "200 It worked")
    page.get_by_test_id("add-root-1").click()
    page.get_by_test_id(COMPANY).click()
    expect_steps(page, "find_person", "find_company")
    press_test(page)
    see_answer(page, "200 It worked")
    expect(page.get_by_test_id("step-find_company").locator(".mark")).to_have_text("PS")
    is_saved(page)


def test_a_service_is_found_and_taken_by_keyboard_alone(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("choose-service").press("Enter")
    expect(finder(page)).to_be_focused()
    page.keyboard.type("practice find")
    expect(page.locator(".finder-choice.on")).to_contain_text("Find the company")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_steps(page, "find_person")
    expect(page.get_by_test_id("service-of")).to_contain_text("Practice service")


def test_a_call_is_found_in_a_description_and_becomes_a_step(page: Page, console: Console) -> None:
    new_connector(page)
    choose_service(page, "kind-import")
    page.get_by_test_id("import-text").locator("textarea").fill("swagger: '2.0'")
    page.get_by_test_id("import-next").click()
    expect(page.get_by_test_id("import-sheet")).to_contain_text("only OpenAPI 3.0 and 3.1")
    text = DESCRIPTION.replace("PRACTICE", console.practice)
    page.get_by_test_id("import-text").locator("textarea").fill(text)
    page.get_by_test_id("import-next").click()
    expect(finder(page, "import-calls")).to_be_focused()
    page.keyboard.type("person")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("import-preview")).to_contain_text("/v1/people/find")
    page.get_by_text("Send more").click()
    page.get_by_text("Locale").click()
    page.get_by_test_id("import-next").click()
    expect_steps(page, "find_a_person_by_e_mail")
    press_test(page)
    see_answer(page, "200 It worked")
    expect(page.get_by_test_id("kept-phone")).to_be_visible()
    expect(page.get_by_test_id("query-name-1").locator("input")).to_have_value("locale")


def test_a_value_is_changed_in_words_and_shows_what_comes_out(page: Page) -> None:
    new_connector(page)
    choose_service(page, PERSON)
    chip = page.get_by_test_id("query-value-0").locator(".expression-box .chip")
    chip.click()
    ways = page.get_by_test_id("ways")
    ways.get_by_role("button", name="upper case").click()
    expect(chip).to_have_text("E-mail · upper case")
    ways.get_by_role("button", name="if empty, use").click()
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    expect(chip).to_have_text("E-mail · upper case, if empty “nobody”")
    ways.get_by_role("button", name="Take away: upper case").click()
    expect(chip).to_have_text("E-mail · if empty “nobody”")
    page.keyboard.press("Escape")
    expect(ways).to_have_count(0)
    page.keyboard.type("|")
    expect(ways).to_be_visible()
    page.keyboard.press("Escape")
    expect(chip).to_have_attribute("data-code", "contact.email | default('nobody')")
    page.keyboard.type(" x")
    page.keyboard.press("Control+z")  # what was typed, then each change of the value
    expect(page.get_by_test_id("query-value-0").locator(".expression-box")).not_to_contain_text("x")
    page.keyboard.press("Control+z")
    expect(chip).to_have_text("E-mail · upper case, if empty “nobody”")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(chip).to_have_text("E-mail")
    page.keyboard.press("Control+Shift+Z")
    expect(chip).to_have_text("E-mail · upper case")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # the field has nothing more: the step that was chosen
    expect(page.get_by_test_id("choose-service")).to_be_visible()


def test_a_call_is_copied_without_its_key_and_a_pasted_one_asks_for_each_contact(
    page: Page, console: Console
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    new_connector(page)
    choose_service(page, PERSON)
    # The empty call had such a button, too.
    expect(page.get_by_test_id("panel-title")).to_have_text("Find the person")
    page.get_by_test_id("copy-curl").click()
    expect(page.get_by_text("The cURL command is copied.")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")
    assert command.startswith(f"curl '{console.practice}/v1/people/find?email=")
    assert command.endswith("""-H 'X-Api-Key: '"$PRACTICE_KEY\"""")
    page.get_by_test_id("add-root-1").click()
    page.get_by_test_id("kind-paste").click()
    page.get_by_test_id("paste").locator("textarea").fill(command)
    expect(page.get_by_test_id("paste-sheet")).to_contain_text("Send the contact’s e-mail instead")
    page.get_by_test_id("paste-make").click()
    expect_steps(page, "find_person", "http_1")
    expect(page.get_by_test_id("query-value-0").locator(".chip")).to_have_text("E-mail")


def test_values_for_tests_can_be_typed(page: Page) -> None:
    new_connector(page)
    choose_service(page, PERSON)
    page.get_by_test_id("sample").click()
    page.get_by_test_id("sample-type").click()
    page.get_by_test_id("typed-email").locator("input").fill("nobody@nowhere.example")
    page.get_by_test_id("typed-first_name").locator("input").fill("Nobody")
    page.get_by_test_id("typed-use").click()
    press_test(page)
    see_answer(page, "404 No match")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_choose_a_service(open_page: Callable[..., Page], theme: str) -> None:
    page = open_page(theme=theme, width=1024)
    new_connector(page)
    page.get_by_test_id("add-root-1").click()
    expect(finder(page)).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("add-step").wait_for(state="hidden")
    choose_service(page, "call-clearbit.combined_find/find")
    page.get_by_test_id("key-keep").wait_for()
    assert violations(page) == []
    page.get_by_test_id("new-key-sheet").get_by_role("button", name="Cancel").click()
    page.get_by_test_id("new-key-sheet").wait_for(state="hidden")
    page.get_by_test_id("query-value-1").locator(".expression-box .chip").click()
    page.get_by_test_id("ways").wait_for()
    assert violations(page) == []
