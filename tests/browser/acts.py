"""What people do on the pages, in their words."""

from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

AXE = Path(__file__).with_name("axe.min.js")
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"

PERSON_AND_COMPANY = "Find the person and the company (practice)"
CHECK_EMAIL = "Check the e-mail address (practice)"


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")


def is_in(page: Page) -> None:
    page.get_by_role("navigation", name="Main").wait_for()


def go(page: Page, path: str) -> None:
    """To a page, and until it can be used: what is pressed before it is connected is lost."""
    page.goto(path)
    is_ready(page)


def is_ready(page: Page) -> None:
    is_in(page)
    page.wait_for_function("window.did_handshake === true")


def find_connector(page: Page, name: str) -> None:
    """In the list. Tests share the workspace: it may not be among the newest any more."""
    go(page, f"/connectors?{urlencode({'q': name})}")


def open_connector(page: Page, name: str) -> None:
    find_connector(page, name)
    page.get_by_role("link", name=name).click()
    page.locator(".flow-card").first.wait_for()
    is_ready(page)


def run_on(page: Page, connector: str, contact: str) -> str:
    """From the list of connectors, the newest of that name; answers with the run's address."""
    find_connector(page, connector)
    page.get_by_role("button", name=f"Run: {connector}").first.click()
    choose_in_launch(page, contact)
    page.get_by_test_id("start").click()
    page.wait_for_url("**/runs/*")
    return page.url


def choose_in_launch(page: Page, words: str) -> None:
    """The words must fit one only: the list is drawn anew while one types."""
    sheet = page.get_by_test_id("launch")
    sheet.get_by_role("searchbox").fill(words)
    fitting = sheet.locator(".choices .menu-item")
    expect(fitting).to_have_count(1)
    fitting.click()
    page.get_by_test_id("promise").wait_for()


def see_outcome(page: Page, words: str) -> None:
    expect(page.locator(".lead .badge").last).to_contain_text(words)


def see_line(page: Page, words: str) -> None:
    """A line in the story of a run."""
    expect(page.get_by_test_id("story")).to_contain_text(words)


def contact_field(page: Page, name: str) -> Locator:
    return page.get_by_test_id(f"field-{name}").locator("input")


def new_key(page: Page, name: str) -> str:
    """Makes an API key; it is shown once."""
    go(page, "/members")
    page.get_by_test_id("new-key").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_test_id("make-key").click()
    shown = page.get_by_test_id("key").locator("input")
    shown.wait_for()
    return shown.input_value()


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


def use_the_practice_key(page: Page) -> None:
    """By its label: other tests keep keys of their own."""
    page.get_by_test_id("key").locator("select").select_option(
        label="Practice service (this machine)"
    )


def call_the_practice_service(page: Page, address: str) -> None:
    """The first step asks it about a contact it knows, with the demo's key."""
    if "Amelia" not in page.get_by_test_id("sample").inner_text():  # tests add newer contacts
        try_on(page, "amelia.novak")
    use_the_practice_key(page)
    type_into(page, "address", f"{address}/v1/people/find?email={{{{e-mail")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("preview")).to_contain_text("@")


def try_on(page: Page, name: str) -> None:
    """Take that contact as the sample; the words must fit one only."""
    page.get_by_test_id("sample").click()
    page.get_by_label("Search contacts").fill(name)
    expect(page.locator(".choices .menu-item")).to_have_count(1)
    page.locator(".choices .menu-item").click()


def press_test(page: Page) -> None:
    page.get_by_test_id("test").click()


def see_answer(page: Page, words: str) -> None:
    expect(page.locator(".answer-facts .badge").last).to_contain_text(words)


def value(page: Page, path: str) -> Locator:
    """A value in the answer."""
    return page.locator(f'.answer [data-path="{path}"]')


def is_saved(page: Page) -> None:
    expect(page.get_by_test_id("saved")).to_contain_text("Saved")


def first_paint(page: Page) -> float:
    """How many milliseconds this page took until something was to be seen."""
    return float(page.wait_for_function(FIRST_PAINT).json_value())


def slowness(page: Page) -> float:
    """How slow the machine is right now, by a page with little on it; 1 where nothing disturbs."""
    page.goto("/account")
    return max(1.0, first_paint(page) / 200)


def violations(page: Page, within: str = "") -> list[str]:
    """What axe finds wrong for people who cannot see or point well; `within` a part of the page."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    found = page.evaluate("(part) => axe.run(part || document)", within)["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


def in_both_themes(page: Page, within: str = "") -> list[str]:
    """The same, and again in the other theme: one opening is enough for both."""
    found = violations(page, within)
    page.evaluate("consoleTheme.toggle()")
    # In the middle of the change colours are of neither theme; what is inside changes last.
    page.wait_for_function("!document.getAnimations().some((one) => one.transitionProperty)")
    found += violations(page, within)
    page.evaluate("consoleTheme.toggle()")
    return found
