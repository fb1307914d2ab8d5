"""An answer in words: how it went, how long it took, what the service said."""

from typing import Any

from components.controls import badge, box, empty_state, row, text
from components.texts import _, duration, in_bytes
from engine.model.values import as_text

WAIT_OR_LOOK = {404, 408, 425, 429, 500, 502, 503, 504}
KEY_TROUBLE = {401, 403}
KEY_CODES = {"credential_missing", "credential_refused", "credential_not_for_host"}
REFUSED = {400, 409, 415, 422}


def status_of(entry: dict[str, Any]) -> int | None:
    status = (entry.get("response") or {}).get("status")
    return int(status) if status else None


def tone_of(entry: dict[str, Any], code: str) -> str:
    """Red: you can mend it. Amber: wait, or look."""
    waits = status_of(entry) in WAIT_OR_LOOK or code in ("timeout", "no_answer", "unknown_result")
    return "warn" if waits else "bad"


def verdict(entry: dict[str, Any]) -> tuple[str, str, str]:
    status = status_of(entry)
    number = f"{status} " if status else ""
    return {
        "success": (number + _("It worked"), "ok", "circle-check"),
        "not_found": (number + _("No match"), "", "search"),
        "skipped": (_("Skipped"), "", "circle-minus"),
    }.get(entry["status"], (number + _("Failed"), "bad", "circle-alert"))


def numbers(entry: dict[str, Any]) -> str:
    size = (entry.get("response") or {}).get("size")
    parts = [duration(round(entry.get("duration_ms") or 0))]
    if size is not None:
        parts.append(in_bytes(size))
    if (entry.get("attempts") or 0) > 1:
        parts.append(_("{n} tries").format(n=entry["attempts"]))
    if entry.get("cached"):
        parts.append(_("reused, free"))
    return " · ".join(parts)


def said(body: Any) -> str:
    """The service's own words, found where services usually put them."""
    if isinstance(body, str):
        return body[:600]
    if isinstance(body, dict):
        for key in ("message", "error_description", "detail", "error", "errors", "title"):
            if body.get(key):
                return said(body[key])
    if isinstance(body, list) and body:
        return said(body[0])
    return "" if body is None else as_text(body)[:600]


def show_call(request: dict[str, Any] | None) -> None:
    """The call as it was sent, keys masked."""
    if request is None:
        empty_state(_("Nothing was sent"), _("This step calls no service."), icon_name="send")
        return
    with box("sent"):
        with row("wrap"):
            badge(str(request.get("method") or "GET"), "brand")
            text(str(request.get("url") or ""), "mono")
        for name, value in _pairs(request.get("headers")):
            with row("sent-header"):
                text(name, "strong small", tag="span")
                text(str(value), "mono", tag="span")
        body = request.get("body")
        if body:
            text(body if isinstance(body, str) else as_text(body), tag="pre")
        text(_("Keys are shown as ••••; nobody can see them here."), "hint")


def _pairs(headers: Any) -> list[tuple[str, Any]]:
    if isinstance(headers, dict):
        return list(headers.items())
    return [(str(name), value) for name, value in headers or []]
