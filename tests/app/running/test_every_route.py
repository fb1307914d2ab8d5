"""Every route there is, as the API's own document lists them: no key, each role, and what belongs
to another workspace. A route that is new has to be told about here before the tests pass."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.services.roles import RANKS
from tests.app.conftest import Client
from tests.app.running.connectors import lookup
from tests.waiting import until

NAMED = re.compile(r"\{(\w+)\}")
_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?")

DEFINITION = {"config": {"steps": []}, "input_schema": {}, "field_mappings": []}
# Who may ask: the least role in the workspace, or a role of the service.
LEAST = {
    "viewer": """
        GET /connectors
        GET /connectors/{connector_id}
        GET /connectors/{connector_id}/versions
        GET /connectors/{connector_id}/versions/{version}
        GET /connectors/{connector_id}/update
        GET /executions
        GET /executions.csv
        GET /executions/events
        GET /executions/{execution_id}
        GET /executions/{execution_id}/events
        GET /error-groups
        GET /bulk-executions
        GET /bulk-executions/{bulk_id}
        GET /schedules
        GET /schedules/{schedule_id}
        GET /contact-triggers
        GET /webhooks
        GET /contacts
        GET /contacts/{contact_id}
        GET /contacts/{contact_id}/provenance
        GET /workspace/credentials
        GET /workspace/credentials/{credential_id}
        GET /connector-templates
        GET /connector-templates/{template_id}
        GET /connector-templates/{template_id}/versions
        GET /connector-templates/{template_id}/reviews
        GET /workspaces
        GET /workspaces/{workspace_id}
        GET /workspaces/{workspace_id}/members
        GET /workspaces/{workspace_id}/members/{user_id}
        GET /alerts
        GET /usage
        GET /connectors/{connector_id}/checks
        GET /api-keys
        GET /audit
    """,
    "editor": """
        POST /connectors
        PUT /connectors/{connector_id}
        PATCH /connectors/{connector_id}
        DELETE /connectors/{connector_id}
        POST /connectors/{connector_id}/versions/{version}/restore
        POST /connectors/test
        POST /connectors/{connector_id}/test
        POST /connectors/{connector_id}/execute
        POST /connectors/{connector_id}/update
        POST /executions/{execution_id}/cancel
        POST /executions/{execution_id}/resume
        POST /executions/{execution_id}/retry
        POST /executions/{execution_id}/undo
        PUT /error-groups
        POST /connectors/{connector_id}/bulk-executions
        POST /bulk-executions/{bulk_id}/pause
        POST /bulk-executions/{bulk_id}/resume
        POST /bulk-executions/{bulk_id}/cancel
        POST /bulk-executions/{bulk_id}/retry
        POST /schedules
        PATCH /schedules/{schedule_id}
        DELETE /schedules/{schedule_id}
        POST /contact-triggers
        PATCH /contact-triggers/{trigger_id}
        DELETE /contact-triggers/{trigger_id}
        POST /webhooks
        DELETE /webhooks/{webhook_id}
        POST /contacts
        PATCH /contacts/{contact_id}
        DELETE /contacts/{contact_id}
        POST /connector-templates
        PATCH /connector-templates/{template_id}
        DELETE /connector-templates/{template_id}
        POST /connector-templates/check
        POST /connector-templates/{template_id}/install
        POST /connector-templates/{template_id}/rating
        POST /connector-templates/{template_id}/reviews/{review_id}/report
    """,
    "admin": """
        POST /contacts/import
        POST /workspace/credentials
        PATCH /workspace/credentials/{credential_id}
        DELETE /workspace/credentials/{credential_id}
        POST /workspace/credentials/{credential_id}/test
        POST /workspace/credentials/{credential_id}/move
        POST /workspaces/{workspace_id}/members
        PATCH /workspaces/{workspace_id}/members/{user_id}
        DELETE /workspaces/{workspace_id}/members/{user_id}
        POST /api-keys
        DELETE /api-keys
        DELETE /api-keys/{key_id}
        GET /alert-limits
        PUT /alert-limits
        GET /alert-channels
        POST /alert-channels
        PUT /alert-channels/{channel_id}
        DELETE /alert-channels/{channel_id}
        POST /alert-channels/{channel_id}/test
        GET /alert-deliveries/{delivery_id}
    """,
    "owner": """
        POST /workspaces
        PATCH /workspaces/{workspace_id}
        DELETE /workspaces/{workspace_id}
    """,
    "service": """
        GET /admin/connector-templates
        POST /admin/connector-templates
        PATCH /admin/connector-templates/{template_id}
        DELETE /admin/connector-templates/{template_id}
        POST /admin/connector-templates/{template_id}/rehearsal
        GET /admin/featured-templates
        PUT /admin/featured-templates
        GET /admin/reported-reviews
        POST /admin/reported-reviews/{review_id}
        GET /admin/canaries
        PUT /admin/canaries/place
        PATCH /admin/canaries/{template_id}
        POST /admin/canaries/{template_id}/run
        POST /admin/canaries/{template_id}/accept
        GET /admin/users
        POST /admin/users
        PATCH /admin/users/{admin_id}
        DELETE /admin/users/{admin_id}
    """,
}
# What everybody may know, and what whoever has the address may do, signed where that is asked.
NEED_NO_KEY = {"GET /schema/connector.json", "POST /hooks/{token}"}
CHANNEL = {"kind": "webhook", "name": "Ours", "events": ["run_failed"]}
TEMPLATE = {"name": "T", "config": {"steps": []}}
BODIES: dict[str, Any] = {
    "PUT /connectors/{connector_id}": {"name": "Mine", "config": {"steps": []}, "version": 1},
    "PATCH /connectors/{connector_id}": {"name": "Mine", "version": 1},
    "POST /connectors/{connector_id}/test": {"contact": {}},
    "POST /connectors/{connector_id}/bulk-executions": {"filter": {}},
    "POST /connectors/{connector_id}/update": {"version": 1, "template_version": 1},
    "PATCH /schedules/{schedule_id}": {"enabled": False},
    "PATCH /contact-triggers/{trigger_id}": {"enabled": False},
    "PATCH /contacts/{contact_id}": {"city": "Oslo"},
    "PATCH /workspace/credentials/{credential_id}": {"label": "Mine"},
    "POST /workspace/credentials/{credential_id}/move": {"to": str(uuid4())},
    "PATCH /connector-templates/{template_id}": {"name": "Mine"},
    "POST /connector-templates/{template_id}/install": {},
    "POST /connector-templates/{template_id}/rating": {"rating": 1},
    "POST /connector-templates/{template_id}/reviews/{review_id}/report": {"reason": "No."},
    "PATCH /workspaces/{workspace_id}": {"name": "Mine"},
    "POST /workspaces/{workspace_id}/members": {"email": "x@y.test", "role": "viewer"},
    "PATCH /workspaces/{workspace_id}/members/{user_id}": {"role": "viewer"},
    "PUT /alert-channels/{channel_id}": CHANNEL,
    "POST /admin/connector-templates": TEMPLATE,
    "PATCH /admin/connector-templates/{template_id}": {"name": "Mine"},
    "PUT /admin/featured-templates": {"template_ids": []},
    "POST /admin/reported-reviews/{review_id}": {"hide": True},
    "PUT /admin/canaries/place": {"workspace_id": None},
    "PATCH /admin/canaries/{template_id}": {"watched": False},
    "POST /admin/users": {"email": "x@y.test", "role": "owner"},
    "PATCH /admin/users/{admin_id}": {"role": "owner"},
}


@dataclass(frozen=True)
class Route:
    name: str  # GET /connectors/{connector_id}
    least: str

    @property
    def path(self) -> str:
        return self.name.partition(" ")[2]

    async def ask(self, client: Client, ids: dict[str, str]) -> tuple[int, bytes]:
        """The answer; of a stream that goes on, only that it began."""
        method, _, path = self.name.partition(" ")
        body = BODIES.get(self.name)
        async with client.stream(method, path.format_map(ids), json=body) as answer:
            goes_on = answer.headers.get("content-type", "").startswith("text/event-stream")
            return answer.status_code, b"" if goes_on else await answer.aread()


@cache
def routes() -> list[Route]:
    return [
        Route(" ".join(line.split()), least)
        for least, names in LEAST.items()
        for line in names.strip().splitlines()
    ]


class Nothing(dict[str, str]):
    """Ids of which nobody has ever heard."""

    def __missing__(self, name: str) -> str:
        return "1" if name == "version" else str(uuid4())


async def test_every_route_is_told_about_here(api):
    document = (await api.get("/openapi.json")).json()
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/v1/")
    }
    assert there == {one.name for one in routes()} | NEED_NO_KEY


@pytest.mark.parametrize("key", [None, "Bearer", "Bearer cc_live_0_nothing", "Basic YTpi"])
async def test_without_a_key_no_route_says_anything(api, key):
    api.headers.pop("authorization")
    if key:
        api.headers["authorization"] = key
    answered = {one.name: (await one.ask(api, Nothing()))[0] for one in routes()}
    assert {name for name, status in answered.items() if status != 401} == set()
    assert (await api.post(f"/hooks/{uuid4()}", json={})).status_code in (401, 404)


@pytest.mark.parametrize("role", RANKS)
async def test_every_route_asks_for_the_role_it_needs(client_of, acme, role):
    client = client_of(getattr(acme, role))
    here = Nothing(workspace_id="acme")
    wrong = []
    # What ends the workspace comes last.
    for route in sorted(routes(), key=lambda one: one.name == "DELETE /workspaces/{workspace_id}"):
        status, text = await route.ask(client, here)
        may = route.least != "service" and RANKS.index(role) >= RANKS.index(route.least)
        if status >= 500 or (status != 403) != may:
            wrong.append((route.name, status, text[:200]))
    assert wrong == []


@pytest.fixture
async def ours(api, service, acme, owner_url) -> dict[str, str]:
    """One of each, in acme: parameter → id."""

    async def make(path: str, **body: Any) -> str:
        answer = await api.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        return str(answer.json()["id"])

    made = {"workspace_id": "acme", "version": "1", "user_id": str(acme.editor.user_id)}
    made["contact_id"] = await make("/contacts", email="ada@example.com")
    made["connector_id"] = connector = await make("/connectors", **lookup(service.url))
    run = f"/connectors/{connector}/execute?"
    made["execution_id"] = await make(run, contact_id=made["contact_id"])
    bulk = f"/connectors/{connector}/bulk-executions"
    made["bulk_id"] = await make(bulk, contact_ids=[made["contact_id"]])
    made["schedule_id"] = await make(
        "/schedules", connector_id=connector, cron="0 3 1 1 *", time_zone="UTC", filter={}
    )
    made["trigger_id"] = await make("/contact-triggers", connector_id=connector)
    made["webhook_id"] = await make("/webhooks", connector_id=connector, name="In")
    made["key_id"] = await make("/api-keys", name="Ours")
    made["credential_id"] = await make(
        "/workspace/credentials",
        service_name="people",
        auth={"type": "bearer"},
        credentials={"key": service.KEY},
        allowed_hosts=[service.host],
        test={"method": "GET", "url": f"{service.url}/locked/bearer"},
    )
    private = {"name": "Ours", "config": lookup(service.url)["config"], "visibility": "private"}
    made["template_id"] = await make("/connector-templates", **private)
    made["channel_id"] = await make(
        "/alert-channels",
        **CHANNEL,
        secrets={"url": f"{service.url}/hooks/{service.KEY}"},
    )
    made["delivery_id"] = await make(f"/alert-channels/{made['channel_id']}/test")
    template = f"/connector-templates/{made['template_id']}"
    await make(f"{template}/install", name="From ours")
    assert (await api.post(f"{template}/rating", json={"rating": 5, "text": "Good"})).is_success
    ((made["review_id"],),) = asked(owner_url, "select review_id::text from template_ratings")
    return made


def asked(owner_url: str, question: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner_url) as owner:
        return owner.execute(question.encode(), values).fetchall()


def everything_of(owner_url: str, workspace_id: str) -> dict[str, Any]:
    """Each table's rows of this workspace, in short."""
    tables = asked(
        owner_url,
        "select c.table_name from information_schema.columns c join pg_class t"
        " on t.relname = c.table_name and t.relkind in ('r', 'p') and not t.relispartition"
        " where c.table_schema = 'public' and c.column_name = 'workspace_id'",
    )
    short = (
        "select md5(string_agg(t::text, '|' order by t::text)) from {} t where workspace_id = %s"
    )
    return {
        table: asked(owner_url, short.format(table), workspace_id) for (table,) in sorted(tables)
    }


