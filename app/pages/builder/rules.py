"""What an answer means, where its status alone does not say so: the first rule that fits wins."""

import re
from collections.abc import Mapping
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.condition import ConditionEditor
from app.pages.builder.inputs import Inputs
from components.controls import box, button, choice, field, icon_button, row, text
from components.texts import _, each, later

MEANINGS = {
    "succeed": later("It worked"),
    "not_found": later("No match"),
    "fail": later("It failed"),
    "retry": later("Try again"),
    "rate_limited": later("Slow down, then try again"),
    "refresh_credential": later("Renew the login, then try again"),
    "ignore": later("Go on without it"),
    "hold": later("Nothing is left: wait on hold"),
}


class Rules:
    def __init__(self, bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
        self.bench, self.inputs, self.step_id = bench, inputs, str(step["id"])
        self.rules: list[dict[str, Any]] = [dict(rule) for rule in step.get("rules") or []]
        text(
            _(
                "Usually: 2xx worked, a busy service is tried again, all else failed. The "
                "first rule that fits wins."
            ),
            "hint",
        )
        self.place = box("stack tight")
        with row():
            button(_("Add a rule"), icon="plus", kind="small", on_press=self.add, testid="add-rule")
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        with self.place:
            for number, rule in enumerate(self.rules):
                with box(
                    "way", role="group", aria_label=_("Rule {value}").format(value=number + 1)
                ):
                    self._rule(number, rule)

    def _rule(self, number: int, rule: dict[str, Any]) -> None:
        with box("way-head"):
            field(
                _("When the status is"),
                spelled(rule.get("status")),
                placeholder=_("404 or 4xx; empty: any"),
                on_change=lambda said: self.tell(number, "status", statuses(said)),
                testid=f"rule-status-{number}",
            )
            icon_button("trash-2", _("Remove this rule"), on_press=lambda: self.remove(number))
        if rule.get("when") is not None:
            text(_("and"), "label small", tag="h3")
            ConditionEditor(
                self.inputs,
                rule["when"] or None,
                on_change=lambda said: self.tell(number, "when", said),
                empty=_("like the answer’s body"),
                extra=lambda: answer(self.bench, self.step_id),
                testid=f"rule-when-{number}",
            )
        else:
            with row():
                button(
                    _("And a condition on the answer"),
                    icon="plus",
                    kind="ghost small",
                    on_press=lambda: self.ask(number),
                    testid=f"rule-ask-{number}",
                )
        choice(
            _("it means"),
            each(MEANINGS),
            rule.get("then"),
            on_change=lambda said: self.tell(number, "then", said),
            testid=f"rule-then-{number}",
        )
        if rule.get("then") == "fail":
            field(
                _("What to tell people"),
                rule.get("message") or "",
                optional=True,
                placeholder=_("No searches left this month."),
                on_change=lambda said: self.tell(number, "message", said or None),
            )

    def add(self) -> None:
        self.rules.append({"status": [404], "then": "not_found"})
        self.keep()
        self.draw()

    def ask(self, number: int) -> None:
        self.rules[number]["when"] = {}
        self.draw()

    def remove(self, number: int) -> None:
        del self.rules[number]
        self.keep()
        self.draw()

    def tell(self, number: int, key: str, value: Any) -> None:
        rule = self.rules[number]
        redraw = key == "then" and "fail" in (value, rule.get("then"))
        if value is None and key != "when":
            rule.pop(key, None)
        else:
            rule[key] = {} if value is None else value
        self.keep()
        if redraw:
            self.draw()

    def keep(self) -> None:
        """A condition that is still blank is on the screen only."""
        said = [
            {key: value for key, value in rule.items() if key != "when" or value}
            for rule in self.rules
        ]
        self.bench.set(("rules",), said or None)


def answer(bench: Bench, step_id: str) -> Mapping[str, Any]:
    """The newest answer of this step, as its own rules see it."""
    last = bench.last(step_id)
    said = (last.entry.get("response") or {}) if last else {}
    return {"response": {name: said.get(name) for name in ("status", "body", "headers")}}


def statuses(said: str) -> Any:
    words = [word for word in re.split(r"[\s,]+", said.strip()) if word]
    if len(words) == 1 and words[0].endswith("xx"):
        return words[0]
    return [int(word) if word.isdigit() else word for word in words] or None


def spelled(status: Any) -> str:
    if isinstance(status, list | tuple):
        return ", ".join(str(one) for one in status)
    return "" if status is None else str(status)
