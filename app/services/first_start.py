"""How people come in before anybody is there: `bootstrap`, and the demo's first sign-in."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from app.services.accounts import digest
from app.services.api_keys import new_key
from app.services.passwords import check, hashed
from app.services.problems import bad_field
from app.services.roles import RANKS
from app.services.workspaces import a_name, an_email
from db.owner import Owner, as_owner

FILE: Final = "first-sign-in.txt"
DEMO_EMAIL: Final = "owner@example.com"
DEMO_WORKSPACE: Final = "Demo workspace"
# It stands in addresses, and names a folder where connectors are exported.
WORKSPACE_ID: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,199}")
CHANGED: Final = "(changed since the first start: use the one you chose)"


def bootstrap(
    owner_url: str,
    *,
    email: str,
    password: str,
    workspace: str,
    workspace_id: str | None = None,
    role: str | None = None,
    saas_role: str | None = None,
) -> dict[str, str]:
    """Finds or makes the user, the workspace and the membership; always makes a new API key."""
    email, workspace = an_email(email), a_name(workspace)
    if workspace_id is not None and not WORKSPACE_ID.fullmatch(workspace_id):
        raise bad_field("workspace_id", "A workspace's id has letters, digits and . _ : - only.")
    assert role is None or role in RANKS
    key = new_key()
    with as_owner(owner_url) as owner:
        user_id = owner.user(email)
        stored = owner.password(user_id)
        if stored is None or not check(stored.hash, password):
            owner.set_password(user_id, hashed(password))
        place = owner.workspace(workspace, user_id, workspace_id=workspace_id)
        owner.member(place, user_id, role)
        if saas_role is not None:
            owner.saas_admin(user_id, saas_role)
        owner.api_key(place, user_id, "Made by bootstrap", digest(key), key[-4:])
    return {"user_id": str(user_id), "workspace_id": place, "api_key": key}


@dataclass(frozen=True, slots=True)
class Demo:
    user_id: str
    workspace_id: str
    email: str
    password: str | None  # None: changed since, and known to its owner only


def first_sign_in(folder: Path, owner_url: str) -> Demo:
    """The demo's owner. The password is made once, and stands in a closed file until changed."""
    with as_owner(owner_url) as owner:
        user_id = owner.user(DEMO_EMAIL)
        place = owner.workspace(DEMO_WORKSPACE, user_id, is_demo=True)
        owner.member(place, user_id, None)
        stored = owner.password(user_id)
        if stored is not None and not stored.initial:
            forget(folder)
            return Demo(str(user_id), place, DEMO_EMAIL, None)
        password = _read(folder)
        if password is None or stored is None or not check(stored.hash, password):
            password = _new(owner, folder, user_id)
    return Demo(str(user_id), place, DEMO_EMAIL, password)


def how_to_sign_in(folder: Path, owner_url: str) -> tuple[str, str]:
    """The two values that `make run` prints."""
    demo = first_sign_in(folder, owner_url)
    return demo.email, demo.password or CHANGED


def forget(folder: Path) -> None:
    """The printed password is history."""
    with suppress(FileNotFoundError):
        (folder / FILE).unlink()


def _new(owner: Owner, folder: Path, user_id: UUID) -> str:
    password = secrets.token_urlsafe(12)
    owner.set_password(user_id, hashed(password), initial=True)
    _write(folder, password)
    return password


def _write(folder: Path, password: str) -> None:
    """Written beside and moved into place, closed to others from its first moment."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = folder / f"{FILE}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"E-mail: {DEMO_EMAIL}\nPassword: {password}\n")
    beside.replace(folder / FILE)


def _read(folder: Path) -> str | None:
    with suppress(FileNotFoundError):
        for line in (folder / FILE).read_text().splitlines():
            if line.startswith("Password: "):
                return line.removeprefix("Password: ")
    return None
