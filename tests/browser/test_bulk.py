"""Runs on many contacts and runs that start by themselves, as a person sets them up."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import go
from tests.browser.conftest import Rest


@pytest.fixture
def notes(rest: Rest) -> str:
    """A connector that calls nobody and writes nothing: other tests share these contacts."""
    step = {"id": "note", "kind": "set", "values": {"said": "{{ contact.email }}"}}
    name = f"Notes {uuid4().hex[:8]}"
    rest.post("/connectors", {"name": name, "config": {"steps": [step]}})
    return name


def test_ten_are_tried_first_and_the_rest_follows_on_a_word(
    page: Page, rest: Rest, notes: str
) -> None:
    total = len(rest.get("/contacts?limit=200")["items"])
    go(page, "/bulk")
    page.get_by_test_id("new").click()
    sheet = page.get_by_test_id("launch-many")
    sheet.get_by_test_id("connector").locator("select").select_option(label=notes)
    expect(sheet.get_by_test_id("promise")).to_contain_text(f"{total} contacts")
    expect(sheet.get_by_test_id("promise")).to_contain_text("Writes nothing to the contact")
    sheet.get_by_test_id("start").click()
    page.wait_for_url(re.compile("/bulk/.+"))
    expect(page.get_by_text(f"10 of {total}")).to_be_visible()
    expect(page.get_by_text("The first 10 are done.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(10)
    page.get_by_test_id("resume").click()
    expect(page.get_by_text(f"{total} of {total} (100%)")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(total))
    expect(page.get_by_test_id("again")).to_have_attribute("aria-disabled", "true")
    go(page, "/audit")
    expect(page.locator("tr", has_text="Bulk started").first).to_contain_text(notes)


def test_chosen_contacts_are_run_together(page: Page, notes: str) -> None:
    go(page, "/contacts")
    for number in (0, 1):
        page.locator("tbody tr").nth(number).get_by_role("checkbox").check()
    page.get_by_test_id("run-on").click()
    sheet = page.get_by_test_id("launch-many")
    sheet.get_by_test_id("connector").locator("select").select_option(label=notes)
    expect(sheet.get_by_test_id("promise")).to_contain_text("2 contacts")
    sheet.get_by_test_id("start").click()
    expect(page.get_by_text("2 of 2 (100%)")).to_be_visible()


def test_what_starts_by_itself_is_set_up_without_a_manual(page: Page, rest: Rest) -> None:
    go(page, "/triggers")
    page.get_by_test_id("new-schedule").click()
    sheet = page.get_by_test_id("schedule-sheet")
    sheet.get_by_test_id("how-often").locator("select").select_option(label="Monday to Friday")
    expect(sheet.get_by_test_id("coming").locator("p")).to_have_count(5)
    sheet.get_by_test_id("save").click()
    expect(page.get_by_text("Monday to Friday at 09:00")).to_be_visible()
    page.get_by_test_id("new-trigger").click()
    sheet = page.get_by_test_id("trigger-sheet")
    sheet.get_by_label("When a contact comes").uncheck()
    expect(sheet.get_by_test_id("save")).to_have_attribute("data-tip", "Say when it starts.")
    sheet.get_by_label("When a contact comes").check()
    sheet.get_by_label("When a contact changes").check()
    sheet.get_by_label("Company").check()
    sheet.get_by_test_id("save").click()
    expect(page.get_by_text("A contact comes, or Company changes")).to_be_visible()
    page.get_by_test_id("new-webhook").click()
    sheet = page.get_by_test_id("webhook-sheet")
    sheet.get_by_label("Name").fill("Web form")
    sheet.get_by_test_id("save").click()
    address = sheet.get_by_test_id("address").locator("input").input_value()
    assert "/api/v1/hooks/" in address
    sheet.get_by_test_id("copy-address").click()
    expect(page.get_by_text("Copied: Address")).to_be_visible()
    sheet.get_by_label("Name").press("Control+a")
    sheet.get_by_label("Name").press("Control+v")
    expect(sheet.get_by_label("Name")).to_have_value(address)
    page.keyboard.press("Escape")
    expect(page.get_by_role("cell", name="Web form", exact=True)).to_be_visible()
    (schedule,) = rest.get("/schedules")["items"]
    assert schedule["cron"] == "0 9 * * 1-5"
    (trigger,) = rest.get("/contact-triggers")["items"]
    assert trigger["fields"] == ["company"]
    # Other tests share these contacts, and shall not find runs they did not start.
    rest.ask("DELETE", f"/contact-triggers/{trigger['id']}")
