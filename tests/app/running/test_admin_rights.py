"""Who may do what behind the marketplace: every role in a workspace, every role of the service,
and each permission taken away."""

import re
from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from db.session import Actor
from tests.app.running.connectors import lookup

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
ROLES = ("viewer", "editor", "admin", "owner")
SAAS = (None, "developer", "admin", "owner")
PERMISSIONS = ("templates", "review", "feature", "canaries")


@dataclass(frozen=True)
class Ask:
    """A request, and the permission it takes; `owner`: nothing but that role of the service."""

    method: str
    path: str
    permission: str | None
    body: object = None


def asks(there: dict[str, str]) -> list[Ask]:
    official, waiting = there["official"], there["waiting"]
    admin = "/admin/connector-templates"
    return [
        Ask("GET", admin, None),
        Ask("GET", "/admin/featured-templates", None),
        Ask("GET", "/admin/canaries", None),
        Ask("POST", f"{admin}/{waiting}/rehearsal", None),
        Ask("POST", admin, "templates", {"name": "official", "config": {"steps": []}}),
        Ask("DELETE", f"{admin}/{uuid4()}", None),
        Ask("GET", "/admin/reported-reviews", "review"),
        Ask("POST", f"/admin/reported-reviews/{uuid4()}", "review", {"hide": True}),
        Ask("PATCH", f"{admin}/{official}", "templates", {"description": "Better"}),
        Ask("PATCH", f"{admin}/{official}", "templates", {"is_public": True}),
        Ask("PATCH", f"{admin}/{waiting}", "review", {"review_note": "Why?"}),
        Ask("PATCH", f"{admin}/{waiting}", "review", {"review_state": "pending"}),
        Ask("PUT", "/admin/featured-templates", "feature", {"template_ids": [official]}),
        Ask("PATCH", f"/admin/canaries/{official}", "canaries", {"watched": False}),
        Ask("PUT", "/admin/canaries/place", "canaries", {"workspace_id": None}),
        Ask("POST", f"/admin/canaries/{official}/accept", "canaries"),
        Ask("POST", f"/admin/canaries/{official}/run", "canaries"),
        Ask("GET", "/admin/users", "owner"),
        Ask("POST", "/admin/users", "owner", {"user_id": str(uuid4())}),
        Ask("PATCH", f"/admin/users/{uuid4()}", "owner", {"role": "admin"}),
        Ask("DELETE", f"/admin/users/{uuid4()}", "owner"),
    ]


@pytest.fixture
def there(owner_url, service, acme) -> dict[str, str]:
    """An official template, and one that waits for a review."""
    made = {}
    with psycopg.connect(owner_url) as owner:
        for name, official in (("official", True), ("waiting", False)):
            row = owner.execute(
                "insert into connector_templates (name, config, is_official, is_public,"
                " review_state, published_by) values (%s, %s, %s, %s, %s, %s) returning id",
                [name, Jsonb(lookup(service.url)["config"]), official, official,
                 "none" if official else "pending", acme.owner.user_id],
            )  # fmt: skip
            made[name] = str(row.fetchone()[0])
    return made


@pytest.fixture
def person(owner_url, acme, globex):
    """Somebody with this role in the workspace and this one of the service."""

    def make(place: str, role: str, saas: str | None, denied: str | None = None) -> Actor:
        user = uuid4()
        with psycopg.connect(owner_url) as owner:
            owner.execute(
                "insert into auth.users (id, email) values (%s, %s)", [user, f"{user}@x.test"]
            )
            owner.execute(
                "insert into workspace_members (workspace_id, user_id, role) values (%s, %s, %s)",
                [place, user, role],
            )
            if saas:
                owner.execute(
                    "insert into saas_admin_users (user_id, role, permissions) values (%s, %s, %s)",
                    [user, saas, Jsonb({denied: False} if denied else {})],
                )
        return Actor(UUID(str(user)), place, role)

    return make


async def allowed(client, ask: Ask) -> bool:
    answer = await client.request(ask.method, ask.path, json=ask.body)
    assert answer.status_code in (200, 201, 204, 403, 404, 409, 422), answer.text
    return answer.status_code != 403


async def test_every_admin_route_is_asked_here(api, there):
    document = (await api.get("/openapi.json")).json()
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "ID", path.removeprefix("/api/v1")))
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/v1/admin/")
    }
    assert known == {(one.method, ID.sub("ID", one.path)) for one in asks(there)}


async def test_a_role_in_a_workspace_opens_nothing_and_a_role_of_the_service_all(
    client_of, person, there
):
    wrong = []
    people = [
        *product(("acme",), ("viewer", "owner"), SAAS),
        *product(("acme",), ("editor", "admin"), (None,)),
        *product(("globex",), ROLES, (None,)),
    ]
    for place, role, saas in people:
        client = client_of(person(place, role, saas))
        for ask in asks(there):
            may = saas == "owner" if ask.permission == "owner" else saas is not None
            if await allowed(client, ask) != may:
                wrong.append((place, role, saas, ask.method, ask.path, ask.body))
    assert wrong == []


