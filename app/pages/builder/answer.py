"""The bottom left: what the service answered, what was sent, and what went wrong."""

from typing import Any

from app.pages.builder.bench import Bench, What
from app.pages.builder.picking import Picking
from app.services.drafts import LastTest
from components import kinds
from components.controls import badge, box, choice, empty_state, error_card, row, text
from components.json_picker import JsonPicker
from engine.model.values import as_text

AMBER = {404, 408, 425, 429, 500, 502, 503, 504}
TABS = {"answer": "Answer", "sent": "Call as sent"}


class Answer:
    def __init__(self, bench: Bench, picking: Picking, try_step: Any) -> None:
        self.bench, self.picking, self.try_step = bench, picking, try_step
        self.tab, self.good = "answer", True
        self.shown: tuple[Any, ...] = ()
        self.tree: JsonPicker | None = None
        with box("answer", tag="section", aria_label="Answer"):
            self.head = box("tabs answer-tabs")
            self.body = box("answer-body")
        bench.watch(self.redraw)
        self.draw()

    def redraw(self, what: What) -> None:
        if what in ("selection", "tests", "structure", "value", "target"):
            if what == "selection":
                self.good = True
            self.draw()

    def draw(self) -> None:
        """Only what changed: an open tree stays open while other things are typed."""
        bench = self.bench
        step_id, last = bench.selected, self._chosen()
        both = len(bench.tests.get(step_id, {})) == 2
        now = (
            step_id,
            last,
            self.tab,
            both,
            bench.stale(step_id),
            bool(bench.running),
            last is None,
        )
        if now != self.shown:
            fresh = now[:3] != self.shown[:3] or self.tree is None
            self.shown = now
            self._head(last, both)
            if fresh:
                self._body(last)
                return
        self._tree(last, fresh=False)

    def _chosen(self) -> LastTest | None:
        """The newest answer, or the one of the other sort when people ask for it."""
        both = self.bench.tests.get(self.bench.selected, {})
        newest = self.bench.last(self.bench.selected)
        if newest is None or self.good:
            return newest
        return both.get(not newest.good, newest)

    def _head(self, last: LastTest | None, both: bool) -> None:
        self.head.clear()
        step = self.bench.draft.find(self.bench.selected)
        with self.head:
            with box("row", role="tablist", aria_label="Answer and call"):
                for key, words in TABS.items():
                    tab = box("tab", tag="button", type="button", role="tab")
                    tab.props["aria-selected"] = "true" if self.tab == key else "false"
                    tab.on("click", lambda chosen=key: self.turn_to(chosen), args=[])
                    tab._text = words
            box("grow")
            if last is None or step is None:
                return
            with row("answer-facts"):
                if self.bench.stale(self.bench.selected):
                    badge("Changed since this test", "warn", "rotate-ccw")
                if both:
                    choice(
                        "Which answer",
                        {True: "Newest", False: "Before, the other way"},
                        self.good,
                        hide_label=True,
                        on_change=self.choose,
                    ).classes("small-choice")
                badge(*_verdict(last.entry))
                text(_numbers(last.entry), "quiet small numbers")

    def _body(self, last: LastTest | None) -> None:
        self.body.clear()
        self.tree = None
        step = self.bench.draft.find(self.bench.selected)
        with self.body:
            if step is None:
                empty_state(
                    "No step is open", "Choose a step to see its answer.", icon_name="workflow"
                )
            elif last is None:
                empty_state(
                    "Not tested yet",
                    f"Test it on {self.bench.contact_name} to see what “{kinds.title(step)}” gets.",
                    icon_name="play",
                    action="Test this step",
                    on_action=self.try_step,
                )
            elif self.tab == "sent":
                _sent(last.entry.get("request"))
            else:
                if error := last.entry.get("error"):
                    self._error(error, last.entry)
                if _document(last.entry) is not None:
                    self.tree = JsonPicker(on_pick=self.picking.pick)
                    self._tree(last, fresh=True)

    def _tree(self, last: LastTest | None, *, fresh: bool) -> None:
        step = self.bench.draft.find(self.bench.selected)
        if self.tree is None or last is None or step is None:
            return
        self.tree.show(
            _document(last.entry),
            root=kinds.title(step),
            mapped=self.picking.mapped(step),
            verb=self.picking.verb(),
            dimmed=bool(self.bench.running),
            searchable=True,
            fresh=fresh,
        )

    def _error(self, error: dict[str, Any], entry: dict[str, Any]) -> None:
        response = entry.get("response") or {}
        status = response.get("status")
        with box("answer-error"):
            error_card(
                error["message"],
                error.get("hint") or "",
                tone="warn"
                if status in AMBER or error["code"] in ("timeout", "no_answer")
                else "bad",
                action="Test again",
                on_action=self.try_step,
                said=_said(response.get("body")),
                details=f"Code: {error['code']}" + (f"\nStatus: {status}" if status else ""),
            )

    def turn_to(self, tab: str) -> None:
        self.tab = tab
        self.draw()

    def choose(self, newest: bool) -> None:
        self.good = newest
        self.draw()


def _document(entry: dict[str, Any]) -> Any:
    if entry["kind"] == "http":
        return (entry.get("response") or {}).get("body")
    return entry.get("extracted") or None


def _verdict(entry: dict[str, Any]) -> tuple[str, str, str]:
    status = (entry.get("response") or {}).get("status")
    words = f"{status} " if status else ""
    return {
        "success": (f"{words}It worked", "ok", "circle-check"),
        "not_found": (f"{words}No match", "", "search"),
        "skipped": ("Skipped", "", "circle-minus"),
    }.get(entry["status"], (f"{words}Failed", "bad", "circle-alert"))


def _numbers(entry: dict[str, Any]) -> str:
    size = (entry.get("response") or {}).get("size")
    parts = [f"{round(entry.get('duration_ms') or 0)} ms"]
    if size is not None:
        parts.append(f"{size / 1000:.1f} kB" if size >= 1000 else f"{size} bytes")
    if (entry.get("attempts") or 0) > 1:
        parts.append(f"{entry['attempts']} tries")
    return " · ".join(parts)


def _said(body: Any) -> str:
    """The service's own words, found where services usually put them."""
    if isinstance(body, str):
        return body[:600]
    if isinstance(body, dict):
        for key in ("message", "error_description", "detail", "error", "errors", "title"):
            if body.get(key):
                return _said(body[key])
    if isinstance(body, list) and body:
        return _said(body[0])
    return "" if body is None else as_text(body)[:600]


def _sent(request: dict[str, Any] | None) -> None:
    if request is None:
        empty_state("Nothing was sent", "This step calls no service.", icon_name="send")
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
        text("Keys are shown as ••••; nobody can see them here.", "hint")


def _pairs(headers: Any) -> list[tuple[str, Any]]:
    if isinstance(headers, dict):
        return list(headers.items())
    return [(str(name), value) for name, value in headers or []]
