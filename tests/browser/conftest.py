"""A real console in a process of its own, a real browser, and no mercy for errors nobody sees."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser import chromium
from tests.browser.acts import new_key
from tests.leftovers import own_folder
from tests.waiting import until_now

ROOT = Path(__file__).parents[2]
PASSWORD = "a password for tests"
PICTURES = ROOT / "artifacts"
TRACED = bool(os.environ.get("TRACE_PAGES"))  # costs a fifth of the time

expect.set_options(timeout=20_000)  # a busy machine is no error


@dataclass(frozen=True, slots=True)
class Rest:
    """What programs do, with an API key."""

    url: str
    key: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"authorization": f"Bearer {self.key}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.ask("POST", path, body)

    def connectors(self, name: str) -> list[Any]:
        """Newest first. Tests share the workspace: there may be others by this name."""
        return [one for one in self.get("/connectors?limit=200")["items"] if one["name"] == name]


@dataclass(frozen=True, slots=True)
class Console:
    url: str
    email: str
    password: str
    practice: str  # the address of the practice service


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """An empty folder that the account of Postgres may enter; pytest's own are closed to it."""
    with own_folder("console-") as made:
        made.chmod(0o755)
        yield made


@pytest.fixture(scope="session")
def console(folder: Path) -> Iterator[Console]:
    """As `make run` starts it, with the demo, in an empty folder."""
    log = folder / "console.log"
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "NICEGUI"))
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", "0"],
            cwd=ROOT,
            env=ours | {"CONSOLE_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        said = _announced(process, log)
        practice = (folder / "data" / "practice-port").read_text().strip()
        yield Console(
            said["Address"], said["E-mail"], said["Password"], f"http://127.0.0.1:{practice}"
        )
    finally:
        told = log.read_text()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert "Traceback" not in told, told


@pytest.fixture(scope="session")
def playwright(folder: Path) -> Iterator[Playwright]:
    """With its files in our folder, where they go with it."""
    files = folder / "playwright"
    files.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TMPDIR", str(files))
        with sync_playwright() as started:
            yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = chromium.start(playwright)
    yield started
    started.close()


@pytest.fixture(scope="session")
def signed_in(console: Console, browser: Browser) -> Any:
    """The cookies of the demo's owner."""
    context = browser.new_context(base_url=console.url)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(console.email)
    page.locator("input[type=password]").fill(console.password)
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Main").wait_for()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def rest(console: Console, browser: Browser, signed_in: Any) -> Rest:
    """The REST API with a key that was made as people make it: on the page, shown once."""
    context = browser.new_context(base_url=console.url, storage_state=signed_in)
    key = new_key(context.new_page(), "Made by a test")
    context.close()
    return Rest(console.url, key)


@pytest.fixture(scope="session")
def globex(console: Console, folder: Path) -> Rest:
    """Another workspace, of somebody else, in the same console."""
    made = bootstrap(folder, "owner@globex.example", "Globex")
    return Rest(console.url, made["api_key"])


@pytest.fixture(scope="session")
def viewer(rest: Rest, folder: Path) -> tuple[str, str]:
    """Somebody who may only look at the demo's workspace."""
    email = "viewer@example.com"
    place = rest.get("/workspaces")["items"][0]
    bootstrap(folder, email, place["name"], "--workspace-id", place["id"], "--role", "viewer")
    return email, PASSWORD


def bootstrap(folder: Path, email: str, workspace: str, *more: str) -> dict[str, str]:
    words = ["--email", email, "--password", PASSWORD, "--workspace", workspace, *more]
    done = subprocess.run(
        [sys.executable, "-m", "app", "bootstrap", *words],
        cwd=ROOT,
        env=os.environ | {"CONSOLE_DATA_DIR": str(folder / "data")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    made: dict[str, str] = json.loads(done.stdout)
    return made


@pytest.fixture
def open_page(
    console: Console, browser: Browser, signed_in: Any, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Makes a signed-in page; an error on it or a call to elsewhere fails the test."""
    trouble: list[str] = []
    pages: list[Page] = []

    def make(*, theme: str = "light", width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=console.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            storage_state=signed_in,
        )
        context.set_default_timeout(30_000)
        if TRACED:
            context.tracing.start(screenshots=True, snapshots=True)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "console",
            lambda said: trouble.append(said.text) if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: trouble.append(asked.url) if _elsewhere(asked.url, console.url) else None,
        )
        pages.append(page)
        return page

    yield make
    for page in pages:
        if request.node.stash.get(FAILED, False):
            _keep_evidence(page, request.node.name)
        page.context.close()
    assert not trouble, trouble


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _keep_evidence(page: Page, test: str) -> None:
    """What it looked like; where asked for, how it came to that: `playwright show-trace`."""
    PICTURES.mkdir(exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "_", test)
    page.screenshot(path=PICTURES / f"{name}.png")
    if TRACED:
        page.context.tracing.stop(path=PICTURES / f"{name}.zip")


def _elsewhere(url: str, home: str) -> bool:
    return not url.startswith((home, "data:", "blob:"))


def _announced(process: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """What it says once it answers: its address, and how to sign in."""

    def said() -> dict[str, str]:
        assert process.poll() is None, log.read_text()
        return dict(re.findall(r"(?m)^(Address|E-mail|Password): (.*)\n", log.read_text()))

    until_now(lambda: len(said()) == 3, seconds=120)
    return said()
