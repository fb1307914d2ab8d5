"""/api/v1/connector-templates and /admin/connector-templates: shared without a secret, reviewed,
rated, and counted right however many do so at once."""

import asyncio
import base64
import copy
from collections import Counter

import psycopg
import pytest

from db.session import Actor
from tests.app.running.connectors import lookup
from tests.app.running.test_credential_kinds import CLIENT_FIELDS, add, calling, oauth, try_out

KEY = "demo-key-not-real-8271"


@pytest.fixture
def whole(service) -> dict:
    """A template that takes a key."""
    made = lookup(service.url)
    step = made["config"]["steps"][0]
    step["credential"] = "people"
    step["request"]["url"] = f"{service.url}/locked/header"
    slot = {
        "service_name": "people",
        "title": "People Finder",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "fields": [{"name": "api_key", "title": "API key", "example": "abc"}],
        "allowed_hosts": [service.host],
    }
    return {**made, "name": "Find people", "slots": [slot]}


@pytest.fixture
async def key(api, service) -> None:
    """What acme keeps secret."""
    body = {
        "service_name": "people",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "credentials": {"api_key": KEY},
        "settings": {"region": "eu"},
        "allowed_hosts": [service.host],
    }
    assert (await api.post("/workspace/credentials", json=body)).status_code == 201


