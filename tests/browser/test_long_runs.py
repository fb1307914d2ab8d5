"""What a run of tens of thousands of lines shows, and how soon."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import go, slowness, violations
from tests.browser.conftest import ROOT, Console
from tests.browser.seeds import long_run

COUNTED = "document.querySelector('[data-testid=log-count]')?.textContent.includes('20,000')"
WAITED = "Math.max(0, performance.now() - performance.getEntriesByType('paint')[0].startTime)"


@pytest.fixture
def database_url(console: Console, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "app", "database-url", "--owner"],
        cwd=ROOT,
        env=os.environ | {"CONSOLE_DATA_DIR": str(folder / "data")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_twenty_thousand_lines_are_there_within_a_second(page: Page, database_url: str) -> None:
    """After the first paint, warm, and the best of some: the machine has other things to do.

    Where even a page without anything on it takes its time, the lines may, too.
    """
    address = f"/runs/{long_run(database_url, 5_000)}"
    waited: list[float] = []
    while len(waited) < 10 and min(waited, default=1000) >= 1000:
        slow = slowness(page)
        page.goto(address)
        page.wait_for_function(COUNTED, polling=20)
        waited.append(page.evaluate(WAITED) / slow)
    assert min(waited) < 1000
    log = page.get_by_test_id("story")
    assert log.locator("li").count() < 100
    _no_line_is_missing_or_double(page)
    page.get_by_test_id("log-search").fill("Line 19999:")
    expect(log.locator("li")).to_have_count(1)
    page.get_by_test_id("log-search").fill("")
    page.get_by_test_id("log-trouble").click()
    expect(page.get_by_test_id("log-count")).to_have_text("5 lines")


def test_a_loop_of_thousands_is_one_row_until_it_is_opened(page: Page, database_url: str) -> None:
    go(page, f"/runs/{long_run(database_url, 5_000)}")
    rows = page.get_by_role("treeitem")
    expect(rows.first).to_have_attribute("aria-expanded", "false")
    expect(rows).to_have_count(1)
    page.keyboard.press("e")
    # Some rows travel with the page, and all the others come once it stands.
    page.wait_for_function("document.querySelector('.fall-whole').offsetHeight > 36 * 5000")
    rows.first.focus()
    page.keyboard.press("End")
    last = page.get_by_test_id("span-loop[4999].look")
    expect(last).to_be_focused()
    assert rows.count() < 100
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("inspector")).to_contain_text("Look it up")
    assert violations(page) == []


def _no_line_is_missing_or_double(page: Page) -> None:
    """Looked at here and there, as a screen reader counts: line 7 is the 7th, up to the last."""
    for first in (1, 999, 1000, 1001, 7777, 19_000, 19_999):
        page.locator(".log-scroll").evaluate(f"place => {{ place.scrollTop = {30 * (first - 1)} }}")
        line = page.locator(f".log li[aria-posinset='{first}']")
        expect(line).to_contain_text(f"Line {first}:")
    expect(page.locator(".log li").last).to_contain_text("Line 20000:")
