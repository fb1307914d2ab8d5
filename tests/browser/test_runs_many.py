"""Many runs at once: run again, put aside as one error, kept as a view and as a file."""

import csv
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import go, in_both_themes, is_ready
from tests.browser.conftest import Console, Rest
from tests.waiting import until_now


@pytest.fixture
def broken(console: Console, rest: Rest) -> Iterator[str]:
    """A connector whose three runs failed in the same way; it takes them with it."""
    call = {"method": "GET", "url": f"{console.practice}/v1/nothing-here"}
    steps = [{"id": "ask", "name": "Ask for nothing", "kind": "http", "request": call}]
    made = rest.post("/connectors", {"name": "Broken on purpose", "config": {"steps": steps}})
    for _ in range(3):
        run = rest.post(f"/connectors/{made['id']}/execute", {})
        _wait_until_over(rest, run["id"])
    yield made["id"]
    rest.ask("DELETE", f"/connectors/{made['id']}")


def test_failed_runs_start_again_together(page: Page, rest: Rest, broken: str) -> None:
    go(page, f"/runs?connector_id={broken}&show=failed")
    page.get_by_label("Choose all rows shown").check()
    bar = page.get_by_test_id("picked")
    expect(bar).to_contain_text("3 chosen")
    bar.get_by_role("button", name="Run again").click()
    page.get_by_test_id("many-failed").click()
    asked = page.get_by_test_id("many")
    expect(asked).to_contain_text("3 runs start again")
    expect(asked).to_contain_text("up to 3 calls")
    assert in_both_themes(page) == []
    page.get_by_test_id("many-go").click()
    expect(page.get_by_test_id("many-line")).to_have_text("3 runs were started again.")
    assert in_both_themes(page) == []
    expect(bar).to_be_hidden()
    page.get_by_test_id("many-new").click()
    page.wait_for_url("**/runs?trigger=retry&**")
    is_ready(page)
    expect(page.locator("tbody tr")).to_have_count(3)
    for run in rest.get(f"/executions?connector_id={broken}")["items"]:
        _wait_until_over(rest, run["id"])


def test_failures_that_are_alike_are_put_aside_together(page: Page, broken: str) -> None:
    go(page, "/runs")
    page.get_by_test_id("tab-errors").click()
    page.wait_for_url("**/runs/errors")
    is_ready(page)
    group = page.locator(".failures > li", has_text="Broken on purpose")
    expect(group.get_by_role("link", name="3 runs")).to_be_visible()
    assert in_both_themes(page) == []
    group.get_by_role("button", name=re.compile("Ignore")).click()
    page.get_by_test_id("ignore").wait_for()
    assert in_both_themes(page) == []
    page.get_by_test_id("ignore-go").click()
    expect(group).to_have_count(0)
    page.get_by_label("State").select_option(label="Ignored")
    group.get_by_role("button", name=re.compile("Open again")).click()
    expect(group).to_have_count(0)
    page.get_by_label("State").select_option(label="Undecided")
    group.get_by_role("button", name=re.compile("Resolve")).click()
    expect(group).to_have_count(0)
    expect(page).to_have_url(re.compile("state=open"))


def test_a_view_is_kept_under_a_name_and_its_runs_in_a_file(page: Page, broken: str) -> None:
    go(page, f"/runs?connector_id={broken}")
    page.get_by_label("Result").select_option(label="Failed")
    page.get_by_role("button", name="Views").click()
    page.get_by_test_id("save-view").click()
    page.get_by_test_id("view-name").locator("input").fill("Broken ones")
    assert in_both_themes(page) == []
    page.get_by_test_id("view-save").click()
    expect(page.get_by_role("button", name="Broken ones")).to_be_visible()
    with page.expect_download() as loading:
        page.get_by_test_id("export").click()
    with loading.value.path().open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(one["connector"], one["status"]) for one in lines] == [
        ("Broken on purpose", "failed")
    ] * 3
    go(page, "/runs")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Broken ones").click()
    page.wait_for_url(f"**/runs?show=failed&connector_id={broken}")
    is_ready(page)
    expect(page.locator("tbody tr")).to_have_count(3)


def test_charts_can_be_read_by_everybody(page: Page, broken: str) -> None:
    go(page, "/runs/charts?last=1h")
    page.get_by_label("Connector").select_option(label="Broken on purpose")
    page.wait_for_url(f"**connector_id={broken}*")
    go(page, page.url)  # the address says it all, and nothing is drawn anew under the reader
    chart = page.get_by_test_id("by-time")
    expect(chart.locator(".legend")).to_contain_text("Failed 3")
    chart.get_by_text("As a table").click()
    expect(chart.locator("tbody tr").first).to_be_visible()
    assert in_both_themes(page) == []


def _wait_until_over(rest: Rest, run: str) -> None:
    until_now(lambda: rest.get(f"/executions/{run}")["finished_at"])