@pytest.fixture
def admin(owner_url, acme, client_of):
    """A SaaS admin, made as the operator makes the first one; in acme only a viewer."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'owner')",
            [acme.viewer.user_id],
        )
    return client_of(acme.viewer)


async def names(client) -> set[str]:
    items = (await client.get("/connector-templates?limit=200")).json()["items"]
    return {one["name"] for one in items}


async def test_a_private_template_is_the_workspaces_own_and_can_be_installed(
    api, theirs, whole, client_of, acme
):
    answer = await client_of(acme.editor).post("/connector-templates", json=whole)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["workspace_id"], made["is_public"], made["review_state"]) == (
        "acme",
        False,
        "none",
    )
    assert "Find people" in await names(api)
    assert "Find people" not in await names(theirs)
    address = f"/connector-templates/{made['id']}"
    assert (await theirs.get(address)).status_code == 404
    assert (await theirs.patch(address, json={"name": "Mine"})).status_code == 404
    assert (await theirs.delete(address)).status_code == 404
    assert (await theirs.post(f"{address}/rating", json={"rating": 1})).status_code == 404
    body = {"credentials": {"people": {"api_key": KEY}}}
    assert (await api.post(f"{address}/install", json=body)).status_code == 201


@pytest.mark.parametrize(
    ("role", "said", "review_state"),
    [
        ("owner", {}, "pending"),
        ("admin", {}, "pending"),
        ("editor", {}, "none"),
        ("owner", {"visibility": "private"}, "none"),
        ("owner", {"is_public": False}, "none"),
    ],
)
async def test_without_a_word_it_goes_to_the_community_where_the_role_may(
    client_of, acme, whole, role, said, review_state
):
    client = client_of(getattr(acme, role))
    made = await client.post("/connector-templates", json={**whole, **said})
    assert (made.status_code, made.json()["review_state"]) == (201, review_state)


async def test_a_community_template_is_seen_once_an_admin_approved_it(api, theirs, whole, admin):
    body = {**whole, "visibility": "community"}
    made = (await api.post("/connector-templates", json=body)).json()
    assert (made["workspace_id"], made["review_state"]) == (None, "pending")
    assert "Find people" not in await names(theirs)
    queue = await admin.get("/admin/connector-templates?review_state=pending")
    assert [one["id"] for one in queue.json()["items"]] == [made["id"]]
    judge = f"/admin/connector-templates/{made['id']}"
    approved = await admin.patch(judge, json={"review_state": "approved", "is_featured": True})
    assert (approved.status_code, approved.json()["is_public"]) == (200, True)
    assert "Find people" in await names(theirs)
    # A changed one is another one: it is looked at again before others see it.
    address = f"/connector-templates/{made['id']}"
    changed = (await api.patch(address, json={"description": "Better"})).json()
    assert (changed["is_public"], changed["review_state"]) == (False, "pending")
    assert "Find people" not in await names(theirs)
    note = {"review_state": "rejected", "review_note": "It says nothing."}
    await admin.patch(judge, json=note)
    mine = (await api.get("/connector-templates?limit=200")).json()["items"]
    assert [one["is_public"] for one in mine if one["id"] == made["id"]] == [False]
    assert (await api.delete(address)).status_code == 204


async def test_nobody_but_an_admin_gives_rank(api, theirs, whole, client_of, acme, admin):
    made = (await api.post("/connector-templates", json={**whole, "is_public": True})).json()
    assert made["is_public"] is False
    official = {**whole, "name": "Official"}
    refused = await api.post("/admin/connector-templates", json=official)
    assert (refused.status_code, "SaaS admins" in refused.json()["detail"]) == (403, True)
    address = f"/admin/connector-templates/{made['id']}"
    for rank in ({"is_public": True}, {"is_official": True}, {"review_state": "approved"}):
        assert (await api.patch(address, json=rank)).status_code == 403
        own = f"/connector-templates/{made['id']}"
        assert (await api.patch(own, json=rank)).status_code == 422
    assert (await api.delete(address)).status_code == 403
    assert (await api.get("/admin/connector-templates")).status_code == 403
    editor = client_of(acme.editor)
    body = {**whole, "name": "Editor's", "visibility": "community"}
    assert (await editor.post("/connector-templates", json=body)).status_code == 403
    assert (await admin.post("/connector-templates", json=whole)).status_code == 403  # a viewer


async def test_an_admin_makes_official_ones_for_everyone(api, theirs, admin, whole):
    rank = {"is_official": True, "is_featured": True, "is_public": True}
    answer = await admin.post("/admin/connector-templates", json={**whole, **rank})
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in rank} == rank
    listed = await theirs.get("/connector-templates?official=true&featured=true")
    assert "Find people" in [one["name"] for one in listed.json()["items"]]
    address = f"/connector-templates/{made['id']}"
    assert (await api.patch(address, json={"name": "Mine"})).status_code == 403
    assert (await api.delete(address)).status_code == 403
    again = await admin.post("/admin/connector-templates", json=whole)
    assert again.status_code == 409
    judge = f"/admin/connector-templates/{made['id']}"
    short = {"featured": False, "public": False}  # as the lists call them
    (changed := await admin.patch(judge, json=short)).raise_for_status()
    assert (changed.json()["is_featured"], changed.json()["is_public"]) == (False, False)
    assert "Find people" not in await names(theirs)
    assert (await admin.delete(judge)).status_code == 204


async def test_a_connector_is_shared_in_one_go_without_what_is_in_its_credential(
    api, key, whole, service
):
    parts = {name: whole[name] for name in ("name", "config", "field_mappings")}
    connector = (await api.post("/connectors", json=parts)).json()["id"]
    body = {"connector_id": connector, "name": "Shared"}
    answer = await api.post("/connector-templates", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["config"] == parts["config"]
    (slot,) = made["slots"]
    assert slot["allowed_hosts"] == [service.host]
    fields = [(field["name"], field.get("secret", True)) for field in slot["fields"]]
    assert fields == [("api_key", True), ("region", False)]
    assert KEY not in answer.text
    assert "eu" not in [*slot["fields"][1].values()]


def plant(whole: dict, path: str, value: object) -> dict:
    """The template with something at that place."""
    broken = copy.deepcopy(whole)
    here = broken
    *way, last = path.split(".")
    for part in way:
        here = here[int(part)] if part.isdigit() else here.setdefault(part, {})
    here[int(last) if last.isdigit() else last] = value
    return broken


STEP = "config.steps.0.request"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (f"{STEP}.headers.Authorization", "Bearer abc", "headers.Authorization"),
        (f"{STEP}.headers.X-Api-Key", "12345", "headers.X-Api-Key"),
        (f"{STEP}.headers.x-functions-key", "12345", "headers.x-functions-key"),
        (f"{STEP}.headers.Cookie", "sid=1", "headers.Cookie"),
        (f"{STEP}.query.key", "12345", "query.key"),
        (f"{STEP}.query.access_token", "{{ 'abc' }}", "query.access_token"),
        (f"{STEP}.query.token", "{{ input.x | default('abc') }}", "query.token"),
        (f"{STEP}.url", "https://me:pass@api.example/x", "request.url"),
        (f"{STEP}.url", "https://api.example/x?apikey=12345", "request.url"),
        (f"{STEP}.body", {"json": {"login": {"password": "hunter2"}}}, "login.password"),
        (f"{STEP}.body", {"json": {"secrets": [{"client_secret": 7}]}}, "client_secret"),
        (f"{STEP}.body", {"form": {"api_key": "12345"}}, "form.api_key"),
        (f"{STEP}.body", {"text": '{"api_key": "12345"}'}, "body.text"),
        (f"{STEP}.body", {"text": "a=1&password=hunter2"}, "body.text"),
        ("input_schema", {"properties": {"api_key": {"default": "abc"}}}, "api_key.default"),
        ("input_schema", {"properties": {"token": {"examples": ["abc"]}}}, "token.examples[0]"),
        ("example_contact", {"data": {"password": "abc"}}, "data.password"),
        ("example_responses", {"find": {"body": {"access_token": "abc"}}}, "access_token"),
        ("field_mappings.0.value", "ghp_0123456789abcdefghij0123", "field_mappings[0].value"),
        ("description", "Use AKIAABCDEFGHIJKLMNOP.", "description"),
        ("slots.0.auth", {"type": "basic", "username": "me@x.test", "password": "api_key"}, "auth"),
        ("slots.0.auth", {"type": "bearer", "field": "nothing"}, "auth.field"),
        ("slots.0.auth.prefix", "Bearer 0123456789", "auth.prefix"),
        ("slots.0.test", {"method": "GET", "url": "https://a.example/?key=123"}, "slots[0].test"),
        ("slots.0.value", "abc", "slots[0].value"),
    ],
)
async def test_a_secret_is_refused_wherever_it_stands_and_the_place_is_said(
    api, whole, path, value, told
):
    answer = await api.post("/connector-templates", json=plant(whole, path, value))
    assert answer.status_code == 422
    places = [one["path"] for one in answer.json()["errors"]]
    assert any(told in place for place in places), places
    assert "Find people" not in await names(api)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *[("slots", [odd]) for odd in (None, [], "x", 5)],
        *[("slots.0.fields", odd) for odd in (5, [5], [None], {"name": 5})],
        *[("slots.0.auth", odd) for odd in (5, [5], {"type": []}, {"type": "basic", "prefix": 5})],
        ("slots.0.test", [5]),
        ("input_schema", {"properties": []}),
        ("input_schema", {"properties": {"a": 5}, "items": 5}),
        ("field_mappings", [5]),
        ("example_responses", {"find": 5}),
    ],
)
async def test_what_has_not_the_shape_of_a_template_is_refused_with_its_place(
    api, whole, path, value
):
    answer = await api.post("/connector-templates", json=plant(whole, path, value))
    assert answer.status_code == 422, answer.text
    place = path.split(".")[0]
    assert any(one["path"].startswith(place) for one in answer.json()["errors"]), answer.text


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        f"see {KEY}!",
        KEY.replace("-", "%2D"),
        base64.b64encode(f"api:{KEY}".encode()).decode(),
        KEY.encode().hex(),
    ],
)
@pytest.mark.parametrize(
    "path", ["description", "icon", f"{STEP}.query.note", "slots.0.fields.0.example"]
)
async def test_the_workspaces_own_secrets_stay_at_home_however_they_are_spelled(
    api, key, whole, path, spelled
):
    answer = await api.post("/connector-templates", json=plant(whole, path, spelled))
    assert answer.status_code == 422
    assert KEY not in answer.text


async def test_the_token_a_service_gave_stays_at_home_like_the_secret_it_was_given_for(
    api, whole, service
):
    await add(api, service, oauth(service), CLIENT_FIELDS)
    ran = await try_out(api, calling(f"{service.url}/locked/oauth"))
    assert ran["status"] == "success"
    *_, call = service.calls("/locked/oauth")
    token = call.headers["authorization"].removeprefix("Bearer ")
    for planted in (token, base64.b64encode(token.encode()).decode()):
        body = plant(whole, f"{STEP}.query.note", planted)
        answer = await api.post("/connector-templates", json=body)
        assert answer.status_code == 422
        told = [one["path"] for one in answer.json()["errors"]]
        assert told == ["config.steps[0].request.query.note"]
        assert planted not in answer.text


async def test_every_door_to_the_marketplace_has_the_same_gates(api, key, whole, admin, service):
    """The admin's own workspace has the secret: what is seen is what one may know."""
    own = (await api.post("/connector-templates", json={**whole, "is_public": False})).json()["id"]
    waiting = (await api.post("/connector-templates", json={**whole, "name": "Two"})).json()["id"]
    doors = [
        (api, "POST", "/connector-templates", {**whole, "name": "Three"}),
        (api, "PATCH", f"/connector-templates/{own}", {}),
        (api, "PATCH", f"/connector-templates/{waiting}", {}),
        (admin, "POST", "/admin/connector-templates", {**whole, "name": "Three"}),
        (admin, "PATCH", f"/admin/connector-templates/{waiting}", {}),
    ]
    for client, method, path, body in doors:
        for planted in (KEY, KEY[::-1], " ".join(KEY), KEY.encode().hex()):
            body = {**body, "description": f"Call us: {planted}"}
            answer = await client.request(method, path, json=body)
            assert answer.status_code == 422, (method, path, planted)
            assert {one["path"] for one in answer.json()["errors"]} == {"description"}
    assert "Call us" not in (await api.get("/connector-templates?limit=200&mine=true")).text


