"""An answer as tree, table and text, and all of it as a file."""

import json

from playwright.sync_api import Page, expect

from tests.browser.acts import CHECK_EMAIL, go, in_both_themes, run_on, see_outcome
from tests.browser.conftest import Rest


def test_a_list_is_a_table_whose_cells_can_be_used(page: Page, rest: Rest) -> None:
    people = [{"name": f"Person {n}", "score": n} for n in range(150)]
    step = {"id": "make", "name": "Make a list", "kind": "set", "values": {"people": people}}
    made = rest.post("/connectors", {"name": "A list", "config": {"steps": [step]}})
    go(page, f"/connectors/{made['id']}")
    page.get_by_test_id("as-table").click()
    table = page.get_by_role("region", name="The answer as a table")
    expect(table).to_contain_text("The first 100 of 150 rows.")
    expect(table.get_by_role("button", name="Person 7", exact=True)).to_be_visible()
    assert in_both_themes(page) == []
    page.get_by_test_id("as-text").click()
    expect(page.get_by_role("region", name="The answer as text")).to_contain_text('"score": 149')
    rest.ask("DELETE", f"/connectors/{made['id']}")


def test_what_a_service_said_can_be_taken_along(page: Page, rest: Rest) -> None:
    run_on(page, CHECK_EMAIL, "amelia.novak")
    see_outcome(page, "Found")
    whole = rest.get(f"/executions/{page.url.rpartition('/')[2]}")
    (step,) = whole["steps_executed"]
    page.get_by_test_id(f"span-{step['id']}").click()
    page.get_by_test_id("inspector").get_by_text("The answer (200)").click()
    with page.expect_download() as loading:
        page.get_by_test_id("answer-file").click()
    assert loading.value.suggested_filename == f"{step['id']}.json"
    assert json.loads(loading.value.path().read_text()) == step["response"]["body"]