async def test_a_permission_that_was_taken_away_is_missed_there_and_nowhere_else(
    client_of, person, there
):
    wrong = []
    for denied, saas in product(PERMISSIONS, ("admin", "owner")):
        client = client_of(person("acme", "viewer", saas, denied))
        for ask in asks(there):
            if ask.permission == "owner":
                continue
            may = saas == "owner" or ask.permission != denied
            if await allowed(client, ask) != may:
                wrong.append((denied, saas, ask.method, ask.path, ask.body))
    assert wrong == []


async def test_the_database_says_the_same_whoever_asks_it(console, person, there, owner_url):
    """Past every check of ours: the policies are the lock."""
    hide = "update connector_templates set review_state = 'rejected' where name = 'waiting'"
    say = "update connector_templates set description = 'x' where name = 'official'"
    star = "update connector_templates set is_featured = true where name = 'official'"
    place = "update connector_templates set featured_place = 1 where name = 'official'"
    made = "insert into connector_templates (name, config, is_official) values ('n', '{}', true)"
    watch = "insert into template_canaries (template_id) select id from connector_templates"
    for denied, statement in (
        ("review", hide),
        ("templates", say),
        ("templates", made),
        ("feature", star),
        ("feature", place),
        ("canaries", watch),
    ):
        await _refused(console, person("acme", "owner", "admin", denied), statement)
        await _refused(console, person("acme", "owner", None), statement)
    with psycopg.connect(owner_url) as owner:
        changed = owner.execute(
            "select count(*) from connector_templates where is_featured or featured_place = 1"
            " or description = 'x' or review_state = 'rejected' or name = 'n'"
        )
        assert changed.fetchone() == (0,)
        assert owner.execute("select count(*) from template_canaries").fetchone() == (0,)


async def _refused(console, actor: Actor, statement: str) -> None:
    """An error, or no row that it could change."""
    try:
        async with console.database.connection_for(actor) as connection:
            await connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        pass


async def test_what_admins_do_is_in_the_log_with_them(api, client_of, person, there, owner_url):
    actor = person("acme", "viewer", "admin")
    client = client_of(actor)
    await client.put("/admin/featured-templates", json={"template_ids": [there["official"]]})
    judge = f"/admin/connector-templates/{there['waiting']}"
    await client.patch(judge, json={"review_state": "rejected", "review_note": "No."})
    await client.patch(f"/admin/canaries/{there['official']}", json={"watched": False})
    await client.delete(judge)
    with psycopg.connect(owner_url) as owner:
        rows = owner.execute(
            "select action, actor_id, workspace_id from audit_log where workspace_id is null"
            " order by id"
        ).fetchall()
    actions = ["template.featured", "template.judged", "canaries.changed", "template.removed"]
    assert [row[0] for row in rows] == actions
    assert {row[1:] for row in rows} == {(actor.user_id, None)}


async def test_the_marketplace_shows_the_featured_in_the_order_of_the_admins(
    api, client_of, person, there, owner_url
):
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set is_public = true, review_state = 'approved'")
    client = client_of(person("acme", "viewer", "admin"))

    async def order() -> list[str]:
        query = "/connector-templates?featured=true&sort=featured"
        return [one["id"] for one in (await api.get(query)).json()["items"]]

    for ids in ([there["waiting"], there["official"]], [there["official"], there["waiting"]]):
        answer = await client.put("/admin/featured-templates", json={"template_ids": ids})
        assert [one["id"] for one in answer.json()] == ids
        assert await order() == ids
    await client.put("/admin/featured-templates", json={"template_ids": ids[:1]})
    assert await order() == ids[:1]
    nobody = await client.put("/admin/featured-templates", json={"template_ids": [str(uuid4())]})
    assert nobody.status_code == 422
    assert await order() == ids[:1]


async def test_a_reported_review_is_decided_by_whoever_reviews(
    api, theirs, client_of, person, there
):
    """Hidden it is gone for everybody, kept it stays; the stars count either way."""
    reviewer = client_of(person("globex", "viewer", "developer"))
    template = f"/connector-templates/{there['official']}"
    assert (await api.post(f"{template}/install", json={})).status_code == 201
    rated = await api.post(f"{template}/rating", json={"rating": 1, "text": "Buy my pills."})
    assert rated.status_code == 200, rated.text

    async def reviews() -> list[dict]:
        return (await theirs.get(f"{template}/reviews")).json()["items"]

    async def reported() -> list[dict]:
        return (await reviewer.get("/admin/reported-reviews")).json()

    (one,) = await reviews()
    report = f"{template}/reviews/{one['id']}/report"
    assert (await theirs.post(report, json={"reason": "Advertising"})).status_code == 204
    (told,) = await reported()
    assert (told["text"], told["reasons"]) == ("Buy my pills.", ["Advertising"])
    settle = f"/admin/reported-reviews/{one['id']}"
    assert (await reviewer.post(settle, json={"hide": False})).status_code == 204
    assert (await reported(), len(await reviews())) == ([], 1)
    assert (await reviewer.post(settle, json={"hide": True})).status_code == 204
    assert await reviews() == []
    assert (await theirs.get(template)).json()["rating_count"] == 1