async def test_what_only_looks_like_a_key_is_pointed_out(api, whole):
    body = {**whole, "description": "Ask for zQ8vN2kLx7RtY4mWp9Ba at the desk."}
    made = (await api.post("/connector-templates", json=body)).json()
    assert [one["path"] for one in made["warnings"]] == ["description"]


async def test_one_may_ask_before_publishing_and_nothing_is_published(
    api, key, whole, client_of, acme
):
    check = "/connector-templates/check"
    told = (await api.post(check, json={**whole, "description": f"Use {KEY}"})).json()
    assert [one["path"] for one in told["errors"]] == ["description"]
    assert KEY not in str(told)
    clean = (await api.post(check, json=whole)).json()
    assert clean == {"errors": [], "warnings": []}
    assert "Find people" not in await names(api)
    assert (await client_of(acme.viewer).post(check, json=whole)).status_code == 403


async def test_steps_that_are_never_reached_are_pointed_out_and_keep_nobody_back(api, whole):
    steps = [*whole["config"]["steps"]]
    steps = [{"id": "end", "kind": "stop", "outcome": "found"}, *steps]
    body = {**whole, "config": {"steps": steps}}
    told = (await api.post("/connector-templates/check", json=body)).json()
    assert [one["path"] for one in told["warnings"]] == ["config.steps[1]"]
    assert "always ended" in told["warnings"][0]["message"]
    assert (await api.post("/connector-templates", json=body)).status_code == 201