async def until_quiet(owner_url: str) -> None:
    """Nothing of acme moves by itself any more."""
    await until(lambda: not asked(owner_url, "select 1 from engine_jobs"))
    busy = "select 1 from bulk_executions where finished_at is null"
    await until(lambda: not asked(owner_url, busy))
    waiting = "select 1 from alert_deliveries where state = 'waiting'"
    await until(lambda: not asked(owner_url, waiting))


async def test_what_is_another_workspaces_is_not_there_by_any_route(
    console, api, theirs, ours, owner_url, service
):
    await until_quiet(owner_url)
    before, calls = everything_of(owner_url, "acme"), len(service.calls())
    wrong = []
    for route in routes():
        names = set(NAMED.findall(route.path))
        if not names or route.least == "service":
            continue
        assert names <= ours.keys(), f"Make one of these in `ours`: {names}"
        foreign = await route.ask(theirs, ours)
        nobodys = await route.ask(theirs, Nothing())
        if foreign[0] != 404 or foreign != nobodys:
            wrong.append((route.name, *foreign, *nobodys))
    assert wrong == []
    assert everything_of(owner_url, "acme") == before
    assert len(service.calls()) == calls
    # They were there all the time: for us.
    for route in routes():
        if (
            route.name.startswith("GET ")
            and NAMED.search(route.path)
            and "update" not in route.name
        ):
            status, text = await route.ask(api, ours)
            assert status == 200 or route.least == "service", (route.name, text)


