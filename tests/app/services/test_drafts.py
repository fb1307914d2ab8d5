"""A draft is kept at each change, belongs to its workspace, and can become a version."""

import pytest

from app.services.connectors import Connectors, Wanted
from app.services.drafts import Drafts, Opened, is_unpublished
from app.services.problems import Conflict, NotAllowed, NotFound
from db.session import Database
from engine.errors import BadDefinition
from tests.databases import Tenant

CONFIG = {"steps": [{"id": "hello", "kind": "set", "values": {"word": "hi"}}]}
BROKEN = {"id": "call", "kind": "http", "request": {"method": "GET", "url": "{{ nobody.knows }}"}}


@pytest.fixture
def published(database: Database) -> Connectors:
    return Connectors(database)


@pytest.fixture
def drafts(database: Database, published: Connectors) -> Drafts:
    return Drafts(database, published)


@pytest.fixture
async def opened(drafts: Drafts, published: Connectors, acme: Tenant) -> Opened:
    connector = await published.create(acme.editor, Wanted(name="Greeter", config=CONFIG))
    return await drafts.open(acme.editor, connector.id)


async def test_without_a_draft_the_published_version_is_opened(opened: Opened) -> None:
    assert opened.document["name"] == "Greeter"
    assert opened.document["steps"] == CONFIG["steps"]
    assert opened.revision == 0


async def test_what_was_saved_is_there_again_however_unfinished(
    drafts: Drafts, opened: Opened, acme: Tenant
) -> None:
    unfinished = {**opened.document, "steps": [BROKEN]}
    saved = await drafts.save(
        acme.editor, opened.connector.id, unfinished, revision=0, base_version=1
    )
    again = await drafts.open(acme.viewer, opened.connector.id)
    assert again.document["steps"] == [BROKEN]
    assert again.revision == saved.revision == 1


async def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    drafts: Drafts, opened: Opened, acme: Tenant
) -> None:
    for who, name in ((acme.editor, "Mine"), (acme.admin, "Theirs")):
        document = {**opened.document, "name": name}
        if name == "Mine":
            await drafts.save(who, opened.connector.id, document, revision=0, base_version=1)
            continue
        with pytest.raises(Conflict):
            await drafts.save(who, opened.connector.id, document, revision=0, base_version=1)
    assert (await drafts.open(acme.editor, opened.connector.id)).document["name"] == "Mine"


async def test_publishing_makes_a_version_and_ends_the_draft(
    drafts: Drafts, opened: Opened, acme: Tenant
) -> None:
    document = {**opened.document, "name": "Greeter two"}
    await drafts.save(acme.editor, opened.connector.id, document, revision=0, base_version=1)
    connector = await drafts.publish(acme.editor, opened.connector.id, document, base_version=1)
    assert (connector.version, connector.name) == (2, "Greeter two")
    assert (await drafts.open(acme.editor, opened.connector.id)).revision == 0


async def test_what_cannot_run_is_not_published_and_stays_a_draft(
    drafts: Drafts, opened: Opened, acme: Tenant
) -> None:
    document = {**opened.document, "steps": [BROKEN]}
    await drafts.save(acme.editor, opened.connector.id, document, revision=0, base_version=1)
    with pytest.raises(BadDefinition):
        await drafts.publish(acme.editor, opened.connector.id, document, base_version=1)
    assert (await drafts.open(acme.editor, opened.connector.id)).revision == 1


async def test_the_last_good_and_the_last_bad_answer_are_both_kept(
    drafts: Drafts, opened: Opened, acme: Tenant
) -> None:
    for status, print_ in (("success", "a"), ("failed", "b"), ("failed", "c")):
        entry = {"id": "hello", "status": status}
        await drafts.remember(acme.editor, opened.connector.id, {"hello": (print_, entry)})
    tests = (await drafts.open(acme.editor, opened.connector.id)).tests
    assert [(one.good, one.fingerprint) for one in tests] == [(True, "a"), (False, "c")]


async def test_viewers_look_on_and_strangers_see_nothing(
    drafts: Drafts, opened: Opened, acme: Tenant, globex: Tenant
) -> None:
    with pytest.raises(NotAllowed):
        await drafts.save(
            acme.viewer, opened.connector.id, opened.document, revision=0, base_version=1
        )
    with pytest.raises(NotFound):
        await drafts.open(globex.owner, opened.connector.id)
    with pytest.raises(NotFound):
        await drafts.save(
            globex.owner, opened.connector.id, opened.document, revision=0, base_version=1
        )


async def test_a_new_connector_is_a_draft_until_its_first_publishing_switches_it_on(
    drafts: Drafts, published: Connectors, acme: Tenant
) -> None:
    steps = [{"id": "hello", "name": "Hello", "kind": "set", "values": {"word": "hi"}}]
    document = {"name": "Greeter", "steps": steps}
    begun = await drafts.begin(acme.editor, document)
    assert not begun.enabled
    assert is_unpublished(begun)
    renamed = {**document, "name": "Greets people"}
    await drafts.save(acme.editor, begun.id, renamed, revision=1, base_version=1)
    assert (await published.get(acme.viewer, begun.id)).name == "Greets people"
    connector = await drafts.publish(acme.editor, begun.id, renamed, base_version=1)
    assert connector.enabled
    assert not is_unpublished(connector)


async def test_publishing_leaves_a_connector_off_that_was_switched_off(
    drafts: Drafts, published: Connectors, opened: Opened, acme: Tenant
) -> None:
    connector = await published.switch(acme.editor, opened.connector.id, on=False)
    assert connector.version == opened.connector.version
    document = {**opened.document, "name": "Still off"}
    connector = await drafts.publish(acme.editor, connector.id, document, base_version=1)
    assert not connector.enabled


async def test_a_draft_that_was_discarded_before_its_first_publishing_is_empty(
    drafts: Drafts, acme: Tenant
) -> None:
    begun = await drafts.begin(acme.editor, {"name": "Greeter", "steps": [BROKEN]})
    await drafts.discard(acme.editor, begun.id)
    assert (await drafts.open(acme.editor, begun.id)).document["steps"] == []


async def test_a_viewer_begins_and_switches_nothing(
    drafts: Drafts, published: Connectors, opened: Opened, acme: Tenant
) -> None:
    with pytest.raises(NotAllowed):
        await drafts.begin(acme.viewer, {"name": "Mine"})
    with pytest.raises(NotAllowed):
        await published.switch(acme.viewer, opened.connector.id, on=False)
    with pytest.raises(NotFound):
        await published.switch(acme.editor, acme.owner.user_id, on=False)
