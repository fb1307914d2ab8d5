"""A call as a cURL command for the clipboard, on the sample contact and without its secret."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from app.pages.builder.bench import Bench
from components.clipboard import copy_text
from components.controls import button
from components.frame import notice
from components.sentences import translated
from components.texts import _
from engine.errors import RunStopped
from engine.model.curl_command import as_curl, variable, with_login
from engine.model.parts import HttpStep
from engine.model.plan import compile_request
from engine.model.values import as_json, as_text
from engine.run.requests import Rendered, render


def copy_button(bench: Bench, step_id: str, sent: dict[str, Any] | None = None) -> None:
    """Of the call as it was sent, or else as it would be."""

    async def copy() -> None:
        step = bench.draft.find(step_id)
        if step is None:
            return
        service = str(step.get("credential") or "")
        if sent is not None:
            _copy(sent_as_curl(sent, service), service)
            return
        try:
            command = await _command(bench, step)
        except (RunStopped, ValidationError) as problem:
            said = problem.message if isinstance(problem, RunStopped) else ""
            notice(_("This call is not complete yet."), tone="warn", hint=translated(said))
            return
        _copy(command, service)

    button(
        _("Copy as cURL"),
        icon="clipboard",
        kind="ghost small",
        on_press=copy,
        testid="copy-sent-curl" if sent is not None else "copy-curl",
    )


def sent_as_curl(sent: dict[str, Any], service: str) -> str:
    """From the record of a call, in which every secret is masked."""
    body = sent.get("body")
    return as_curl(
        str(sent.get("method") or "GET"),
        str(sent.get("url") or ""),
        _pairs(sent.get("headers")),
        body if isinstance(body, str) else "" if body is None else as_json(body),
        service=service,
    )


async def _command(bench: Bench, step: dict[str, Any]) -> str:
    read = HttpStep.model_validate({name: one for name, one in step.items() if one is not None})
    scope = bench.samples.scope(bench.draft, read.id)
    made = render(compile_request(read.request, read.omit_empty), scope)
    url, headers, body = made.url, list(made.headers), made.body
    if read.credential:
        auth = await _auth_of(bench, read.credential)
        url, headers, body = with_login(url, headers, body, auth)
    return as_curl(
        made.method, url, headers, _text(made, body), service=str(step.get("credential") or "")
    )


async def _auth_of(bench: Bench, service: str) -> dict[str, Any]:
    found = await bench.services.credentials.listed(await bench.visit.me(), limit=200)
    kept = next((one.auth for one in found.items if one.service_name == service), None)
    slot = bench.services.catalogue.slot(service) or {}
    return kept or slot.get("auth") or {"type": "bearer"}


def _text(made: Rendered, body: Any) -> str:
    if made.body_kind == "form":
        return urlencode(list(body))
    if made.body_kind == "json":
        return as_json(body)
    return "" if body is None else as_text(body)


def _copy(command: str, service: str) -> None:
    copy_text(command)
    hint = _("Its key is left out: put it into ${name}_KEY.").format(name=variable(service))
    notice(_("The cURL command is copied."), tone="ok", hint=hint if service else "")


def _pairs(headers: Any) -> Iterable[tuple[str, str]]:
    if isinstance(headers, dict):
        return [(str(name), str(value)) for name, value in headers.items()]
    return [(str(name), str(value)) for name, value in headers or ()]