RARELY = {"cron": "0 3 1 1 *", "time_zone": "UTC"}
# Where an id stands in a body or a question: `ID` is the other's, `MINE` one's own connector.
MENTIONS: list[tuple[str, str, Any]] = [
    ("connector_id", "POST /schedules", {"connector_id": "ID", "filter": {}, **RARELY}),
    ("connector_id", "POST /webhooks", {"connector_id": "ID", "name": "In"}),
    ("connector_id", "POST /contact-triggers", {"connector_id": "ID"}),
    (
        "connector_id",
        "PUT /error-groups",
        {"connector_id": "ID", "error_code": "x", "state": "muted"},
    ),
    ("connector_id", "POST /connector-templates", {"connector_id": "ID", "name": "Theirs"}),
    ("connector_id", "POST /connector-templates/check", {"connector_id": "ID", "name": "Theirs"}),
    ("connector_id", "GET /executions?connector_id=ID", None),
    ("connector_id", "GET /executions.csv?connector_id=ID", None),
    ("connector_id", "GET /error-groups?connector_id=ID", None),
    ("connector_id", "GET /bulk-executions?connector_id=ID", None),
    ("connector_id", "GET /schedules?connector_id=ID", None),
    ("connector_id", "PATCH /schedules/MY_CLOCK", {"connector_id": "ID"}),
    ("connector_id", "GET /contact-triggers?connector_id=ID", None),
    ("connector_id", "PATCH /contact-triggers/MY_TRIGGER", {"connector_id": "ID"}),
    ("connector_id", "GET /webhooks?connector_id=ID", None),
    ("contact_id", "POST /connectors/MINE/execute", {"contact_id": "ID"}),
    ("contact_id", "POST /connectors/MINE/test", {"contact_id": "ID"}),
    ("contact_id", "POST /connectors/test", {"contact_id": "ID", "definition": DEFINITION}),
    ("contact_id", "POST /connectors/MINE/bulk-executions", {"contact_ids": ["ID"]}),
    ("contact_id", "POST /schedules", {"connector_id": "MINE", "contact_ids": ["ID"], **RARELY}),
    ("contact_id", "PATCH /schedules/MY_CLOCK", {"contact_ids": ["ID"]}),
    ("contact_id", "GET /executions?contact_id=ID", None),
    ("contact_id", "GET /executions.csv?contact_id=ID", None),
    ("bulk_id", "GET /executions?bulk_id=ID", None),
    ("bulk_id", "GET /executions.csv?bulk_id=ID", None),
    ("execution_id", "GET /executions?ids=ID", None),
    ("execution_id", "GET /executions.csv?ids=ID", None),
    ("workspace_id", "POST /connector-templates/MY_TEMPLATE/install", {"workspace_id": "ID"}),
    ("workspace_id", "POST /connector-templates/MY_TEMPLATE/install", {"workspaceId": "ID"}),
    ("credential_id", "POST /workspace/credentials/MY_KEY/move", {"to": "ID"}),
    ("key_id", "DELETE /api-keys?id=ID", None),
    ("user_id", "GET /audit?actor_id=ID", None),
    ("user_id", "GET /workspaces/globex/members/ID", None),
    ("user_id", "PATCH /workspaces/globex/members/ID", {"role": "viewer"}),
    ("user_id", "DELETE /workspaces/globex/members/ID", None),
]


