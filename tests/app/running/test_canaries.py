"""The nightly watch: a service that answers in another shape is noticed once, and told."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.services import testing
from app.services.canaries import Canaries
from app.services.problems import BadInput, Conflict, NotAllowed, NotFound
from db.session import Actor

KEY = "demo-key-not-real-8271"
GOOD = {"data": {"name": "Ada Lovelace", "age": 36, "mails": [{"value": "ada@example.com"}]}}
STEP = {
    "id": "find",
    "kind": "http",
    "credential": "people",
    "request": {"method": "GET", "url": "URL/say", "query": {"email": "{{ contact.email }}"}},
    "extract": {"name": "$.data.name"},
    "cache": {"ttl_s": 86400},
}


@dataclass
class Night:
    """A time that goes on when a test says so."""

    at: datetime = datetime(2030, 1, 1, 12, tzinfo=UTC)

    def next(self) -> None:
        self.at += timedelta(days=1)


@dataclass
class Told:
    """The alerts' own door."""

    alerts: list[tuple[str, ...]] = field(default_factory=list)

    async def raise_(self, *said: str) -> None:
        self.alerts.append(said)


@pytest.fixture
def admin(owner_url, acme) -> Actor:
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'owner')",
            [acme.editor.user_id],
        )
    return acme.editor


@pytest.fixture
def template(owner_url, service) -> str:
    return add_template(owner_url, service, "Find people")


def add_template(owner_url, service, name, method="GET"):
    step = STEP | {"request": STEP["request"] | {"url": f"{service.url}/say", "method": method}}
    row = {
        "name": name,
        "config": Jsonb({"version": 1, "steps": [step]}),
        "field_mappings": Jsonb(
            [{"field": "first_name", "value": "{{ steps.find.name }}", "write": "if_empty"}]
        ),
        "slots": Jsonb(
            [
                {
                    "service_name": "people",
                    "title": "People Finder",
                    "auth": {"type": "header", "name": "X-Api-Key"},
                    "fields": [{"name": "api_key", "title": "API key"}],
                    "allowed_hosts": [service.host],
                }
            ]
        ),
        "example_contact": Jsonb({"email": "ada@example.com"}),
        "example_responses": Jsonb({"find": {"status": 200, "body": GOOD}}),
        "is_official": True,
        "is_public": True,
    }
    columns, values = ", ".join(row), ", ".join(f"%({column})s" for column in row)
    with psycopg.connect(owner_url) as owner:
        statement = f"insert into connector_templates ({columns}) values ({values}) returning id"
        return owner.execute(statement, row).fetchone()[0]


@pytest.fixture
async def key(api, service) -> None:
    body = {
        "service_name": "people",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "credentials": {"api_key": KEY},
        "allowed_hosts": [service.host],
    }
    assert (await api.post("/workspace/credentials", json=body)).status_code == 201


@pytest.fixture
def night() -> Night:
    return Night()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def canaries(console, service, night, told, admin) -> Canaries:
    """As the console's own, at another time, and with alerts one can read."""
    services = console.services
    doors = replace(services.testing.doors, cache=None)
    asking = testing.Testing(
        console.database, services.connectors, services.credentials.opened, doors
    )
    service.says = GOOD
    made = Canaries(console.database, services.admins, asking, told, now=lambda: night.at)
    await made.choose(admin, "acme", 3)
    return made


async def state(canaries, admin, template):
    rows = await canaries.listed(admin)
    return next(one for one in rows if one.template.id == template).canary


async def test_a_service_that_changes_its_answer_is_noticed_once_and_told(
    canaries, admin, template, key, service, night, told, owner_url
):
    await canaries.look()
    now = await state(canaries, admin, template)
    assert (now.state, now.differences) == ("same", [])
    service.says = {"data": {"full_name": "Ada", "age": "36", "mails": [{"value": "a@b.c"}]}}
    await canaries.look()
    assert (await state(canaries, admin, template)).state == "same"  # once a night is enough
    assert len(service.calls("/say")) == 1
    night.next()
    await canaries.look()
    now = await state(canaries, admin, template)
    assert now.state == "changed"
    found = {(one["kind"], one["path"], one["read"]) for one in now.differences}
    assert found >= {("gone", "$.data.name", True), ("type", "$.data.age", False)}
    assert "$.data.name is gone" in now.message
    night.next()
    await canaries.look()
    (alert,) = told.alerts
    assert alert[:3] == ("acme", "canary_changed", str(template))
    with psycopg.connect(owner_url) as owner:
        question = "select count(*) from audit_log where action = 'template.answer_changed'"
        assert owner.execute(question).fetchone() == (1,)
        question = "select seen::text || differences::text from template_canaries"
        (kept,) = owner.execute(question).fetchone()
        assert not [word for word in ("Ada", "a@b.c", "36") if word in kept]


