"""Coming in before anybody is there."""

import stat
from pathlib import Path

import psycopg
import pytest

from app.services import first_start
from app.services.accounts import Accounts
from app.services.first_start import bootstrap, first_sign_in, how_to_sign_in
from app.services.passwords import Passwords
from app.services.problems import BadInput
from db.session import Database

PASSWORD = "a password"


def count(owner_url: str, table: str) -> int:
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(f"select count(*) from {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def role_of(owner_url: str, user_id: str) -> str:
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "select role from workspace_members where user_id = %s", [user_id]
        ).fetchone()
    assert row is not None
    return str(row[0])


async def test_bootstrap_finds_what_is_there_and_always_makes_a_key(
    owner_url: str, database: Database
) -> None:
    one = bootstrap(owner_url, email="ada@x.test", password=PASSWORD, workspace="Acme")
    two = bootstrap(owner_url, email="Ada@X.test", password=PASSWORD, workspace="Acme")
    assert (one["user_id"], one["workspace_id"]) == (two["user_id"], two["workspace_id"])
    assert one["api_key"] != two["api_key"]
    assert (count(owner_url, "auth.users"), count(owner_url, "workspaces")) == (1, 1)
    passwords = Passwords()
    accounts = Accounts(database, passwords)
    actor = await accounts.caller(two["api_key"])
    assert actor is not None
    assert (str(actor.user_id), actor.role) == (one["user_id"], "owner")
    assert (await accounts.sign_in("ada@x.test", PASSWORD, "127.0.0.1")).token
    passwords.close()


def test_a_member_keeps_the_role_unless_one_is_given(owner_url: str) -> None:
    given = {"email": "ada@x.test", "password": PASSWORD, "workspace": "Acme"}
    made = bootstrap(owner_url, **given, role="editor")
    bootstrap(owner_url, **given)
    assert role_of(owner_url, made["user_id"]) == "editor"
    bootstrap(owner_url, **given, role="admin")
    assert role_of(owner_url, made["user_id"]) == "admin"


def test_the_operator_may_take_the_last_owner_away_and_make_another(owner_url: str) -> None:
    ada = bootstrap(owner_url, email="ada@x.test", password=PASSWORD, workspace="Acme")
    for role in ("viewer", "owner", "editor"):
        bootstrap(owner_url, email="ada@x.test", password=PASSWORD, workspace="Acme", role=role)
        assert role_of(owner_url, ada["user_id"]) == role


@pytest.mark.parametrize("place", ["", "a b", "../a", "a/b", "ä", "a\n", "." * 3])
def test_an_id_that_no_address_could_hold_is_refused(owner_url: str, place: str) -> None:
    with pytest.raises(BadInput, match="id has letters"):
        bootstrap(owner_url, email="a@x.test", password=PASSWORD, workspace="W", workspace_id=place)


def test_a_workspace_can_be_named_by_its_id(owner_url: str) -> None:
    made = bootstrap(
        owner_url, email="a@x.test", password=PASSWORD, workspace="Acme", workspace_id="ws-1"
    )
    other = bootstrap(
        owner_url, email="b@x.test", password=PASSWORD, workspace="Other", workspace_id="ws-1"
    )
    assert made["workspace_id"] == other["workspace_id"] == "ws-1"
    assert count(owner_url, "workspaces") == 1


def test_the_first_saas_owner_is_made_here(owner_url: str) -> None:
    bootstrap(owner_url, email="a@x.test", password=PASSWORD, workspace="Acme", saas_role="owner")
    assert count(owner_url, "saas_admin_users where role = 'owner'") == 1


def test_the_first_sign_in_stays_the_same_in_a_closed_file(owner_url: str, tmp_path: Path) -> None:
    first = first_sign_in(tmp_path, owner_url)
    assert first.password is not None
    assert how_to_sign_in(tmp_path, owner_url) == (first.email, first.password)
    file = tmp_path / first_start.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert first.password in file.read_text()
    assert first.email in file.read_text()


async def test_once_the_password_was_changed_the_file_is_gone(
    owner_url: str, database: Database, tmp_path: Path
) -> None:
    demo = first_sign_in(tmp_path, owner_url)
    passwords = Passwords()
    accounts = Accounts(database, passwords)
    accounts.on_first_password_gone.append(lambda: first_start.forget(tmp_path))
    assert demo.password is not None
    session = await accounts.sign_in(demo.email, demo.password, "127.0.0.1")
    signed_in = await accounts.signed_in(session.token)
    assert signed_in is not None
    await accounts.change_password(signed_in, demo.password, "my own password")
    assert not (tmp_path / first_start.FILE).exists()
    assert how_to_sign_in(tmp_path, owner_url) == (demo.email, first_start.CHANGED)
    passwords.close()


def test_a_lost_file_is_made_anew_with_a_new_password(owner_url: str, tmp_path: Path) -> None:
    first = first_sign_in(tmp_path, owner_url)
    (tmp_path / first_start.FILE).unlink()
    second = first_sign_in(tmp_path, owner_url)
    assert second.password not in (None, first.password)
    assert second.user_id == first.user_id
