"""A list of contacts from a file: columns are shown first, broken rows take no others along."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import contact_field, go, is_ready
from tests.browser.conftest import Rest

LATIN_1 = """E-mail;Vorname;Nachname;Shoe size
zoe@import.example;Zoë;Müller;38
broken@import.example;"B;x;1
last@import.example;Last;One;40;9;9
ines@import.example;Inês;Größe;41
"""


@pytest.fixture(autouse=True)
def only_the_demo_stays(rest: Rest) -> Iterator[None]:
    """The builder's sample is the newest contact; the practice service knows those of the demo."""
    yield
    for one in rest.get("/contacts?q=import.example")["items"]:
        rest.ask("DELETE", f"/contacts/{one['id']}")


def choose(page: Page, name: str, content: bytes) -> None:
    with page.expect_file_chooser() as asked:
        page.get_by_test_id("choose-file").click()
    asked.value.set_files([{"name": name, "mimeType": "text/csv", "buffer": content}])


def test_columns_can_be_sent_elsewhere_and_broken_rows_are_told(page: Page) -> None:
    go(page, "/contacts")
    page.get_by_test_id("import").click()
    choose(page, "people.csv", LATIN_1.encode("latin-1"))
    sheet = page.get_by_test_id("import-contacts")
    expect(sheet).to_contain_text("people.csv: 4 rows")
    expect(sheet).to_contain_text("read as Latin-1")
    expect(sheet).to_contain_text("Zoë")
    goes_to = page.get_by_test_id("column-Shoe size").locator("select")
    expect(goes_to.locator("option:checked")).to_have_text("Other data: Shoe size")
    goes_to.select_option(label="Street")
    sheet.get_by_test_id("start").click()
    expect(page.get_by_test_id("imported")).to_have_text(
        "2 contacts were added. 2 rows could not be read."
    )
    expect(page.get_by_test_id("row-errors")).to_contain_text("Row 3: This row cannot be read")
    expect(page.get_by_test_id("row-errors")).to_contain_text("Row 4: This row has 2 more cells")
    sheet.get_by_role("button", name="Done").click()
    page.get_by_role("link", name="Zoë Müller").click()
    is_ready(page)
    expect(contact_field(page, "street")).to_have_value("38")


def test_two_columns_for_one_field_are_refused_beside_the_column(page: Page) -> None:
    go(page, "/contacts")
    page.get_by_test_id("import").click()
    choose(page, "two.csv", b"E-mail,Backup\na@import.example,b@import.example\n")
    page.get_by_test_id("column-Backup").locator("select").select_option(label="E-mail")
    page.get_by_test_id("import-contacts").get_by_test_id("start").click()
    expect(page.get_by_test_id("column-Backup")).to_contain_text("Two columns would fill email.")


def test_a_file_without_titles_is_refused_in_words(page: Page) -> None:
    go(page, "/contacts")
    page.get_by_test_id("import").click()
    choose(page, "empty.csv", b"\n\n")
    expect(page.get_by_test_id("error-card")).to_contain_text("The first row must name the columns")