async def test_what_an_admin_accepts_is_how_it_is_from_now_on(
    canaries, admin, template, key, service, night, told
):
    service.says = {"data": {"name": "Ada", "age": "36", "mails": []}}
    await canaries.look()
    assert (await state(canaries, admin, template)).state == "changed"
    await canaries.accept(admin, template)
    night.next()
    await canaries.look()
    assert (await state(canaries, admin, template)).state == "same"
    with pytest.raises(Conflict):
        await canaries.accept(admin, template)


async def test_a_template_without_a_key_is_passed_over(canaries, admin, template, service):
    await canaries.look()
    now = await state(canaries, admin, template)
    assert (now.state, now.message) == ("skipped", "There is no key for People Finder.")
    assert service.calls("/say") == []


async def test_what_writes_to_a_service_is_not_tried_before_an_admin_said_so(
    canaries, admin, owner_url, key, service, night
):
    writing = add_template(owner_url, service, "Write people", "POST")
    await canaries.look()
    assert service.calls("/say") == []
    await canaries.change(admin, writing, {"watched": True, "contact": {"email": "x@y.example"}})
    night.next()
    await canaries.look()
    (call,) = service.calls("/say")
    assert call.query["email"] == "x@y.example"
    with pytest.raises(BadInput):
        await canaries.change(admin, writing, {"contact": {"shoe_size": 44}})


async def test_a_failed_practice_run_says_so_and_changes_no_shape(
    canaries, admin, template, service, api, key, owner_url
):
    with psycopg.connect(owner_url) as owner:
        bad = Jsonb({"version": 1, "steps": [STEP | {"request": {
            "method": "GET", "url": f"{service.url}/bad/403?times=always"}}]})  # fmt: skip
        owner.execute("update connector_templates set config = %s", [bad])
    await canaries.look()
    now = await state(canaries, admin, template)
    assert now.state == "failed"
    assert "403" in now.message or "refus" in now.message.lower()


async def test_workers_at_once_try_each_template_once(canaries, template, key, service, console):
    await asyncio.gather(*(canaries.look() for _ in range(4)))
    assert len(service.calls("/say")) == 1


async def test_it_ends_with_the_post_of_whoever_chose_the_place(
    canaries, admin, template, key, service, owner_url, night
):
    with psycopg.connect(owner_url) as owner:
        owner.execute("update workspace_members set role = 'viewer' where user_id = %s",
                      [admin.user_id])  # fmt: skip
    await canaries.look()
    assert service.calls("/say") == []
    with pytest.raises(Conflict):
        await canaries.run_now(admin, template)


async def test_the_first_night_is_waited_for(canaries, admin, template, key, service, night):
    night.at = datetime.now(UTC)
    await canaries.look()
    assert service.calls("/say") == []
    now = await canaries.run_now(admin, template)
    assert now.state == "same"


async def test_only_admins_with_the_permission_choose_and_only_their_own_place(
    canaries, acme, globex, admin, template, owner_url
):
    for do in (canaries.listed, canaries.settings):
        with pytest.raises(NotAllowed):
            await do(acme.owner)
    with pytest.raises(NotAllowed):
        await canaries.choose(acme.owner, "acme", 3)
    with pytest.raises(NotAllowed):
        await canaries.choose(admin, "globex", 3)
    with pytest.raises(NotFound):
        await canaries.change(admin, globex.owner.user_id, {"watched": True})
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role, permissions)"
            " values (%s, 'admin', '{\"canaries\": false}')",
            [acme.admin.user_id],
        )
    assert await canaries.listed(acme.admin)
    for change in (
        canaries.choose(acme.admin, "acme", 3),
        canaries.change(acme.admin, template, {"watched": False}),
        canaries.run_now(acme.admin, template),
        canaries.accept(acme.admin, template),
    ):
        with pytest.raises(NotAllowed):
            await change
