"""Every sheet that opens over a page, in both themes: for everybody, and gone when it is closed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import PERSON_AND_COMPANY, go, in_both_themes, open_connector

# Page, what opens it, the sheet.
SHEETS = {
    "/connectors": (("[data-testid^=run-]", "launch"), ("[data-testid^=delete-]", "confirm")),
    "/contacts": (
        ("[data-testid=new]", "new-contact"),
        ("[data-testid=import]", "import-contacts"),
    ),
    "/credentials": (("[data-testid=new]", "new-credential"),),
    "/members": (
        ("[data-testid=add-member]", "add-member-sheet"),
        ("[data-testid^=invite-]", "invite-sheet"),
    ),
    "/alerts": (("[data-testid=new]", "channel-sheet"),),
    "/audit": (("[data-testid^=look-]", "entry"),),
    "/triggers": (
        ("[data-testid=new-schedule]", "schedule-sheet"),
        ("[data-testid=new-webhook]", "webhook-sheet"),
        ("[data-testid=new-trigger]", "trigger-sheet"),
    ),
    "/bulk": (("[data-testid=new]", "launch-many"),),
}
IN_THE_BUILDER = (
    ("[data-testid=add-root-1]", "add-step"),
    ("[data-testid=sample]", "sample-sheet"),
    ("[data-testid=run-now]", "launch"),
)


@pytest.mark.parametrize("path", SHEETS)
def test_everybody_can_use_what_opens_on(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(width=1024)
    go(page, path)
    for opener, sheet in SHEETS[path]:
        _opens_and_leaves(page, opener, sheet)


def test_everybody_can_use_what_opens_in_the_builder(open_page: Callable[..., Page]) -> None:
    page = open_page(width=1024)
    open_connector(page, PERSON_AND_COMPANY)
    for opener, sheet in IN_THE_BUILDER:
        _opens_and_leaves(page, opener, sheet)
    page.get_by_test_id("test").click()
    page.get_by_role("tree").first.wait_for()
    assert in_both_themes(page) == []


@pytest.mark.parametrize(("key", "name"), [("?", "Keyboard shortcuts"), ("Control+k", "palette")])
def test_everybody_can_use_what_a_key_opens(page: Page, key: str, name: str) -> None:
    go(page, "/")
    page.keyboard.press(key)
    page.get_by_role("dialog", name=name).wait_for()
    assert (name, in_both_themes(page, "dialog[open]")) == (name, [])


def test_a_tip_is_read_with_its_button(page: Page) -> None:
    go(page, "/connectors")
    page.locator("[data-testid^=copy-]").first.hover()
    page.get_by_role("tooltip").wait_for()
    assert in_both_themes(page) == []


def _opens_and_leaves(page: Page, opener: str, sheet: str) -> None:
    page.locator(opener).first.click()
    shown = page.get_by_test_id(sheet)
    shown.wait_for()
    focused = shown.locator(":is(input, select, textarea, .foot .button):focus")
    expect(focused).to_have_count(1)  # typing begins where it is wanted
    assert (sheet, in_both_themes(page, ".q-dialog")) == (sheet, [])
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)  # not only out of sight
