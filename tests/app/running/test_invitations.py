"""Who has no password gets in by a link that works once, and nobody walks into other workspaces."""

import re
from collections.abc import AsyncIterator

import psycopg
import pytest

from app.main import Console, build
from app.services.first_start import bootstrap
from app.services.problems import Conflict, NotAllowed
from app.settings import Settings
from db.logins import Logins
from engine.effects.master_key import MasterKey
from tests.app.conftest import Client, Outside
from tests.db.queue import sql
from tests.providers.mail_server import MailBox, a_mail_server

EMAIL, PASSWORD = "new@acme.test", "correct horse battery"


@pytest.fixture
async def mailbox() -> AsyncIterator[MailBox]:
    async with a_mail_server() as box:
        yield box


@pytest.fixture
async def console(owner_url, console_url, mailbox, tmp_path) -> AsyncIterator[Console]:
    settings = Settings(
        data_dir=tmp_path,
        url="https://console.test",
        smtp_url=f"smtp+plain://127.0.0.1:{mailbox.port}",
        smtp_from="console@acme.test",
    )
    logins = Logins(owner_url, console_url)
    made = build(settings, logins, MasterKey(bytes(range(32))), with_pages=False)
    await made.start(with_worker=False)
    yield made
    await made.stop()


@pytest.fixture
async def browser(outside: Outside) -> AsyncIterator[Client]:
    async with Client(base_url=outside.url) as client:
        yield client


@pytest.fixture
async def new(console: Console, acme):
    """A member whom nobody knew before."""
    return await console.services.workspaces.add_member(acme.owner, "acme", EMAIL, "editor")


async def put(browser: Client, path: str, password: str = PASSWORD) -> str:
    token = path.partition("token=")[2]
    answer = await browser.post("/set-password", data={"token": token, "new_password": password})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def test_a_new_member_sets_a_password_once_and_is_signed_in(console, browser, new, acme):
    invitations = console.services.invitations
    assert await invitations.waiting(acme.admin) >= {new.user_id}
    path = await invitations.link_for(acme.admin, new.user_id)
    assert (await invitations.behind(path.partition("=")[2])).email == EMAIL
    assert await put(browser, path) == "/"
    assert (await browser.get("/anything")).status_code == 404, "signed in"
    assert new.user_id not in await invitations.waiting(acme.admin)
    assert await put(browser, path) == "/set-password?problem=over"
    answer = await browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.headers["location"] == "/"


async def test_a_weak_password_uses_nothing_up(console, browser, new, acme):
    path = await console.services.invitations.link_for(acme.admin, new.user_id)
    assert (await put(browser, path, "short")).endswith("problem=weak")
    assert await put(browser, path) == "/"


async def test_setting_a_password_ends_every_other_browser_and_link(
    console, outside, new, acme, owner_url
):
    invitations = console.services.invitations
    first = await invitations.link_for(acme.admin, new.user_id)
    second = await invitations.link_for(acme.owner, new.user_id)
    async with Client(base_url=outside.url) as before, Client(base_url=outside.url) as after:
        await put(before, first)
        assert await put(after, second) == "/set-password?problem=over"
        third = await invitations.link_for(acme.owner, new.user_id)
        await put(after, third, "another horse battery")
    open_ones = "select count(*) from sessions where user_id = %s and revoked_at is null"
    assert sql(owner_url, open_ones, new.user_id) == [(1,)]


async def test_nobody_becomes_a_person_who_belongs_to_others_too(
    console, browser, new, acme, globex, owner_url
):
    invitations = console.services.invitations
    path = await invitations.link_for(acme.owner, new.user_id)
    await console.services.workspaces.add_member(globex.owner, "globex", EMAIL, "viewer")
    for actor in (acme.owner, globex.owner):
        with pytest.raises(Conflict) as caught:
            await invitations.link_for(actor, new.user_id)
        assert caught.value.code == "belongs_to_others"
    assert await put(browser, path) == "/set-password?problem=over", "made before, and over since"


async def test_a_person_who_runs_the_service_is_out_of_reach(console, new, acme, owner_url):
    sql(
        owner_url,
        "insert into saas_admin_users (user_id, role) values (%s, 'owner') returning 1",
        new.user_id,
    )
    with pytest.raises(Conflict):
        await console.services.invitations.link_for(acme.owner, new.user_id)


async def test_only_who_outranks_a_member_makes_their_link(console, new, acme, globex):
    invitations = console.services.invitations
    for actor, person in (
        (acme.editor, new.user_id),
        (acme.admin, acme.owner.user_id),
        (globex.owner, new.user_id),
    ):
        with pytest.raises(NotAllowed):
            await invitations.link_for(actor, person)
    assert await invitations.waiting(acme.editor) == set()


async def test_an_invitation_by_mail_goes_to_the_person(console, new, acme, mailbox):
    await console.services.invitations.link_for(acme.admin, new.user_id, by_mail=True)
    await console.services.invitations.close()
    assert mailbox.addressees == [EMAIL]
    assert "https://console.test/set-password?token=" in _whole(mailbox.letters[0])


async def test_who_forgot_a_password_gets_a_link_and_nobody_learns_who_is_known(
    console, browser, mailbox, owner_url, acme
):
    bootstrap(
        owner_url, email=EMAIL, password="forgotten words", workspace="A", workspace_id="acme"
    )
    for email in (EMAIL.upper(), "nobody@acme.test"):
        answer = await browser.post("/forgot-password", data={"email": email})
        assert answer.headers["location"] == "/sign-in?done=asked"
    await console.services.invitations.close()
    assert mailbox.addressees == [EMAIL]
    link = re.search(r"token=([\w-]+)", _whole(mailbox.letters[0]))
    assert link
    assert await put(browser, f"/set-password?token={link[1]}") == "/"


async def test_asking_again_and_again_is_slowed_down(browser, console):
    places = [
        (await browser.post("/forgot-password", data={"email": "x@y.test"})).headers["location"]
        for _ in range(6)
    ]
    assert places[0] == "/sign-in?done=asked"
    assert places[-1] == "/forgot-password?problem=often"


async def test_a_form_of_another_site_sets_no_password(console, browser, new, acme):
    path = await console.services.invitations.link_for(acme.admin, new.user_id)
    answer = await browser.post(
        "/set-password",
        data={"token": path.partition("=")[2], "new_password": PASSWORD},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


async def test_a_link_that_is_too_old_is_over(console, browser, new, acme, owner_url):
    path = await console.services.invitations.link_for(acme.admin, new.user_id)
    with psycopg.connect(owner_url) as connection:
        connection.execute("update password_links set expires_at = now()")
    assert await put(browser, path) == "/set-password?problem=over"
    assert await put(browser, "/set-password?token=invented") == "/set-password?problem=over"


async def test_what_was_done_is_in_the_log(console, browser, new, acme, owner_url):
    await put(browser, await console.services.invitations.link_for(acme.admin, new.user_id))
    told = sql(owner_url, "select action, actor_id from audit_log order by id")
    assert [one[0] for one in told] == ["member.added", "invitation.made", "password.set_by_link"]
    assert told[2][1] == new.user_id


def _whole(letter: str) -> str:
    """Long lines are folded on the way."""
    return letter.replace("=\r\n", "").replace("=3D", "=")
