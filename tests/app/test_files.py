"""What a workspace made goes out as files anyone can read, and comes in again as it was."""

import asyncio
import base64
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from app.__main__ import main
from app.services.connectors import Connectors, Wanted
from app.services.credentials import Credentials, Given
from app.services.safe import Safe
from db.session import Actor, Database
from engine.effects.master_key import MasterKey
from engine.effects.vault import Vault
from tests.databases import Tenant

LOOKUP = {
    "version": 1,
    "steps": [
        {
            "id": "find",
            "kind": "http",
            "credential": "hunter",
            "request": {
                "method": "GET",
                "url": "https://api.hunter.io/v2/people/find",
                "query": {"email": "{{ contact.email }}"},
            },
            "extract": {"person": "$.data"},
        }
    ],
}
KEY = "demo/key+not real-8271"
TEMPLATE: dict[str, Any] = {
    "name": "Grüße an Hunter",
    "config": LOOKUP,
    "slots": [
        {
            "service_name": "hunter",
            "title": "Hunter",
            "auth": {"type": "query", "name": "api_key"},
            "fields": [{"name": "api_key", "title": "Key", "secret": True}],
            "allowed_hosts": ["api.hunter.io"],
        }
    ],
}


@pytest.fixture
def folder(
    monkeypatch: pytest.MonkeyPatch, owner_url: str, console_url: str, tmp_path: Path
) -> Path:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", owner_url)
    monkeypatch.setenv("DATABASE_URL", console_url)
    monkeypatch.setenv("CONSOLE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "out"


def make_connector(console_url: str, actor: Actor) -> None:
    async def story() -> None:
        database = Database(console_url, pool_size=1, patience_s=30)
        await Connectors(database).create(actor, Wanted(name="Find a person", config=LOOKUP))
        await database.close()

    asyncio.run(story())


def put_template(folder: Path, **changed: object) -> Path:
    place = folder / "acme" / "templates"
    place.mkdir(parents=True, exist_ok=True)
    file = place / "hunter.json"
    file.write_text(json.dumps(TEMPLATE | changed), "utf-8")
    return file


def templates_in(owner_url: str) -> list[str]:
    with psycopg.connect(owner_url) as owner:
        rows = owner.execute("select name from connector_templates").fetchall()
    return [row[0] for row in rows]


def documents(folder: Path) -> dict[str, object]:
    return {
        str(file.relative_to(folder)): json.loads(file.read_text("utf-8"))
        for file in folder.rglob("*.json")
    }


def test_connectors_and_templates_come_in_again_as_they_went_out(
    folder: Path, acme: Tenant, owner_url: str, console_url: str, tmp_path: Path
) -> None:
    make_connector(console_url, acme.owner)
    put_template(tmp_path / "theirs")
    assert main(["import", str(tmp_path / "theirs")]) == 0
    assert main(["export", str(folder)]) == 0
    before = documents(folder)
    assert len(before) == 2
    with psycopg.connect(owner_url) as owner:
        owner.execute("delete from connectors")
        owner.execute("delete from connector_templates")
    assert main(["import", str(folder)]) == 0
    assert main(["export", str(tmp_path / "again")]) == 0
    assert [
        {key: value for key, value in one.items() if key != "id"}
        for one in documents(tmp_path / "again").values()
        if isinstance(one, dict)
    ] == [
        {key: value for key, value in one.items() if key != "id"}
        for one in before.values()
        if isinstance(one, dict)
    ]


def test_a_file_read_twice_changes_what_it_made_instead_of_making_it_again(
    folder: Path, acme: Tenant, owner_url: str, tmp_path: Path
) -> None:
    put_template(tmp_path / "theirs")
    assert main(["import", str(tmp_path / "theirs")]) == 0
    assert main(["export", str(folder)]) == 0
    file = next(folder.rglob("*.json"))
    file.write_text(file.read_text("utf-8").replace("Grüße an Hunter", "Hunter"), "utf-8")
    assert main(["import", str(folder)]) == 0
    assert templates_in(owner_url) == ["Hunter"]


def test_what_came_in_and_lacks_a_key_is_told(
    folder: Path, acme: Tenant, console_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_connector(console_url, acme.owner)
    assert main(["export", str(folder)]) == 0
    assert main(["import", str(folder)]) == 0
    told = capsys.readouterr().err
    assert "Left out" not in told
    assert "Find a person, step “find”: This workspace has no key for “hunter” yet." in told


def test_a_workspace_that_is_not_here_is_told_beside_what_was_read(
    folder: Path, acme: Tenant, console_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_connector(console_url, acme.owner)
    assert main(["export", str(folder)]) == 0
    shutil.copytree(folder / "acme", folder / "elsewhere")
    assert main(["import", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "1 connectors and 0 templates were read" in told
    assert "Left out: there is no workspace elsewhere here." in told


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"colour": "red"}, "no template has colour"),
        ({"description": 5}, "description: Input should be a valid string"),
        ({"config": {"steps": [{"id": "x", "kind": "dance"}]}}, "dance"),
    ],
)
def test_a_template_that_cannot_be_is_refused_with_its_place(
    folder: Path,
    acme: Tenant,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, object],
    sentence: str,
) -> None:
    put_template(folder, **changed)
    assert main(["import", str(folder)]) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told


def keep_a_key(console_url: str, folder: Path, actor: Actor) -> None:
    async def story() -> None:
        database = Database(console_url, pool_size=1, patience_s=30)
        safe = Safe(database, Vault(MasterKey.load_or_create(folder / "master.key", False)))
        slot = TEMPLATE["slots"][0]
        given = Given("hunter", slot["auth"], {"api_key": KEY}, {}, slot["allowed_hosts"])
        await Credentials(database, safe).add(actor, given)
        await database.close()

    folder.mkdir()
    asyncio.run(story())


def test_a_file_that_tells_the_workspaces_own_secret_is_refused_and_says_where(
    folder: Path,
    acme: Tenant,
    owner_url: str,
    console_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep_a_key(console_url, folder.parent / "data", acme.owner)
    for disguised in (KEY, KEY.upper(), quote(KEY), base64.b64encode(KEY.encode()).decode()):
        put_template(folder, description=f"Call us: {disguised}", tags=[disguised])
        assert main(["import", str(folder)]) == 2
        told = capsys.readouterr().err
        assert "hunter.json, description: This holds a secret of your workspace." in told
        assert "hunter.json, tags[0]: This holds a secret" in told
        assert KEY not in told
    assert templates_in(owner_url) == []
