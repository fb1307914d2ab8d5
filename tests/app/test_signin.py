"""Signing in with a browser: cookies, guards, and what other sites may not do."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from httpx import AsyncClient as Client

from app.services.first_start import bootstrap
from tests.app.conftest import Outside
from tests.databases import Tenant

EMAIL, PASSWORD = "ada@acme.test", "correct horse battery"


@pytest.fixture
def ada(owner_url: str, acme: Tenant, globex: Tenant) -> None:
    """A member of two workspaces."""
    for name, place in (("Acme", "acme"), ("Globex", "globex")):
        bootstrap(owner_url, email=EMAIL, password=PASSWORD, workspace=name, workspace_id=place)


@pytest.fixture
async def browser(outside: Outside, ada: None) -> AsyncIterator[Client]:
    async with Client(base_url=outside.url) as client:
        yield client


async def sign_in(browser: Client, password: str = PASSWORD, **more: str) -> str:
    answer = await browser.post("/sign-in", data={"email": EMAIL, "password": password, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_without_a_session_a_page_leads_to_the_sign_in(browser: Client) -> None:
    answer = await browser.get("/connectors?q=a%20b")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fconnectors%3Fq%3Da%2520b"
    assert (await browser.post("/connectors")).status_code == 401


async def test_signing_in_sets_a_closed_cookie_and_leads_back(browser: Client) -> None:
    answer = await browser.post(
        "/sign-in", data={"email": EMAIL.upper(), "password": PASSWORD, "next": "/contacts?q=x"}
    )
    assert answer.headers["location"] == "/contacts?q=x"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("console_session=")
    for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="):
        assert word in cookie
    assert (await browser.get("/anything")).status_code == 404  # let through: no page is there


async def test_behind_https_the_cookie_is_bound_to_the_host(browser: Client) -> None:
    answer = await browser.post(
        "/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers={"x-forwarded-proto": "https"},
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-console_session=")
    assert "Secure" in cookie
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
async def test_signing_in_leads_nowhere_else(browser: Client, elsewhere: str) -> None:
    assert await sign_in(browser, next=elsewhere) == "/"


async def test_a_wrong_password_and_an_unknown_email_look_the_same(browser: Client) -> None:
    wrong = await browser.post("/sign-in", data={"email": EMAIL, "password": "x"})
    unknown = await browser.post("/sign-in", data={"email": "no@x.test", "password": "x"})
    assert wrong.headers["location"] == unknown.headers["location"] == "/sign-in?problem=wrong"
    for answer in (wrong, unknown):
        assert "console_session" not in answer.headers.get("set-cookie", "")


async def test_guessing_is_slowed_down_and_the_right_password_waits_too(browser: Client) -> None:
    places = [await sign_in(browser, "wrong") for _ in range(5)]
    assert places[0] == "/sign-in?problem=wrong"
    assert places[-1].startswith("/sign-in?problem=wait&seconds=")
    assert (await sign_in(browser)).startswith("/sign-in?problem=wait")


async def test_signing_out_ends_the_session_everywhere(browser: Client, outside: Outside) -> None:
    await sign_in(browser)
    told: list[object] = []
    outside.accounts.on_sign_out.append(told.append)
    token = browser.cookies["console_session"]
    assert (await browser.post("/sign-out")).headers["location"] == "/sign-in"
    assert len(told) == 1
    stolen = await browser.get("/x", headers={"cookie": f"console_session={token}"})
    assert stolen.status_code == 303


async def test_signing_in_again_makes_a_new_session_and_ends_the_old(browser: Client) -> None:
    await sign_in(browser)
    old = browser.cookies["console_session"]
    await sign_in(browser)
    assert browser.cookies["console_session"] != old
    browser.cookies.clear()
    answer = await browser.get("/x", headers={"cookie": f"console_session={old}"})
    assert answer.status_code == 303


async def test_the_workspace_is_switched_with_a_new_session_for_members_only(
    browser: Client, outside: Outside, owner_url: str
) -> None:
    await sign_in(browser)
    old = browser.cookies["console_session"]
    answer = await browser.post("/switch-workspace", data={"workspace_id": "globex"})
    assert answer.status_code == 303
    assert browser.cookies["console_session"] != old
    now = await outside.accounts.signed_in(browser.cookies["console_session"])
    assert now is not None
    assert (now.workspace_id, now.role) == ("globex", "owner")
    assert await outside.accounts.signed_in(old) is None
    refused = await browser.post("/switch-workspace", data={"workspace_id": "not-mine"})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "sender",
    [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}],
)
async def test_forms_of_other_sites_are_refused(browser: Client, sender: dict[str, str]) -> None:
    await sign_in(browser)
    for path in ("/sign-in", "/sign-out", "/switch-workspace", "/change-password"):
        assert (await browser.post(path, headers=sender)).status_code == 403, path
    socket = await browser.get(
        "/_nicegui_ws/socket.io/", headers={"origin": "https://evil.example"}
    )
    assert socket.status_code == 403


async def test_a_changed_password_signs_every_browser_out_but_this(
    browser: Client, outside: Outside
) -> None:
    async with Client(base_url=outside.url) as other:
        await sign_in(other)
        elsewhere = other.cookies["console_session"]
    await sign_in(browser)
    wrong = await browser.post(
        "/change-password", data={"old_password": "x", "new_password": "long enough"}
    )
    assert "problem=" in wrong.headers["location"]
    changed = await browser.post(
        "/change-password", data={"old_password": PASSWORD, "new_password": "long enough"}
    )
    assert changed.headers["location"] == "/?done=password"
    assert await outside.accounts.signed_in(elsewhere) is None
    assert await outside.accounts.signed_in(browser.cookies["console_session"]) is not None
    assert await sign_in(browser, "long enough") == "/"


async def test_only_hashes_of_tokens_are_kept(browser: Client, owner_url: str) -> None:
    await sign_in(browser)
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute("select s::text from sessions s").fetchall()
    assert rows
    assert browser.cookies["console_session"] not in str(rows)


async def test_pages_say_what_they_may_load_and_who_may_frame_them(browser: Client) -> None:
    answer = await browser.get("/")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