# Names of an author's own, and what is worked out here and ignored where it is sent.
NO_IDS_OF_OURS = {"step_id", "flow_run_id", "last_event_id"}


async def test_every_id_in_a_body_or_a_question_is_told_about_here(api):
    document = (await api.get("/openapi.json")).json()
    there = set()
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            name = f"{method.upper()} {path.removeprefix('/api/v1')}"
            asked_for = [(one["name"], one) for one in route.get("parameters", [])]
            asked_for = [one for one in asked_for if one[1]["in"] == "query"]
            said = route.get("requestBody", {}).get("content", {}).get("application/json", {})
            shape = said.get("schema", {}).get("$ref", "").rpartition("/")[2]
            shown = document["components"]["schemas"].get(shape, {}).get("properties", {})
            for member, schema in (*asked_for, *shown.items()):
                words = json.dumps(schema)
                is_id = re.search(r"(^|_)ids?$|Id$", member) or '"uuid"' in words
                if is_id and "readOnly" not in words and member not in NO_IDS_OF_OURS:
                    there.add((name, member))
    service = {one.name for one in routes() if one.least == "service"}
    told = {one for mention in MENTIONS if (one := told_about(*mention[1:]))}
    assert {one for one in there if one[0] not in service} - told == set()


MINE = {
    "connectors": "connector_id",
    "credentials": "credential_id",
    "schedules": "schedule_id",
    "contact-triggers": "trigger_id",
    "connector-templates": "template_id",
}


