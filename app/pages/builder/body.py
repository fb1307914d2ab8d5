"""What is sent along with a call: nothing, JSON, a form or text."""

import json
import re
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.inputs import Inputs
from app.pages.builder.pairs import Pairs
from components.controls import box, choice
from components.expression_input import ExpressionInput
from components.texts import _, each, later

KINDS = {
    "": later("Nothing"),
    "json": later("JSON"),
    "form": later("Form fields"),
    "text": later("Text"),
}
# A JSON string as it stands, or an expression outside of one.
PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<bare>\{\{(?:[^}"\']|"[^"]*"|\'[^\']*\'|\}(?!\}))*\}\})')


class Body:
    def __init__(self, bench: Bench, body: dict[str, Any], inputs: Inputs) -> None:
        self.bench, self.body, self.inputs = bench, body, inputs
        self.step_id = bench.selected
        kind = next((name for name in ("json", "form", "text") if name in body), "")
        choice(_("Send along"), each(KINDS), kind, on_change=self.choose, testid="body-kind")
        self.place = box("stack")
        self.draw(kind)

    def choose(self, kind: str) -> None:
        self.bench.unread.pop(self.step_id, None)
        fresh: dict[str, Any] = {"json": {"json": {}}, "form": {"form": {}}, "text": {"text": ""}}
        self.body = fresh.get(kind, {})
        self.bench.set(("request", "body"), self.body or None)
        self.draw(kind)

    def draw(self, kind: str) -> None:
        self.place.clear()
        with self.place:
            if kind == "form":
                Pairs(
                    self.bench,
                    _("Form fields"),
                    self.body["form"],
                    on_change=lambda said: self.bench.set(("request", "body", "form"), said),
                    inputs=self.inputs,
                    add=_("Add a field"),
                    testid="form",
                )
            elif kind == "json":
                text = self.bench.unread.get(self.step_id) or _spelled(self.body["json"])
                self.field = self._lines("JSON", text, self.said_json, mono=True)
                self._judge()
            elif kind == "text":
                self._lines(_("Text"), self.body["text"], self.said_text)

    def said_text(self, said: str) -> None:
        self.bench.set(("request", "body", "text"), said)

    def said_json(self, said: str) -> None:
        read, good = read_json(said)
        if good:
            self.bench.unread.pop(self.step_id, None)
            self.bench.set(("request", "body", "json"), read)
        else:
            self.bench.unread[self.step_id] = said
            self.bench.changed()
        self._judge()

    def _judge(self) -> None:
        unread = self.step_id in self.bench.unread
        self.field.failed(
            _("This is not valid JSON yet; it is not sent like this.") if unread else ""
        )

    def _lines(
        self, label: str, text: str, on_change: Any, *, mono: bool = False
    ) -> ExpressionInput:
        return self.inputs.add(
            label,
            text,
            place=self.step_id,
            lines=True,
            mono=mono,
            on_change=on_change,
            testid="body",
        )


def read_json(said: str) -> tuple[Any, bool]:
    """JSON with expressions in it; those that stand bare are put into quotes first."""
    quoted = PIECES.sub(lambda one: json.dumps(one[0]) if one["bare"] else one[0], said)
    try:
        return json.loads(quoted), True
    except ValueError:
        return None, False


def _spelled(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) if value not in ({}, None) else "{}"
