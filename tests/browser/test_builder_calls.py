"""What a call may need: a pasted command, rules, pages, asking again, reusing answers."""

from playwright.sync_api import Page, expect

from tests.browser.acts import expect_steps, is_saved, new_connector, type_into, violations


def open_part(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


def test_a_pasted_command_becomes_a_step_and_its_key_is_sealed(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("add-root-1").click()
    page.get_by_test_id("kind-paste").click()
    page.get_by_test_id("paste").locator("textarea").fill(
        "curl 'https://api.example.com/v1/people?email=ada@example.com' "
        "-H 'Authorization: Bearer k3y-that-nobody-sees' --cookie 'a=b'"
    )
    expect(page.get_by_test_id("pasted")).to_contain_text("GET https://api.example.com/v1/people")
    expect(page.get_by_role("dialog")).to_contain_text("The cookie was left out")
    assert violations(page) == []
    page.get_by_test_id("paste-make").click()
    expect_steps(page, "http_2")  # in place of the empty call that a new connector begins with
    expect(page.get_by_test_id("step-http_2")).to_contain_text("Asks example")
    expect(page.get_by_test_id("key").locator("select")).to_have_value("example")
    is_saved(page)
    page.reload()
    page.get_by_test_id("step-http_2").click()
    expect(page.get_by_test_id("query-name-0").locator("input")).to_have_value("email")
    assert "k3y-that-nobody-sees" not in page.content()


def test_what_is_no_command_says_so(page: Page) -> None:
    new_connector(page)
    page.get_by_test_id("add-root-1").click()
    page.get_by_test_id("kind-paste").click()
    page.get_by_test_id("paste").locator("textarea").fill("wget https://example.com")
    expect(page.get_by_test_id("paste-sheet")).to_contain_text("This is no cURL command.")
    expect(page.get_by_test_id("paste-make")).to_have_attribute("aria-disabled", "true")


def test_a_rule_tells_what_an_answer_means(page: Page) -> None:
    new_connector(page)
    type_into(page, "address", "https://api.example.com/people")
    open_part(page, "What an answer means")
    page.get_by_test_id("add-rule").click()
    page.get_by_test_id("rule-ask-0").click()
    type_into(page, "rule-when-0-left-0", "{{body")
    page.keyboard.press("Enter")
    page.get_by_test_id("rule-when-0-op-0").locator("select").select_option(label="is empty")
    page.get_by_test_id("rule-then-0").locator("select").select_option(label="It failed")
    is_saved(page)
    page.reload()
    expect(page.get_by_test_id("rule-status-0").locator("input")).to_have_value("404")
    expect(page.get_by_test_id("rule-when-0-left-0").locator(".chip")).to_have_text("Body")
    expect(page.get_by_test_id("trouble")).to_be_hidden()


def test_pages_asking_again_and_reusing_are_set_in_words(page: Page) -> None:
    new_connector(page)
    type_into(page, "address", "https://api.example.com/people")
    open_part(page, "Pages")
    page.get_by_test_id("paginate").locator("select").select_option(
        label="Yes, each answer holds a mark for the next"
    )
    open_part(page, "Reusing answers")
    page.get_by_test_id("reuse").locator("input").fill("30")
    open_part(page, "Time and repeats")
    page.get_by_test_id("per-second").locator("input").fill("5")
    open_part(page, "Note")
    page.get_by_test_id("note").locator("textarea").fill("Five a second")
    expect(page.locator(".flow-note")).to_contain_text("Five a second")
    is_saved(page)
    page.reload()
    expect(page.get_by_test_id("page-param").locator("input")).to_have_value("after")
    expect(page.get_by_test_id("reuse").locator("input")).to_have_value("30")
    open_part(page, "Time and repeats")
    expect(page.get_by_test_id("per-second").locator("input")).to_have_value("5")
    open_part(page, "Waiting until it is ready")
    page.get_by_text("Ask again until it is ready").click()
    expect(page.get_by_test_id("trouble")).to_have_text("2 things to mend")  # one of them: not both
    page.get_by_test_id("paginate").locator("select").select_option(label="No, one answer is all")
    expect(page.get_by_test_id("trouble")).to_have_text("1 thing to mend")
    type_into(page, "until-left-0", "{{body")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("trouble")).to_be_hidden()
    is_saved(page)
