"""/api/docs: the OpenAPI document as one readable page, made here and without a line of script."""

import html
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

Document = dict[str, Any]

METHODS: Final = ("get", "post", "put", "patch", "delete")
DEEPEST: Final = 3
STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --quiet: #777; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 22rem 1fr; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; border-right: 1px solid var(--line); box-sizing: border-box; }
nav a { display: block; color: inherit; text-decoration: none; padding: .15rem 0; overflow-wrap: anywhere; font-size: 13px; }
nav a:hover, nav a:focus-visible { text-decoration: underline; }
main { padding: 1.5rem 2.5rem; max-width: 60rem; min-width: 0; }
h2 { margin-top: 3rem; text-transform: capitalize; } nav h2 { margin: 1.2rem 0 .2rem; font-size: 13px; }
article { border-top: 1px solid var(--line); padding: 1rem 0 1.5rem; }
h3 { font: 600 14px ui-monospace, monospace; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .3rem; font-size: 13px; color: var(--quiet); }
.method { display: inline-block; min-width: 3.6rem; text-transform: uppercase; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
td { border-top: 1px solid var(--soft); padding: .3rem .8rem .3rem 0; vertical-align: top; }
td:first-child { width: 14rem; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); } .in1 { padding-left: 1.2rem; } .in2 { padding-left: 2.4rem; } .in3 { padding-left: 3.6rem; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; } }
"""  # noqa: E501
INTRODUCTION: Final = """
<p>Send <code>Authorization: Bearer KEY</code>; a key belongs to one person in one workspace and
may do what that person may. Bodies and answers are JSON; lists answer with <code>items</code> and
<code>next_cursor</code>, newest first. Errors are RFC 9457 problem documents with a
<code>detail</code>, a <code>hint</code> and, for bad input, <code>errors</code> with a path each.
Every POST takes an <code>Idempotency-Key</code>.</p>
<p><a href="/api/v1/openapi.json">The OpenAPI document</a> ·
<a href="/api/v1/schema/connector.json">The JSON Schema of a connector</a></p>
"""


def router() -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(page(request.app.openapi()))

    return routes


def page(document: Document) -> str:
    groups = _by_tag(document)
    title = html.escape(document["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}: API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><nav aria-label='Routes'>{''.join(_nav(groups))}</nav>"
        f"<main><h1>{title}: API</h1>{INTRODUCTION}{''.join(_body(document, groups))}</main>"
        "</body></html>"
    )


def _by_tag(document: Document) -> dict[str, list[tuple[str, str, Document]]]:
    groups: dict[str, list[tuple[str, str, Document]]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method in METHODS:
            if route := methods.get(method):
                groups[(route.get("tags") or ["more"])[0]].append((method, path, route))
    return dict(sorted(groups.items()))


def _nav(groups: dict[str, list[tuple[str, str, Document]]]) -> Iterator[str]:
    for tag, routes in groups.items():
        yield f"<h2>{html.escape(tag)}</h2>"
        for method, path, route in routes:
            short = html.escape(path.removeprefix("/api/v1"))
            yield f'<a href="#{route["operationId"]}"><b class="method">{method}</b> {short}</a>'


def _body(document: Document, groups: dict[str, list[tuple[str, str, Document]]]) -> Iterator[str]:
    for tag, routes in groups.items():
        yield f"<h2>{html.escape(tag)}</h2>"
        for method, path, route in routes:
            yield f'<article id="{route["operationId"]}">'
            yield f'<h3><span class="method">{method}</span> {html.escape(path)}</h3>'
            words = route.get("description") or route.get("summary") or ""
            yield f"<div>{html.escape(words)}</div>"
            yield from _parameters(document, route)
            for content in route.get("requestBody", {}).get("content", {}).values():
                yield from _members("Body", document, content.get("schema", {}))
            for status, answer in route.get("responses", {}).items():
                if status.startswith("2"):
                    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
                    yield from _members(f"Answer {status}", document, schema)
            yield "</article>"


def _parameters(document: Document, route: Document) -> Iterator[str]:
    rows = [
        _row(one["name"], one.get("schema", {}), 0, one.get("required", False), document, one)
        for one in route.get("parameters", [])
    ]
    if rows:
        yield f"<h4>Parameters</h4><table>{''.join(rows)}</table>"


def _members(title: str, document: Document, schema: Document) -> Iterator[str]:
    rows = "".join(_rows(document, schema, 0))
    if rows:
        yield f"<h4>{title}</h4><table>{rows}</table>"


def _rows(document: Document, schema: Document, depth: int) -> Iterator[str]:
    whole = _resolved(document, schema)
    required = whole.get("required", [])
    for name, member in whole.get("properties", {}).items():
        yield _row(name, member, depth, name in required, document, member)
        if depth < DEEPEST:
            yield from _rows(document, member.get("items", member), depth + 1)


def _row(
    name: str, schema: Document, depth: int, required: bool, document: Document, said: Document
) -> str:
    notes = [_kind(document, schema), *(["required"] if required else [])]
    if (default := schema.get("default")) not in (None, "", [], {}):
        notes.append(f"default {default}")
    words = html.escape(said.get("description") or "")
    note = html.escape(", ".join(filter(None, notes)))
    return (
        f'<tr><td class="in{depth}">{html.escape(name)}</td>'
        f'<td><span class="quiet">{note}</span> {words}</td></tr>'
    )


def _kind(document: Document, schema: Document) -> str:
    if options := schema.get("anyOf"):
        return " or ".join(filter(None, (_kind(document, option) for option in options)))
    whole = _resolved(document, schema)
    if values := whole.get("enum"):
        return " | ".join(str(value) for value in values)
    if whole.get("type") == "array":
        return f"list of {_kind(document, whole.get('items', {})) or 'anything'}"
    return str(whole.get("format") or whole.get("type") or "")


def _resolved(document: Document, schema: Document) -> Document:
    place: Any = schema
    if reference := schema.get("$ref"):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
    resolved: Document = place
    return resolved
