"""Signing in, away from the browser: who is slowed down, and by whose mistakes."""

from collections.abc import AsyncIterator

import pytest

from app.services.accounts import Accounts, neighbourhood
from app.services.first_start import bootstrap
from app.services.passwords import Passwords
from app.services.problems import BadInput, NotSignedIn, TooMany
from db.session import Database

PASSWORD = "a long password"


@pytest.fixture
async def accounts(database: Database, owner_url: str) -> AsyncIterator[Accounts]:
    bootstrap(owner_url, email="ada@x.test", password=PASSWORD, workspace="Acme")
    passwords = Passwords()
    yield Accounts(database, passwords)
    passwords.close()


async def fail(accounts: Accounts, email: str, address: str) -> type[Exception]:
    with pytest.raises((NotSignedIn, TooMany)) as refused:
        await accounts.sign_in(email, "wrong", address)
    return refused.type


async def test_a_few_mistakes_of_others_at_one_address_keep_nobody_out(accounts: Accounts) -> None:
    for number in range(6):
        await fail(accounts, f"colleague{number}@x.test", "203.0.113.7")
    assert (await accounts.sign_in("ada@x.test", PASSWORD, "203.0.113.7")).token


async def test_who_tries_many_emails_from_one_address_is_slowed_down(accounts: Accounts) -> None:
    refused = [
        await fail(accounts, f"guess{number}@x.test", "203.0.113.7") for number in range(120)
    ]
    assert refused[0] is NotSignedIn
    assert refused.count(TooMany) > 30


async def test_one_email_is_slowed_down_from_wherever_it_is_tried(accounts: Accounts) -> None:
    refused = [await fail(accounts, "ada@x.test", f"203.0.113.{number}") for number in range(6)]
    assert refused[-1] is TooMany


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
    ],
)
def test_everybody_behind_one_line_counts_as_one(address: str, subject: str) -> None:
    assert neighbourhood(address) == subject


async def test_a_huge_or_poisoned_password_is_just_wrong(accounts: Accounts) -> None:
    for password in ("x" * 10_000_000, "\udc80", "\0"):
        with pytest.raises(NotSignedIn):
            await accounts.sign_in("ada@x.test", password, "198.51.100.1")
        with pytest.raises((NotSignedIn, TooMany)):
            await accounts.sign_in("a\0@x.test", password, "198.51.100.1")


async def test_a_new_password_must_not_be_too_short(accounts: Accounts) -> None:
    session = await accounts.sign_in("ada@x.test", PASSWORD, "127.0.0.1")
    signed_in = await accounts.signed_in(session.token)
    assert signed_in is not None
    with pytest.raises(BadInput):
        await accounts.change_password(signed_in, PASSWORD, "short")
