"""What people do on the pages, in their words."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

AXE = Path(__file__).with_name("axe.min.js")


def new_connector(page: Page) -> None:
    """It begins with one call, http_1, that has no address yet."""
    page.goto("/connectors")
    page.get_by_test_id("new").click()
    page.locator(".flow-card").first.wait_for()


def add_step(page: Page, kind: str, *, at: int, here: str = "root") -> None:
    page.get_by_test_id(f"add-{here}-{at}").click()
    page.get_by_test_id(f"kind-{kind}").click()
    page.get_by_test_id("add-step").wait_for(state="hidden")


def steps(page: Page) -> list[str]:
    """The ids of the outermost steps, as they stand on the canvas."""
    cards = page.locator("[data-list=root] > .flow-item")
    return [str(card.get_attribute("data-step")) for card in cards.all()]


def expect_steps(page: Page, *ids: str) -> None:
    cards = page.locator("[data-list=root] > .flow-item")
    expect(cards).to_have_count(len(ids))
    for number, step_id in enumerate(ids):
        expect(cards.nth(number)).to_have_attribute("data-step", step_id)


def type_into(page: Page, testid: str, words: str) -> Locator:
    """Into a text with chips."""
    field = page.get_by_test_id(testid).locator(".expression-box")
    field.click()
    page.keyboard.type(words)
    return field


def call_the_practice_service(page: Page, address: str) -> None:
    """The first step asks it about the sample contact, with the demo's key."""
    page.get_by_test_id("key").locator("select").select_option(index=1)
    type_into(page, "address", f"{address}/v1/people/find?email={{{{e-mail")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("preview")).to_contain_text("@")


def press_test(page: Page) -> None:
    page.get_by_test_id("test").click()


def see_answer(page: Page, words: str) -> None:
    expect(page.locator(".answer-facts .badge").last).to_contain_text(words, timeout=20_000)


def value(page: Page, path: str) -> Locator:
    """A value in the answer."""
    return page.locator(f'.answer [data-path="{path}"]')


def is_saved(page: Page) -> None:
    expect(page.get_by_test_id("saved")).to_contain_text("Saved")


def violations(page: Page) -> list[str]:
    """What axe finds wrong for people who cannot see or point well."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
