"""The shipped templates reach the marketplace, stay up to date there, and can be installed."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.services import official
from app.services.connectors import Connectors
from app.services.credentials import Credentials
from app.services.listing import Slice
from app.services.problems import BadInput
from app.services.safe import Safe
from app.services.templates import Narrowed, Templates
from db.session import Database
from db.templates import Template
from engine.effects.master_key import MasterKey
from engine.effects.vault import Vault
from engine.model.patterns import searches
from tests.databases import Tenant
from tests.templates import shipped


@pytest.fixture
def marketplace(database: Database) -> Templates:
    safe = Safe(database, Vault(MasterKey(bytes(range(32)))))
    return Templates(database, Connectors(database), Credentials(database, safe))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two of the shipped ones, to be changed at will."""
    for name in ("hunter.people_find", "gravatar.profile"):
        (tmp_path / f"{name}.json").write_text(json.dumps(shipped.template(name)))
    return tmp_path


def edit(folder: Path, **changed: Any) -> None:
    path = folder / "gravatar.profile.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


async def listed(marketplace: Templates, who: Tenant, **narrowed: Any) -> Slice[Template]:
    return await marketplace.listed(who.viewer, Narrowed(**narrowed), limit=200)


async def test_everyone_sees_every_shipped_template_after_the_start(
    marketplace: Templates, owner_url: str, acme: Tenant
) -> None:
    assert official.load(owner_url) == len(shipped.NAMES)
    rows = (await listed(marketplace, acme, official=True)).items
    assert {row.name for row in rows} == {shipped.template(one)["name"] for one in shipped.NAMES}
    assert all(row.is_public and row.slots is not None for row in rows)


def test_a_second_start_writes_nothing_and_is_quick(owner_url: str) -> None:
    official.load(owner_url)
    began = time.perf_counter()
    assert official.load(owner_url) == 0
    assert time.perf_counter() - began < 1


async def test_a_changed_file_changes_its_template_and_keeps_its_id(
    marketplace: Templates, owner_url: str, acme: Tenant, folder: Path
) -> None:
    official.load(owner_url, folder)
    before = {row.name: row.id for row in (await listed(marketplace, acme)).items}
    edit(folder, description="Reads what somebody made public about themselves.")
    assert official.load(owner_url, folder) == 1
    after = {row.name: row for row in (await listed(marketplace, acme)).items}
    assert {name: row.id for name, row in after.items()} == before
    assert after["Public Profile (Gravatar)"].description.startswith("Reads what somebody made")


def test_what_an_admin_changed_stays_until_the_file_changes(owner_url: str, folder: Path) -> None:
    def words(statement: str = "") -> list[tuple[str, int]]:
        with psycopg.connect(owner_url) as owner:
            if statement:
                owner.execute(statement.encode())
            rows = owner.execute(
                "select description, version from connector_templates where name like '%Gravat%'"
            ).fetchall()
        return [(str(one[0]), int(one[1])) for one in rows]

    official.load(owner_url, folder)
    ((_, began),) = words()
    words("update connector_templates set description = 'Ours', field_mappings = '[]'")
    assert official.load(owner_url, folder) == 0
    assert words() == [("Ours", began + 1)]
    edit(folder, description="New words")
    assert official.load(owner_url, folder) == 1
    assert words() == [("New words", began + 2)]
    edit(folder, tags=["free"])
    official.load(owner_url, folder)
    assert words() == [("New words", began + 2)]


async def test_what_an_admin_renamed_does_not_come_back_under_its_old_name(
    marketplace: Templates, owner_url: str, acme: Tenant, folder: Path
) -> None:
    official.load(owner_url, folder)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set name = 'Faces' where name like '%Gravat%'")
    assert official.load(owner_url, folder) == 0
    names = {row.name for row in (await listed(marketplace, acme)).items}
    assert names == {"Faces", shipped.template("hunter.people_find")["name"]}


async def test_what_an_admin_withdrew_stays_withdrawn(
    marketplace: Templates, owner_url: str, acme: Tenant, folder: Path
) -> None:
    official.load(owner_url, folder)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set is_public = false where name like '%Gravat%'")
    edit(folder, tags=["free"])
    official.load(owner_url, folder)
    assert len((await listed(marketplace, acme)).items) == 1


def test_a_community_template_of_the_same_name_is_left_alone(
    owner_url: str, acme: Tenant, folder: Path
) -> None:
    name = shipped.template("gravatar.profile")["name"]
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into connector_templates (name, config, is_public, published_by)"
            " values (%s, '{\"steps\": []}', true, %s)",
            [name, acme.owner.user_id],
        )
    assert official.load(owner_url, folder) == 1
    with psycopg.connect(owner_url) as owner:
        row = owner.execute(
            "select is_official, config from connector_templates where name = %s", [name]
        ).fetchone()
    assert row == (False, {"steps": []})


def test_a_broken_file_is_left_out_and_the_rest_is_loaded(
    owner_url: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(folder, field_mappings=[{"field": "firstname", "value": "x"}])
    assert official.load(owner_url, folder) == 1
    assert "gravatar.profile.json is left out" in caplog.text


def fitting(field: dict[str, Any]) -> str:
    """Of the form that the field asks for."""
    forms = (
        "1234567890-demo",
        "AC" + "0" * 32,
        "app" + "0" * 14,
        "a@b.example",
        "a@b.example/token",
        "api",
        "https://discord.com/api/webhooks/1/demo",
    )
    return next(one for one in forms if searches(field.get("pattern") or "", one))


async def test_every_shipped_template_is_installed_with_ones_own_keys(
    marketplace: Templates, owner_url: str, acme: Tenant
) -> None:
    official.load(owner_url)
    for row in (await listed(marketplace, acme)).items:
        keys = {
            f"{slot['service_name']}_{field['name']}": fitting(field)
            for slot in row.slots
            for field in slot["fields"]
        }
        made = await marketplace.install(acme.admin, row.id, name=str(uuid4()), credentials=keys)
        assert made.created_from_template == row.id
        with psycopg.connect(owner_url) as owner:
            owner.execute("delete from workspace_api_credentials")


async def test_audience_acuity_is_installed_with_its_one_key(
    marketplace: Templates, owner_url: str, acme: Tenant
) -> None:
    official.load(owner_url)
    found = await listed(marketplace, acme, q="Phone Number Enrichment")
    given = {"audienceacuity_api_key": "DEMOKEYID0000001demo-secret-not-real-0123456789a"}
    made = await marketplace.install(acme.admin, found.items[0].id, credentials=given)
    assert made.name == "Phone Number Enrichment (AudienceAcuity)"
    with pytest.raises(BadInput):
        await marketplace.install(acme.admin, found.items[0].id, credentials={"api_key": "x"})
