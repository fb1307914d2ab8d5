"""The marketplace: who sees a template, who may publish one, who gives it rank."""

from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from db.session import Actor, Database
from tests.databases import Tenant
from tests.db.asking import add_connector, ask, changed, one, refused

PUBLISH = (
    "insert into connector_templates (workspace_id, name, config, is_official, is_featured,"
    " is_public, published_by) values (%s, %s, '{\"steps\": []}', %s, %s, %s, %s) returning id"
)
NAMES = "select name from connector_templates order by name"


@pytest.fixture
def admin(owner_url: str, acme: Tenant) -> Actor:
    """Made the way the operator makes the first one."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'owner')",
            [acme.viewer.user_id],
        )
    return Actor(acme.viewer.user_id)


async def publish(
    database: Database,
    who: Actor,
    name: str,
    workspace_id: str | None = None,
    *,
    official: bool = False,
    featured: bool = False,
    public: bool = True,
) -> UUID:
    values = (workspace_id, name, official, featured, public, who.user_id)
    made = await one(database, who, PUBLISH, *values)
    assert isinstance(made, UUID)
    return made


async def test_an_admin_makes_an_official_template_and_everyone_sees_it(
    database: Database, admin: Actor, globex: Tenant
) -> None:
    await publish(database, admin, "Hunter", official=True, featured=True)
    for who in (globex.viewer, Actor(uuid4())):
        assert await ask(database, who, NAMES) == [("Hunter",)]
    marketplace = (
        "select name from connector_templates where is_official and is_featured and is_public"
    )
    assert await ask(database, globex.viewer, marketplace) == [("Hunter",)]


async def test_a_regular_user_cannot_make_an_official_template(
    database: Database, admin: Actor, acme: Tenant
) -> None:
    for rank in ({"official": True}, {"featured": True}):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await publish(database, acme.owner, "Mine", **rank)


async def test_the_community_template_of_an_author_is_theirs_to_change_but_not_to_promote(
    database: Database, admin: Actor, acme: Tenant, globex: Tenant
) -> None:
    made = await publish(database, acme.owner, "Mine")
    rename = "update connector_templates set name = 'Better' where id = %s"
    assert await changed(database, globex.owner, rename, made) == 0
    assert await changed(database, acme.owner, rename, made) == 1
    for rank in ("is_official", "is_featured"):
        promote = f"update connector_templates set {rank} = true where id = %s"
        await refused(database, acme.owner, promote, made)
    feature = "update connector_templates set is_featured = true where id = %s"
    assert await changed(database, admin, feature, made) == 1
    # Featured or not, its author goes on mending it.
    assert await changed(database, acme.owner, rename, made) == 1
    assert await changed(database, globex.owner, "delete from connector_templates") == 0


async def test_official_templates_are_the_admins_alone(
    database: Database, admin: Actor, acme: Tenant
) -> None:
    await publish(database, admin, "Hunter", official=True)
    for change in ("update connector_templates set name = 'X'", "delete from connector_templates"):
        assert await changed(database, acme.owner, change) == 0
        assert await changed(database, admin, change) == 1


async def test_a_private_template_and_its_name_stay_in_the_workspace(
    database: Database, admin: Actor, acme: Tenant, globex: Tenant
) -> None:
    await publish(database, acme.editor, "Secret plan", "acme", public=False)
    assert await ask(database, acme.viewer, NAMES) == [("Secret plan",)]
    for who in (globex.owner, admin):
        hidden = Actor(who.user_id, "globex")
        assert await ask(database, hidden, NAMES) == []
    # The name is free elsewhere, so that nobody can learn it by trying.
    await publish(database, globex.editor, "Secret plan", "globex", public=False)
    await publish(database, globex.owner, "Secret plan")
    with pytest.raises(psycopg.errors.UniqueViolation):
        await publish(database, acme.owner, "Secret plan")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await publish(database, globex.editor, "Intruder", "acme", public=False)


async def test_installing_a_template_makes_a_connector_in_ones_own_workspace(
    database: Database, admin: Actor, globex: Tenant
) -> None:
    template = await publish(database, admin, "Hunter", official=True)
    install = (
        "insert into connectors (workspace_id, name, config, created_from_template)"
        " select 'globex', t.name, t.config, t.id from connector_templates t where t.id = %s"
        " returning workspace_id"
    )
    await ask(
        database,
        globex.admin,
        "insert into workspace_api_credentials (workspace_id, service_name, credentials)"
        " values ('globex', 'hunter', %s)",
        Jsonb({"api_key": "sealed"}),
    )
    assert await one(database, globex.editor, install, template) == "globex"


async def test_a_connector_cannot_name_a_template_its_author_cannot_see(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    hidden = await publish(database, acme.editor, "Secret plan", "acme", public=False)
    for guess in (hidden, uuid4()):
        await refused(
            database,
            globex.editor,
            "insert into connectors (workspace_id, name, config, created_from_template)"
            " values ('globex', 'Probe', '{}', %s)",
            guess,
        )


async def test_a_withdrawn_template_does_not_stop_its_connectors_from_being_changed(
    database: Database, admin: Actor, globex: Tenant
) -> None:
    template = await publish(database, admin, "Hunter", official=True)
    connector = await add_connector(database, globex.editor, "globex")
    await ask(
        database,
        globex.editor,
        "insert into connectors (workspace_id, name, config, created_from_template)"
        " values ('globex', 'Installed', '{}', %s)",
        template,
    )
    await changed(database, admin, "update connector_templates set is_public = false")
    assert connector
    rename = "update connectors set name = 'Still mine' where created_from_template = %s"
    assert await changed(database, globex.editor, rename, template) == 1


async def test_admins_know_each_other_and_only_owners_manage_them(
    database: Database, admin: Actor, acme: Tenant, globex: Tenant
) -> None:
    add = "insert into saas_admin_users (user_id, role) values (%s, %s)"
    developer = Actor(globex.viewer.user_id)
    assert await changed(database, admin, add, developer.user_id, "developer") == 1
    assert await one(database, developer, "select count(*) from saas_admin_users") == 2
    assert await one(database, acme.owner, "select count(*) from saas_admin_users") == 0
    await refused(database, developer, add, globex.owner.user_id, "owner")
    promote = "update saas_admin_users set role = 'owner' where user_id = %s"
    assert await changed(database, developer, promote, developer.user_id) == 0
    names = [row[2] for row in await ask(database, developer, "select * from app.admins()")]
    assert names == ["viewer@acme.test", "viewer@globex.test"]
    assert await ask(database, acme.owner, "select * from app.admins()") == []
    find = "select app.user_by_email('Owner@Globex.test')"
    assert await one(database, admin, find) == globex.owner.user_id
    assert await one(database, developer, find) is None


async def test_the_last_saas_owner_stays(database: Database, admin: Actor, acme: Tenant) -> None:
    for change in (
        "delete from saas_admin_users",
        "update saas_admin_users set role = 'developer'",
    ):
        await refused(database, admin, change, code="23514")


async def test_a_signed_out_visitor_sees_public_templates_and_nothing_else(
    database: Database, console_url: str, admin: Actor, acme: Tenant
) -> None:
    await publish(database, admin, "Hunter", official=True)
    await publish(database, acme.editor, "Secret plan", "acme", public=False)
    with psycopg.connect(console_url) as visitor:
        visitor.execute("set role anon")
        assert visitor.execute(NAMES.encode()).fetchall() == [("Hunter",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            visitor.execute("select from contacts")
