"""Lists that come in pages, in each of the ways providers have thought of."""

import json
from typing import Any

from tests.providers.server import Received, Reply


def page(call: Received, kind: str, url: str) -> Reply:
    """`total` items numbered from 1, `size` at a time (`per_page` and `limit` mean the same)."""
    asked = call.json if kind == "body" else call.query
    total = int(call.query.get("total", "25"))
    size = int(asked.get("per_page") or asked.get("limit") or call.query.get("size", "10"))
    start = _start(kind, asked, size)
    numbers = range(start + 1, min(start + size, total) + 1)
    if not numbers and "missing" in call.query:  # how some services say that there are no more
        return Reply(404, b'{"error": "no such page"}', [("content-type", "application/json")])
    items = [{"id": n, "email": f"person.{n}@example.com"} for n in numbers]
    more = start + size < total
    body: dict[str, Any] = {"results": items, "total": total}
    headers = [("content-type", "application/json")]
    following = f"{url}/pages/{kind}?total={total}&size={size}&after={start + size}"
    # Some services repeat the key in the address of the next page.
    if key := call.query.get("api_key") or call.headers.get("x-api-key"):
        following += f"&key={key}"
    if kind in ("cursor", "body"):
        body["paging"] = {"next": {"after": str(start + size)}} if more else {}
    elif kind == "stuck":
        body["paging"] = {"next": {"after": "again"}}
    elif kind == "circle":
        body["paging"] = {"next": {"after": {"a": "b", "b": "c"}.get(str(asked.get("after")), "a")}}
    elif kind == "next_url":
        near = following.removeprefix(url) if "relative" in call.query else following
        body["next"] = near + ("&relative=1" if near != following else "") if more else None
    elif kind == "link" and more:
        headers.append(("link", f'<{url}/pages/link>; rel="first", <{following}>; rel="next"'))
    return Reply(200, json.dumps(body).encode(), headers)


def _start(kind: str, asked: dict[str, Any], size: int) -> int:
    if kind == "page":
        return (int(asked.get("page", "1")) - 1) * size
    if kind == "offset":
        return int(asked.get("offset", "0"))
    after = asked.get("after") or "0"
    return int(after) if str(after).isdigit() else 0
