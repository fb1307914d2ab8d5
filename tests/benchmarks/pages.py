"""`python -m tests.benchmarks.pages`: how soon an edit is on the screen, and what open pages cost.

A console of its own, a real browser, a connector of sixty steps. Times are medians as a person
would see them, from the press to the painted frame, and mean nothing on a busy machine (the load is
told with them); CPU is the server's, per edit and per opened page.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
PASSWORD = "a password for benchmarks"
ROUNDS = 6
PAGES = ("/", "/connectors", "/templates", "/runs", "/contacts", "/credentials")
# From the press until what it changes has been painted.
SEEN = """([press, seen]) => new Promise((done, fail) => {
  setTimeout(() => fail(`${press} changed nothing`), 20000);
  const began = performance.now(), there = new Function(`return ${seen}`);
  const now = () => (there() ? done(performance.now() - began) : look());
  const look = () => requestAnimationFrame(now);
  document.querySelector(press).click();
  look();
})"""


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    key: str
    email: str
    process: psutil.Process

    def cpu_ms(self) -> float:
        used = self.process.cpu_times()
        return float(used.user + used.system) * 1000

    def make(self, path: str, body: Any) -> Any:
        asked = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            data=json.dumps(body).encode(),
            headers={"authorization": f"Bearer {self.key}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read())


def main() -> None:
    with console() as running, browser(running) as page:
        made = running.make("/connectors", sixty_steps())
        open_page(page, f"/connectors/{made['id']}")
        print(f"Load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("An edit in a connector of sixty steps, until it is painted:")
        before = running.cpu_ms()
        for what, times in edits(page):
            cost = (running.cpu_ms() - before) / len(times)
            told = f"{statistics.median(times):.0f} ms (worst {max(times):.0f} ms)"
            print(f"  {what}: {told}, CPU {cost:.0f} ms", flush=True)
            before = running.cpu_ms()
        print("An open page:")
        for path in (*PAGES, f"/connectors/{made['id']}"):
            before = running.cpu_ms()
            painted = [open_page(page, path) for _ in range(ROUNDS)]
            cost = (running.cpu_ms() - before) / ROUNDS
            name = "builder, sixty steps" if "connectors/" in path else path
            print(f"  {name}: first paint {statistics.median(painted):.0f} ms, CPU {cost:.0f} ms")


def edits(page: Page) -> Iterator[tuple[str, list[float]]]:
    count = "document.querySelectorAll('.flow-card').length"
    off = "document.querySelector('[data-testid=step-call_5]').classList.contains('off')"
    title = "document.querySelector('[data-testid=panel-title]')?.textContent"

    def repeated(testid: str, what: str, how: str) -> list[float]:
        return [seen(page, testid, f"{what} {how} {_now(page, what)}") for _n in range(ROUNDS)]

    yield "duplicate", repeated("duplicate-call_3", count, ">")
    yield "undo", repeated("undo", count, "<")
    gone: list[float] = []
    for _n in range(ROUNDS):
        gone.append(seen(page, "delete-in_7_2", f"{count} < {_now(page, count)}"))
        seen(page, "undo", f"{count} > {_now(page, count)}")
    yield "delete", gone
    yield "leave out, take in", repeated("skip-call_5", off, "!==")
    chosen = [seen(page, f"step-call_{n}", f"{title} === 'Call {n}'") for n in (0, 1, 2, 4, 6, 7)]
    yield "choose a step", chosen


def _now(page: Page, what: str) -> str:
    return json.dumps(page.evaluate(what))


def seen(page: Page, testid: str, until: str) -> float:
    return float(page.evaluate(SEEN, [f"[data-testid={testid}]", until]))


def open_page(page: Page, path: str) -> float:
    page.goto(path)
    page.wait_for_function("window.did_handshake === true")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    return float(
        page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    )


def sixty_steps() -> dict[str, Any]:
    """Ten calls, each with a choice of ways behind it and four steps on them."""
    steps: list[dict[str, Any]] = []
    for n in range(10):
        inside = [
            {
                "id": f"in_{n}_{k}",
                "kind": "set",
                "values": {"city": f"{{{{ steps.call_{n}.city }}}}"},
            }
            for k in range(4)
        ]
        steps += [
            {
                "id": f"call_{n}",
                "name": f"Call {n}",
                "kind": "http",
                "request": {"method": "GET", "url": "https://api.example.com/v1/people"},
                "extract": {"name": "$.data.name", "city": "$.data.city"},
            },
            {
                "id": f"way_{n}",
                "kind": "branch",
                "branches": [
                    {
                        "name": "Yes",
                        "when": {"left": f"{{{{ steps.call_{n}.name }}}}", "op": "is_not_empty"},
                        "steps": inside[:3],
                    },
                    {"name": "Otherwise", "steps": inside[3:]},
                ],
            },
        ]
    return {"name": "Sixty steps", "config": {"version": 1, "steps": steps}}


@contextmanager
def console() -> Iterator[Running]:
    with TemporaryDirectory(prefix="console-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the account of Postgres has to enter it
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = os.environ | {"CONSOLE_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        serve = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: answers(f"{url}/health/ready"))
            email = "owner@bench.example"
            words = ["--email", email, "--password", PASSWORD, "--workspace", "Bench"]
            made = subprocess.run(
                [sys.executable, "-m", "app", "bootstrap", *words],
                cwd=ROOT,
                env=env,
                capture_output=True,
                check=True,
            )
            yield Running(url, json.loads(made.stdout)["api_key"], email, server_of(process, port))
        finally:
            process.terminate()
            process.wait(60)


def server_of(process: subprocess.Popen[bytes], port: int) -> psutil.Process:
    """The process that answers: the one that was started, or a child of it."""
    started = psutil.Process(process.pid)
    for one in [started, *started.children(recursive=True)]:
        if any(link.laddr.port == port for link in one.net_connections() if link.laddr):
            return one
    return started


@contextmanager
def browser(running: Running) -> Iterator[Page]:
    with sync_playwright() as started:
        opened = chromium.start(started)
        context = opened.new_context(base_url=running.url, reduced_motion="reduce")
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(running.email)
        page.locator("input[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/$"))
        yield page
        opened.close()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def wait_for(true: Callable[[], bool]) -> None:
    late = time.monotonic() + 120
    while not true():
        assert time.monotonic() < late, "The console did not start."
        time.sleep(0.1)


if __name__ == "__main__":
    main()
