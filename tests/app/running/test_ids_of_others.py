"""An id of another workspace, in a body or a question, is nobody's."""

import json
import re
from typing import Any
from uuid import uuid4

from tests.app.conftest import Client
from tests.app.running.belongings import everything_of, ours, until_quiet
from tests.app.running.connectors import lookup
from tests.app.running.routes import TEMPLATE, routes

__all__ = ["ours"]

_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?")

DEFINITION = {"config": {"steps": []}, "input_schema": {}, "field_mappings": []}
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