def told_about(ask: str, body: Any) -> tuple[str, str] | None:
    """("POST /schedules", "connector_id"): where the foreign id stands."""
    path, _, question = ask.partition("?")
    path = re.sub(r"([\w-]+)/(?:MINE|MY_\w+)", lambda one: f"{one[1]}/{{{MINE[one[1]]}}}", path)
    for member, value in (body or {}).items():
        if value in ("ID", ["ID"]):
            return path, member
    return (path, question.partition("=")[0]) if question else None


async def test_an_id_of_another_workspace_in_a_body_or_a_question_is_nobodys(
    console, theirs, ours, owner_url, service
):
    mine = {}
    for word, path, body in (
        ("MINE", "/connectors", lookup(service.url)),
        ("MY_KEY", "/workspace/credentials", {"service_name": "people"}),
        ("MY_CLOCK", "/schedules", {"connector_id": "MINE", "filter": {}, **RARELY}),
        ("MY_TRIGGER", "/contact-triggers", {"connector_id": "MINE"}),
        ("MY_TEMPLATE", "/connector-templates", {**TEMPLATE, "visibility": "private"}),
    ):
        if "connector_id" in body:
            body = {**body, "connector_id": mine["MINE"]}
        mine[word] = (await theirs.post(path, json=body)).json()["id"]
    await until_quiet(owner_url)
    before, calls = everything_of(owner_url, "acme"), len(service.calls())
    wrong = []
    for parameter, ask, body in MENTIONS:
        foreign = await mentioned(theirs, ask, body, {**mine, "ID": ours[parameter]})
        nobodys = await mentioned(theirs, ask, body, {**mine, "ID": str(uuid4())})
        if foreign != nobodys or foreign[0] >= 500:
            wrong.append((ask, body, *foreign, *nobodys))
    assert wrong == []
    assert everything_of(owner_url, "acme") == before
    assert len(service.calls()) == calls


async def mentioned(
    client: Client, ask: str, body: object, words: dict[str, str]
) -> tuple[int, str]:
    """The answer, whatever the id and whatever was made by it."""
    said = json.dumps([ask, body])
    for word, value in words.items():
        said = re.sub(rf"\b{word}\b", value, said)
    ask, body = json.loads(said)
    method, _, path = ask.partition(" ")
    answer = await client.request(method, path, json=body)
    return answer.status_code, _CHANGING.sub("", answer.text)
