"""The list of runs, and the way through it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    CHECK_EMAIL,
    PERSON_AND_COMPANY,
    go,
    is_ready,
    run_on,
    see_outcome,
    violations,
)
from tests.browser.conftest import Rest


def test_filters_stand_in_the_address_and_come_back_with_it(page: Page) -> None:
    run_on(page, CHECK_EMAIL, "amelia.novak")
    see_outcome(page, "Found")
    go(page, "/runs")
    page.get_by_label("Result").select_option(label="Found")
    page.get_by_role("searchbox", name="Search runs").fill("amelia")
    expect(page).to_have_url(re.compile(r"\?q=amelia&show=found$"))
    expect(page.locator("tbody tr").first).to_contain_text("Amelia")
    page.reload()
    expect(page.get_by_role("searchbox", name="Search runs")).to_have_value("amelia")
    expect(page.get_by_label("Result").locator("option:checked")).to_have_text("Found")
    page.get_by_label("Result").select_option(label="Cancelled")
    expect(page.get_by_role("heading", name="No run fits")).to_be_visible()


def test_a_new_run_waits_behind_a_button_and_moves_no_row(
    open_page: Callable[..., Page], rest: Rest
) -> None:
    page = open_page()
    run_on(page, CHECK_EMAIL, "amelia.novak")
    see_outcome(page, "Found")
    go(page, "/runs")
    rows = page.locator("tbody tr")
    rows.first.wait_for()
    before = [row.get_attribute("data-row") for row in rows.all()]
    connector = rest.connectors(CHECK_EMAIL)[0]
    contact = rest.get("/contacts?q=ben.okafor")["items"][0]
    started = rest.post(f"/connectors/{connector['id']}/execute", {"contact_id": contact["id"]})
    expect(page.get_by_test_id("fresh")).to_have_text("1 new")
    assert [row.get_attribute("data-row") for row in rows.all()] == before
    page.get_by_test_id("fresh").press("Enter")
    expect(rows.first).to_have_attribute("data-row", started["id"])
    expect(rows.first.locator("a")).to_be_focused()
    expect(page.get_by_test_id("fresh")).to_have_count(0)


def test_j_and_k_walk_through_the_list_one_came_from(page: Page) -> None:
    for name in ("amelia.novak", "ben.okafor"):
        run_on(page, CHECK_EMAIL, name)
        see_outcome(page, "Found")
    go(page, "/runs")
    links = page.locator("a.row-link")
    first, second = links.nth(0).get_attribute("href"), links.nth(1).get_attribute("href")
    links.nth(0).click()
    page.wait_for_url(f"**{first}")
    is_ready(page)
    expect(page.get_by_test_id("previous")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("j")
    page.wait_for_url(f"**{second}")
    is_ready(page)
    page.get_by_test_id("previous").click()
    page.wait_for_url(f"**{first}")


def test_the_step_one_looks_at_stands_in_the_address(page: Page) -> None:
    run_on(page, CHECK_EMAIL, "amelia.novak")
    see_outcome(page, "Found")
    page.get_by_test_id("span-check_email").click()
    inspector = page.get_by_test_id("inspector")
    expect(inspector).to_contain_text("Verdict")
    expect(page).to_have_url(re.compile(r"\?step=check_email$"))
    page.reload()
    expect(inspector).to_contain_text("Verdict")
    inspector.get_by_text("The answer (200)").click()
    expect(inspector.get_by_role("tree")).to_contain_text("score")
    assert "practice-key" not in page.content()
    page.keyboard.press("Escape")
    expect(inspector).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/runs/[\w-]+$"))


def test_running_again_says_what_it_does_first(page: Page) -> None:
    first = run_on(page, CHECK_EMAIL, "amelia.novak")
    see_outcome(page, "Found")
    page.keyboard.press("r")
    asked = page.get_by_test_id("confirm")
    expect(asked).to_contain_text("Makes up to 1 call")
    page.get_by_test_id("confirm-yes").click()
    page.wait_for_url(lambda url: "/runs/" in url and url != first)
    see_outcome(page, "Found")
    expect(page.get_by_test_id("facts")).to_contain_text("Attempt")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_run_wrote_is_taken_back_and_what_changed_since_asks_first(
    open_page: Callable[..., Page], rest: Rest, theme: str
) -> None:
    page = open_page(theme=theme)
    run_on(page, PERSON_AND_COMPANY, "amelia.novak" if theme == "light" else "ben.okafor")
    see_outcome(page, "Found")
    run = rest.get(f"/executions/{page.url.rpartition('/')[2].partition('?')[0]}")
    contact = f"/contacts/{run['contact_id']}"
    field = rest.get(f"{contact}/provenance")["items"][0]["field"]
    rest.ask("PATCH", contact, _changed(field, "By hand"))
    page.get_by_test_id("undo-open").click()
    row = page.get_by_test_id(f"undo-{field}")
    expect(row).to_contain_text("Changed since the run")
    expect(row).to_contain_text("By hand")
    expect(row.get_by_role("checkbox")).not_to_be_checked()
    assert violations(page) == []
    page.get_by_test_id("undo-go").click()
    expect(page.get_by_test_id("written")).to_contain_text("Taken back")
    kept = rest.get(contact)
    assert "By hand" in (kept.get(field), kept["data"].get(field.removeprefix("data.")))
    page.get_by_test_id("undo-open").click()
    page.get_by_test_id(f"undo-{field}").get_by_role("checkbox").check()
    page.get_by_test_id("undo-go").click()
    expect(page.get_by_test_id("undo-open")).to_have_count(0)
    kept = rest.get(contact)
    assert "By hand" not in (kept.get(field), kept["data"].get(field.removeprefix("data.")))


def _changed(field: str, value: str) -> dict[str, Any]:
    name = field.removeprefix("data.")
    return {"data": {name: value}} if name != field else {field: value}
