"""One credential takes over from another in every connector, or in none."""

import asyncio
from datetime import UTC, datetime
from random import Random
from time import monotonic

import pytest

from app.services.connectors import Connectors, Wanted
from app.services.credential_test import CredentialTest
from app.services.credentials import Credentials, Given
from app.services.drafts import Drafts
from app.services.moving import Moving
from app.services.problems import BadInput, NotAllowed, NotFound
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from engine.run.doors import Doors
from tests.db.queue import sql
from tests.providers.fixture import _running_service, service
from tests.providers.service import KEY

__all__ = ["_running_service", "service"]

BODY = {"json": {"credential": "old"}}


def step(name: str, credential: str | None = "old") -> dict:
    request = {"method": "POST", "url": "https://api.test/x", "body": BODY}
    return {"id": name, "kind": "http", "credential": credential, "request": request}


@pytest.fixture
def kept(database, safe) -> Credentials:
    return Credentials(database, safe)


@pytest.fixture
def connectors(database) -> Connectors:
    return Connectors(database)


@pytest.fixture
def moving(database, kept, connectors) -> Moving:
    return Moving(database, kept, connectors)


async def a_credential(kept, actor, name, hosts=("api.test",)):
    given = Given(name, {"type": "bearer"}, {"key": f"key-of-{name}"}, {}, list(hosts))
    return (await kept.add(actor, given)).id


@pytest.fixture
async def both(kept, acme):
    return await a_credential(kept, acme.owner, "old"), await a_credential(kept, acme.owner, "new")


async def test_every_step_at_whatever_depth_takes_the_new_one(
    kept, connectors, moving, both, acme, database
):
    loop = {"id": "loop", "kind": "for_each", "items": "{{ input.some }}", "as": "one",
            "steps": [step("inner")]}  # fmt: skip
    uses = await connectors.create(acme.editor, Wanted("Uses", {"steps": [step("a"), loop]}))
    other = await connectors.create(acme.editor, Wanted("Other", {"steps": [step("a", None)]}))
    drafts = Drafts(database, connectors)
    opened = await drafts.open(acme.editor, uses.id)
    await drafts.save(acme.editor, uses.id, opened.document, revision=0, base_version=1)
    assert (await kept.use(acme.viewer)) == {"old": 1}
    assert await moving.move(acme.admin, *both) == 1
    moved = await connectors.get(acme.viewer, uses.id)
    first, inner = moved.config["steps"][0], moved.config["steps"][1]["steps"][0]
    assert (first["credential"], inner["credential"], moved.version) == ("new", "new", 2)
    assert first["request"]["body"] == BODY
    assert (await connectors.get(acme.viewer, other.id)).version == 1
    again = await drafts.open(acme.editor, uses.id)
    assert again.document["steps"][0]["credential"] == "new"
    assert (again.base_version, again.revision) == (2, 2)
    assert (await kept.use(acme.viewer)) == {"new": 1}


async def test_a_credential_that_does_not_go_to_those_hosts_takes_over_nothing(
    kept, connectors, moving, acme
):
    old = await a_credential(kept, acme.owner, "old", ["api.x.test", "*.eu.x.test"])
    new = await a_credential(kept, acme.owner, "new", ["*.x.test"])
    uses = await connectors.create(acme.editor, Wanted("Uses", {"steps": [step("a")]}))
    with pytest.raises(BadInput, match=r"does not go to \*.eu.x.test"):
        await moving.move(acme.owner, old, new)
    with pytest.raises(BadInput, match="another credential"):
        await moving.move(acme.owner, old, old)
    assert (await connectors.get(acme.viewer, uses.id)).version == 1


async def test_moving_is_for_admins_of_that_workspace(moving, both, acme, globex):
    with pytest.raises(NotAllowed):
        await moving.move(acme.editor, *both)
    with pytest.raises(NotFound):
        await moving.move(globex.owner, *both)


async def test_a_key_is_tried_before_it_is_kept(kept, service, acme, owner_url):
    egress = Egress(Policy.from_settings(service.host))
    doors = Doors(
        egress=egress,
        now=lambda: datetime.now(UTC),
        sleep=asyncio.sleep,
        monotonic=monotonic,
        random=Random(7).random,
    )
    proves = CredentialTest(kept, doors)
    given = Given(
        "demo",
        {"type": "header", "name": "X-Api-Key"},
        {"api_key": "wrong-not-real"},
        {},
        [service.host],
        test={"method": "GET", "url": f"{service.url}/locked/header"},
    )
    proof = await proves.try_out(acme.admin, given)
    assert proof is not None
    assert (proof.works, sql(owner_url, "select count(*) from workspace_api_credentials")) == (
        False, [(0,)],
    )  # fmt: skip
    row = await kept.add(acme.admin, given)
    right = Given("demo", given.auth, {"api_key": KEY}, {}, given.allowed_hosts, test=given.test)
    assert (await proves.try_out(acme.admin, right, row.id)).works
    same = Given("demo", given.auth, {}, {}, given.allowed_hosts, test=given.test)
    assert not (await proves.try_out(acme.admin, same, row.id)).works
    with pytest.raises(NotAllowed):
        await proves.try_out(acme.editor, right)
    with pytest.raises(BadInput):
        await proves.try_out(acme.admin, Given("demo", given.auth, {}, {}, ["a.test"]))
    await egress.close()