async def test_expressions_and_references_are_no_secrets(api, whole):
    body = plant(whole, f"{STEP}.headers", {"Authorization": "Bearer {{ input.token }}"})
    body = plant(body, f"{STEP}.query.page_token", "first")
    body["input_schema"] = {"properties": {"token": {"type": "string", "title": "Token"}}}
    answer = await api.post("/connector-templates", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["warnings"] == []


async def test_a_template_that_nobody_could_install_is_refused(api, whole):
    for broken, path in (
        ({**whole, "slots": []}, "slots"),
        ({**whole, "config": {"steps": []}}, "field_mappings[0].value"),
        ({**whole, "slots": whole["slots"] * 2}, "slots[1].service_name"),
        ({"config": whole["config"]}, "name"),
        ({**whole, "author": "me"}, "author"),
        ({**whole, "name": "  "}, "name"),
        ({**whole, "example_contact": {"data": {"long": "x" * 600_000}}}, "example_contact"),
        (
            plant(whole, "slots.0.fields.0.docs_url", "javascript:x()"),
            "slots[0].fields[0].docs_url",
        ),
    ):
        answer = await api.post("/connector-templates", json=broken)
        assert answer.status_code == 422, path
        assert path in [one["path"] for one in answer.json()["errors"]]


@pytest.fixture
async def official(admin, whole) -> str:
    return (await admin.post("/admin/connector-templates", json=whole)).json()["id"]


async def template(api, number: str) -> dict:
    return (await api.get(f"/connector-templates/{number}")).json()


@pytest.mark.parametrize(
    "body", [{}, {"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": "5"}]
)
async def test_a_rating_is_one_to_five(api, official, body):
    answer = await api.post(f"/connector-templates/{official}/rating", json=body)
    assert answer.status_code == 422


async def test_everyone_has_one_rating_and_may_change_it(api, theirs, official):
    address = f"/connector-templates/{official}/rating"
    assert (await api.post(address, json={"rating": 5})).json()["rating_count"] == 1
    assert (await theirs.post(address, json={"rating": 2})).json()["rating"] == 3.5
    again = (await api.post(address, json={"rating": 1})).json()
    assert (again["rating"], again["rating_count"], again["yours"]) == (1.5, 2, 1)
    before = (await template(api, official))["updated_at"]
    await api.post(address, json={"rating": 3})
    assert (await template(api, official))["updated_at"] == before


async def test_who_rated_and_who_reported_is_in_the_audit_log_of_their_workspace(
    api, theirs, official, admin
):
    address, given = f"/connector-templates/{official}", {"people": {"api_key": KEY}}
    await api.post(f"{address}/install", json={"credentials": given})
    await api.post(f"{address}/rating", json={"rating": 5})
    await api.post(f"{address}/rating", json={"rating": 2, "text": "Often wrong."})
    (review,) = (await theirs.get(f"{address}/reviews")).json()["items"]
    await theirs.post(f"{address}/reviews/{review['id']}/report", json={"reason": "Unfair"})
    rated, first = (await api.get("/audit")).json()["items"][:2]
    assert (rated["action"], rated["object_id"]) == ("template.rated", official)
    assert (first["before"], first["after"]["stars"]) == (None, 5)
    assert (rated["before"]["stars"], rated["after"]["stars"]) == (5, 2)
    (reported,) = (await theirs.get("/audit")).json()["items"]
    assert (reported["action"], reported["after"]["reason"]) == ("review.reported", "Unfair")


@pytest.fixture
def fifty(owner_url, client_of) -> list:
    """Fifty people of acme, each with a key to the API."""
    with psycopg.connect(owner_url) as owner:
        people = owner.execute(
            "insert into auth.users (id, email) select gen_random_uuid(), 'p' || n || '@acme.test'"
            " from generate_series(1, 50) n returning id"
        ).fetchall()
        for (user,) in people:
            owner.execute("insert into workspace_members values ('acme', %s, 'admin')", [user])
    return [client_of(Actor(user, "acme", "admin")) for (user,) in people]


async def test_fifty_ratings_and_installs_at_once_are_counted_right(
    api, official, owner_url, fifty
):
    address, given = f"/connector-templates/{official}", {"people": {"api_key": KEY}}
    asked = []
    for number, client in enumerate(fifty):
        stars = {"rating": number % 5 + 1}
        install = {"name": f"People {number}", "credentials": given}
        once = {"Idempotency-Key": f"people {number}"} if number % 2 else {}
        asked += [client.post(f"{address}/rating", json=stars)]
        asked += [client.post(f"{address}/install", json=install, headers=once)]
    codes = Counter(answer.status_code for answer in await asyncio.gather(*asked))
    assert codes == {200: 50, 201: 50}
    now = await template(api, official)
    assert (now["rating"], now["rating_count"], now["install_count"]) == (3.0, 50, 50)
    with psycopg.connect(owner_url) as owner:
        parts = owner.execute(
            "select (select count(*) from connectors where created_from_template = %(id)s),"
            " (select count(distinct name) from connectors),"
            " (select count(*) from connector_versions),"
            " (select count(*) from template_installs where template_id = %(id)s),"
            " (select count(*) from audit_log where action = 'connector.made'),"
            " (select count(*) from workspace_api_credentials),"
            " (select count(*) from template_ratings where template_id = %(id)s)",
            {"id": official},
        ).fetchone()
        assert parts == (50, 50, 50, 50, 50, 1, 50)
        owner.execute("delete from auth.users where email like 'p_@acme.test'")
    assert (await template(api, official))["rating_count"] == 41


async def test_of_two_keys_given_at_once_one_is_kept_and_the_other_installs_nothing(
    api, official, fifty
):
    answers = await asyncio.gather(
        *(
            client.post(
                f"/connector-templates/{official}/install",
                json={"credentials": {"people": {"api_key": f"{KEY}-{number}"}}},
            )
            for number, client in enumerate(fifty[:10])
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    refused = {one.json()["type"].rpartition(":")[2] for one in answers if one.status_code == 409}
    assert refused == {"service_taken"}
    assert (await template(api, official))["install_count"] == 1
    assert len((await api.get("/connectors")).json()["items"]) == 1


async def test_usage_counts_the_runs_of_all_that_was_made_from_it(api, console, official, ada):
    given = {"credentials": {"people": {"api_key": KEY}}}
    install = f"/connector-templates/{official}/install"
    made = (await api.post(install, json=given)).json()["id"]
    for _ in range(2):
        execute = f"/connectors/{made}/execute"
        await api.post(execute, json={"contact_id": ada}, headers={"Prefer": "wait=30"})
    await console.services.ratings.count_usage()
    assert (await template(api, official))["usage_count"] == 2
    await api.delete(f"/connectors/{made}")
    await console.services.ratings.count_usage()
    assert (await template(api, official))["usage_count"] == 2
