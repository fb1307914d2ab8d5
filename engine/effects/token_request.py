"""The request of a credential that gets its own token: filled in with its secrets and settings."""

from urllib.parse import quote

from engine.effects.egress import Call
from engine.model import poison
from engine.model.expressions import Scope
from engine.model.parts import Body, Request
from engine.model.slots import Pairs, compile_headers, compile_json, compile_pairs, compile_text
from engine.model.urls import compile_url

KINDS = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}


def token_request(request: Request, scope: Scope, timeout_s: float) -> Call:
    url = compile_url(request.url)(scope).partition("#")[0]
    if query := _encoded(compile_pairs(request.query, omit_empty=False)(scope)):
        url += ("&" if "?" in url else "?") + query
    headers = compile_headers(request.headers)(scope)
    given = {name.lower() for name, _ in headers}
    if "accept" not in given:
        headers = (*headers, ("Accept", "application/json"))
    if request.body is None or request.body.kind is None:
        return Call(request.method, url, headers, b"", timeout_s, follow=False)
    if "content-type" not in given:
        kind = request.body.content_type or KINDS[request.body.kind]
        headers = (*headers, ("Content-Type", kind))
    body = _bytes(request.body, request.body.kind, scope)
    return Call(request.method, url, headers, body, timeout_s, follow=False)


def _bytes(body: Body, kind: str, scope: Scope) -> bytes:
    if kind == "json":
        return poison.dumps(compile_json(body.json_)(scope))
    if kind == "form":
        return _encoded(compile_pairs(body.form or {}, omit_empty=False)(scope)).encode()
    return compile_text(body.text or "")(scope).encode("utf-8", "replace")


def _encoded(pairs: Pairs) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
