"""Small definitions for tests to begin with."""

from typing import Any

from engine.errors import BadDefinition, Problem
from engine.model.definition import load


def http(id: str = "find", **more: Any) -> dict[str, Any]:
    request = {"url": "https://api.example.com/people", **more.pop("request", {})}
    return {"id": id, "kind": "http", "request": request, **more}


def set_values(id: str = "note", **values: Any) -> dict[str, Any]:
    return {"id": id, "kind": "set", "values": values or {"x": 1}}


def connector(*steps: dict[str, Any], mappings: Any = (), **more: Any) -> dict[str, Any]:
    return {"config": {"steps": list(steps)}, "field_mappings": list(mappings), **more}


def problems(raw: Any) -> list[Problem]:
    try:
        load(raw)
    except BadDefinition as bad:
        return list(bad.problems)
    return []


def paths(raw: Any) -> list[str]:
    return [problem.path for problem in problems(raw)]


YES = {"left": "{{ contact.email }}", "op": "is_not_empty"}

# Everything the contract shows, in one definition.
EVERYTHING: dict[str, Any] = {
    "config": {
        "version": 1,
        "type": "single-step",
        "steps": [
            {
                "id": "find_person",
                "name": "Find the person",
                "kind": "http",
                "when": None,
                "on_error": "stop",
                "timeout_ms": 30000,
                "retry": {"max_retries": 3, "base_ms": 500, "max_ms": 60000},
                "credential": "hunter",
                "request": {
                    "method": "GET",
                    "url": "https://api.hunter.io/v2/people/find",
                    "query": {"email": "{{ contact.email }}"},
                    "headers": {},
                    "body": None,
                },
                "omit_empty": True,
                "rules": [
                    {"status": [404], "then": "not_found"},
                    {"status": "4xx", "then": "ignore"},
                    {
                        "when": {
                            "left": "{{ response.body.error.code }}",
                            "op": "equals",
                            "right": "quota",
                        },
                        "then": "fail",
                        "message": "No searches left at Hunter.",
                    },
                ],
                "extract": {"person": "$.data", "emails": "$.data.emails[*].value"},
                "cache": {"ttl_s": 2592000, "negative_ttl_s": 86400},
                "idempotency_header": None,
                "paginate": None,
                "poll": None,
            },
            http(
                "page",
                request={"body": {"json": {"limit": 5}}, "method": "POST"},
                paginate={
                    "kind": "cursor",
                    "next": "$.paging.next.after",
                    "param": "after",
                    "param_in": "body",
                    "items": "$.results",
                    "max_pages": 10,
                },
            ),
            http("by_page", paginate={"kind": "page", "param": "p", "items": "$[*]", "start": 0}),
            http(
                "by_offset",
                paginate={"kind": "offset", "param": "o", "size_param": "n", "size": 50}
                | {"items": "$.results[*]"},
            ),
            http("by_url", paginate={"kind": "next_url", "next": "$.next", "items": "$.r"}),
            http("by_link", paginate={"kind": "link_header", "items": "$"}),
            http(
                "job",
                credential="hunter",
                request={"url": "https://{{ credential.settings.region }}.api.example.com/jobs"},
                extract={"job_id": "$.id"},
                idempotency_header="Idempotency-Key",
                poll={
                    "until": {
                        "all": [
                            {"left": "{{ response.body.state }}", "op": "in", "right": ["done"]},
                            {
                                "not": {
                                    "left": "{{ response.status }}",
                                    "op": "equals",
                                    "right": 202,
                                }
                            },
                        ]
                    },
                    "every_ms": 2000,
                    "max_wait_ms": 60000,
                    "request": {"url": "https://api.example.com/jobs/{{ steps.job.job_id }}"},
                },
            ),
            {
                "id": "way",
                "kind": "branch",
                "branches": [
                    {"name": "known", "when": YES, "steps": [set_values("known", city="Oslo")]},
                    {"name": "otherwise", "steps": [{"id": "pause", "kind": "wait", "for_ms": 5}]},
                ],
            },
            {
                "id": "loop",
                "kind": "for_each",
                "items": "{{ steps.find_person.emails }}",
                "as": "row",
                "concurrency": 4,
                "max_items": 100,
                "steps": [
                    set_values("one", address="{{ row }}", place="{{ row_index }}"),
                    {"id": "later", "kind": "wait", "until": "{{ now }}"},
                ],
                "result": {"address": "{{ steps.one.address }}", "row": "{{ row }}"},
            },
            {
                "id": "try_all",
                "kind": "waterfall",
                "attempts": [
                    {
                        "name": "first",
                        "steps": [http("a", extract={"mail": "$.m"})],
                        "result": {"mail": "{{ steps.a.mail }}"},
                        "accept": {
                            "all": [
                                {"left": "{{ result.mail }}", "op": "is_not_empty"},
                                {"left": "{{ steps.a.status }}", "op": "equals", "right": 200},
                            ]
                        },
                        "cost": 0.02,
                    },
                    {"name": "second", "steps": [http("b")], "cost": 1},
                ],
            },
            {
                "id": "end",
                "kind": "stop",
                "outcome": "partly",
                "message": "{{ steps.try_all.winner }} {{ steps.known.city }}",
            },
        ],
    },
    "input_schema": {
        "type": "object",
        "properties": {"region": {"type": "string", "title": "Region", "default": "eu"}},
    },
    "field_mappings": [
        {"field": "first_name", "value": "{{ steps.find_person.person.name.givenName }}"},
        {"field": "email", "value": "{{ steps.try_all.mail }}", "write": "if_empty"},
        {"field": "data.all", "value": "{{ steps.loop.items }}", "write": "append"},
        {"field": "data.pages", "value": "{{ steps.page.items }}", "write": "clear"},
    ],
    "timeout_ms": 20000,
    "max_retries": 2,
    "continue_on_error": True,
}
