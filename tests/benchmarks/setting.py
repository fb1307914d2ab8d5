"""A workspace with a three-call connector and as many contacts as it takes."""

import json
from typing import Any
from uuid import UUID, uuid4

import psycopg

from db.session import Actor


def definition(base: str, wait: str) -> dict[str, Any]:
    def call(id: str, request: dict[str, Any], extract: dict[str, str]) -> dict[str, Any]:
        return {"id": id, "name": id, "kind": "http", "request": request, "extract": extract}

    person = {
        "method": "GET",
        "url": f"{base}/person",
        "query": {"email": "{{ contact.email }}", "wait": wait},
    }
    company = {
        "method": "GET",
        "url": base + "/company/{{ steps.person.domain }}",
        "query": {"wait": wait},
    }
    score = {
        "method": "POST",
        "url": f"{base}/score?wait={wait}",
        "body": {
            "json": {
                "employees": "{{ steps.company.employees }}",
                "title": "{{ steps.person.title }}",
            }
        },
    }
    return {
        "config": {
            "version": 1,
            "steps": [
                call(
                    "person",
                    person,
                    {
                        "first": "$.data.name.givenName",
                        "last": "$.data.name.familyName",
                        "domain": "$.data.employment.domain",
                        "title": "$.data.employment.title",
                    },
                ),
                call(
                    "company",
                    company,
                    {"name": "$.company.name", "employees": "$.company.employees"},
                ),
                call("score", score, {"score": "$.score"}),
            ],
        },
        "input_schema": {},
        "field_mappings": [
            {"field": "first_name", "value": "{{ steps.person.first }}", "write": "overwrite"},
            {"field": "last_name", "value": "{{ steps.person.last }}", "write": "overwrite"},
            {"field": "company", "value": "{{ steps.company.name }}", "write": "overwrite"},
            {"field": "data.score", "value": "{{ steps.score.score }}", "write": "overwrite"},
        ],
        "timeout_ms": 30000,
        "max_retries": 3,
        "continue_on_error": False,
    }


def make(owner_url: str, base: str, wait: str, contacts: int) -> tuple[Actor, UUID, list[UUID]]:
    actor = Actor(uuid4(), f"bench-{uuid4().hex[:8]}", "editor")
    whole = definition(base, wait)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            "insert into auth.users (id, email) values (%s, %s)",
            [actor.user_id, f"{actor.workspace_id}@example.test"],
        )
        connection.execute(
            "insert into workspaces (id, name) values (%s, 'Bench')", [actor.workspace_id]
        )
        connection.execute(
            "insert into workspace_members (workspace_id, user_id, role) values (%s, %s, 'editor')",
            [actor.workspace_id, actor.user_id],
        )
        made = connection.execute(
            """
            with c as (
                insert into connectors (workspace_id, name, type, config, field_mappings)
                values (%(workspace)s, 'Bench', 'multi-step', %(config)s, %(mappings)s)
             returning id, workspace_id),
            v as (
                insert into connector_versions (connector_id, workspace_id, version, definition)
                select id, workspace_id, 1, %(whole)s from c)
            select id from c
            """,
            {
                "workspace": actor.workspace_id,
                "config": json.dumps(whole["config"]),
                "mappings": json.dumps(whole["field_mappings"]),
                "whole": json.dumps(whole),
            },
        ).fetchone()
        people = connection.execute(
            """
            insert into contacts (workspace_id, email)
            select %s, 'ada' || n || '@example.com' from generate_series(1, %s) n returning id
            """,
            [actor.workspace_id, contacts],
        ).fetchall()
    assert made is not None
    return actor, made[0], [row[0] for row in people]
