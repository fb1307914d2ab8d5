"""What one step of a run did: its call, its answer, what was kept."""

import json
from collections.abc import Mapping
from typing import Any

from components.answer_view import draw_view, view_switch
from components.controls import badge, box, button, error_card, fold, row, text
from components.json_picker import JsonPicker
from components.kinds import readable
from components.texts import _, duration, in_bytes, later, ngettext, number

STATUS = {
    "success": (later("Found"), "ok", "circle-check"),
    "failed": (later("Failed"), "bad", "circle-alert"),
    "skipped": (later("Skipped"), "", "circle-minus"),
    "not_found": (later("No match"), "", "search"),
}
UNKNOWN = (later("Not known"), "warn", "triangle-alert")
AMBER = {"timeout", "rate_limited", "service_busy", "no_answer", "unknown_result"}
SAYS = ("message", "error_description", "detail", "error_message", "title", "reason", "error")


def run_step(entry: Mapping[str, Any], *, download: str = "") -> None:
    """Draws one entry of `steps_executed`; secrets in it are masked already.

    `download`: where its answer can be had as a file.
    """
    with row():
        text(str(entry.get("name") or entry["id"]), tag="h2")
        word, tone, symbol = _standing(entry)
        badge(_(word), tone, symbol)
        if entry.get("cached"):
            badge(_("From the cache, free"), "ok", "coins")
    if numbers := _numbers(entry):
        text(numbers, "quiet small numbers")
    if error := entry.get("error"):
        error_card(
            error["message"],
            error.get("hint") or "",
            tone="warn" if error["code"] in AMBER else "bad",
            said=what_it_said(entry),
            details=_("Code: {code}").format(code=error["code"]),
        )
    if kept := entry.get("extracted"):
        text(_("What was kept"), tag="h3")
        with box("facts", tag="dl"):
            for name, value in kept.items():
                text(readable(name), tag="dt")
                with box(tag="dd"):
                    _kept(value)
    if request := entry.get("request"):
        with fold(_("The call")):
            text(f"{request['method']} {request['url']}", "call-line")
            _pairs(request.get("headers"))
            _body(request.get("body"))
    if response := entry.get("response"):
        with fold(
            _("The answer ({value})").format(value=response["status"]),
            opened=not entry.get("extracted"),
        ):
            _pairs(response.get("headers"))
            if cut := bool(response.get("truncated")):
                text(_what_is_kept(response), "hint")
            if not cut or response.get("body") is not None:
                _Answer(response.get("body"), download, cut=cut)


def _standing(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    status = entry["status"]
    if status == "failed" and (entry.get("error") or {}).get("code") == "unknown_result":
        return UNKNOWN
    return STATUS.get(status, (status, "", "circle-dashed"))


def _what_is_kept(response: Mapping[str, Any]) -> str:
    words = (
        _("The answer had {size}. A run of so many steps keeps none of it.")
        if response.get("body") is None
        else _("The answer had {size}. A run keeps a part of it; a test in the builder keeps all.")
    )
    return words.format(size=in_bytes(response.get("size") or 0))


class _Answer:
    """What the service said, looked at in the way one likes."""

    def __init__(self, body: Any, download: str, *, cut: bool) -> None:
        self.body, self.view = body, "tree"
        with row("wrap"):
            self.switch = box("grow")
            if download and body not in (None, ""):
                button(
                    _("Download what is kept") if cut else _("Download all"),
                    icon="download",
                    kind="small",
                    href=download,
                    testid="answer-file",
                )
        self.place = box("stack")
        self.draw(self.view)

    def draw(self, view: str) -> None:
        self.view = view
        self.switch.clear()
        with self.switch:
            view_switch(self.body, view, self.draw)
        self.place.clear()
        with self.place:
            draw_view("" if self.body is None else self.body, view)


def _numbers(entry: Mapping[str, Any]) -> str:
    parts = []
    if (attempts := entry.get("attempts") or 0) > 1:
        parts.append(ngettext("{n} try", "{n} tries", attempts).format(n=number(attempts)))
    if entry.get("duration_ms") is not None:
        parts.append(duration(entry["duration_ms"]))
    return " · ".join(parts)


def _pairs(headers: Mapping[str, Any] | None) -> None:
    if not headers:
        return
    with fold(_("Headers")), box("facts mono", tag="dl"):
        for name, value in headers.items():
            text(name, tag="dt")
            text(str(value), tag="dd")


def _body(body: Any) -> None:
    if body is None or body == "":
        text(_("Empty."), "quiet small")
        return
    if isinstance(body, str):
        text(body, "body", tag="pre")
        return
    with box("kept-answer"):
        JsonPicker().show(body)


def what_it_said(entry: Mapping[str, Any]) -> str:
    body = (entry.get("response") or {}).get("body")
    if not body:
        return ""
    words = body if isinstance(body, str) else _sentence(body)
    return (words or json.dumps(body, ensure_ascii=False))[:600]


def _sentence(body: Any) -> str:
    """Most services say it in words somewhere; the whole answer stands below."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return _sentence(body[0]) if body else ""
    if not isinstance(body, dict):
        return ""
    return next((said for key in SAYS if key in body and (said := _sentence(body[key]))), "")


def _kept(value: Any) -> None:
    if isinstance(value, dict | list) and value:
        _body(value)
        return
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    said = _("nothing") if value is None else words
    text(said if len(said) <= 300 else f"{said[:300]}…", tag="span")
