"""Settings of a step that calls a web service."""

from typing import Any

from app.pages.builder.asking import asking
from app.pages.builder.bench import Bench
from app.pages.builder.body import Body
from app.pages.builder.curl_copy import copy_button
from app.pages.builder.inputs import Inputs
from app.pages.builder.kept import Kept
from app.pages.builder.key import Key
from app.pages.builder.pairs import Pairs
from app.pages.builder.service import service
from components.asked import asked_in
from components.controls import choice, row
from components.texts import _, each, later

METHODS = {
    "GET": later("GET · ask"),
    "POST": later("POST · send, or make new"),
    "PUT": later("PUT · replace"),
    "PATCH": later("PATCH · change"),
    "DELETE": later("DELETE · remove"),
    "HEAD": later("HEAD · only look whether it is there"),
    "OPTIONS": later("OPTIONS · ask what is possible"),
}


def http_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    request = step.get("request") or {}
    service(bench, step)
    choice(
        _("What to do"),
        each(METHODS),
        request.get("method", "GET"),
        on_change=lambda said: _choose_method(bench, step["id"], said),
        testid="method",
    )
    inputs.add(
        _("Address"),
        str(request.get("url") or ""),
        placeholder="https://api.example.com/people",
        hint=_("Type / after a space, or {{, to insert a value."),
        on_change=lambda said: bench.set(("request", "url"), said.strip()),
        testid="address",
    )
    Key(bench, step)
    Pairs(
        bench,
        _("Search terms in the address"),
        request.get("query") or {},
        on_change=lambda said: bench.set(("request", "query"), said or None),
        inputs=inputs,
        add=_("Add a term"),
        empty=_("What comes after the “?” of an address. Empty values are left out."),
        testid="query",
    )
    Pairs(
        bench,
        _("Headers"),
        request.get("headers") or {},
        on_change=lambda said: bench.set(("request", "headers"), said or None),
        inputs=inputs,
        add=_("Add a header"),
        testid="header",
    )
    if _may_send(request.get("method", "GET")) or request.get("body"):
        Body(bench, request.get("body") or {}, inputs)
    asking(bench, asked_in(step))
    Kept(bench, step["id"])
    with row():
        copy_button(bench, str(step["id"]))


def _choose_method(bench: Bench, step_id: str, method: str) -> None:
    """What may be sent along comes and goes with the method, so the form is drawn anew then."""
    before = (bench.draft.find(step_id) or {}).get("request", {}).get("method", "GET")
    bench.draft.set(step_id, ("request", "method"), method)
    if _may_send(before) == _may_send(method):
        bench.changed()
        return
    bench.changed("structure")
    bench.focus("[data-testid=method] select")


def _may_send(method: str) -> bool:
    return method not in ("GET", "HEAD")
