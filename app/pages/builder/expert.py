"""What only some need: when a step runs, how often it is tried, what an answer means."""

import re
from typing import Any

from app.pages.builder.bench import Bench
from components.controls import box, button, choice, field, fold, icon_button, row, text, tick
from components.expression_input import ExpressionInput

OPS = {
    "is_not_empty": "is there",
    "is_empty": "is empty",
    "equals": "is",
    "not_equals": "is not",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "matches": "matches the pattern",
    "greater_than": "is more than",
    "less_than": "is less than",
    "is_true": "is yes",
}
ALONE = {"is_not_empty", "is_empty", "is_true"}
MEANINGS = {
    "succeed": "It worked",
    "not_found": "No match",
    "fail": "It failed",
    "retry": "Try again",
    "rate_limited": "Slow down, then try again",
    "refresh_credential": "Renew the login, then try again",
    "ignore": "Go on without it",
}


def expert_form(bench: Bench, step: dict[str, Any], inputs: list[ExpressionInput]) -> None:
    with fold("Only when …", opened=bool(step.get("when"))):
        _when(bench, step, inputs)
    if step["kind"] == "http":
        with fold("Time and repeats"):
            _repeats(bench, step)
        with fold("What an answer means", opened=bool(step.get("rules"))):
            _Rules(bench, step)
    with fold("When it fails"):
        choice(
            "When this step fails",
            {
                "": "As the connector says",
                "stop": "Stop the run",
                "continue": "Go on without its values",
            },
            step.get("on_error") or "",
            on_change=lambda said: bench.set(("on_error",), said or None),
        )
        tick(
            "Leave this step out",
            bool(step.get("disabled")),
            hint="It stays here and is skipped in tests and runs.",
            on_change=lambda said: bench.set(("disabled",), said or None),
        )
    with fold("Note"):
        field(
            "Note for those who read this later",
            step.get("notes") or "",
            kind="lines",
            on_change=lambda said: bench.set(("notes",), said or None),
        )


def _when(bench: Bench, step: dict[str, Any], inputs: list[ExpressionInput]) -> None:
    when = step.get("when") or {}
    if any(key in when for key in ("all", "any", "not")):
        text("This step has a condition of several parts. It is kept as it is.", "hint")
        return
    now = {"left": "", "op": "is_not_empty", "right": "", **when}

    def keep() -> None:
        said = {"left": now["left"], "op": now["op"]}
        if now["op"] not in ALONE:
            said["right"] = now["right"]
        bench.set(("when",), said if now["left"] else None)
        right.set_visibility(now["op"] not in ALONE)

    def told(key: str, value: Any) -> None:
        now[key] = value
        keep()

    known = bench.known(step["id"])
    left = ExpressionInput(
        "This value",
        str(now["left"]),
        known=known,
        placeholder="Insert a value; empty means: always",
        on_change=lambda said: told("left", said),
        on_focus=lambda one: bench.aim(one, step["id"]),
        on_left=bench.leave,
    )
    choice("Condition", OPS, now["op"], hide_label=True, on_change=lambda said: told("op", said))
    right = ExpressionInput(
        "That",
        str(now.get("right") or ""),
        known=known,
        hide_label=True,
        on_change=lambda said: told("right", said),
        on_focus=lambda one: bench.aim(one, step["id"]),
        on_left=bench.leave,
    )
    right.set_visibility(now["op"] not in ALONE)
    inputs += [left, right]


def _repeats(bench: Bench, step: dict[str, Any]) -> None:
    retry = step.get("retry") or {}
    field(
        "Wait for an answer at most",
        (step.get("timeout_ms") or 0) / 1000 or "",
        kind="number",
        optional=True,
        hint="Seconds. Empty: as the connector says.",
        on_change=lambda said: bench.set(("timeout_ms",), round(said * 1000) if said else None),
    )
    field(
        "Try again at most",
        retry.get("max_retries", ""),
        kind="number",
        optional=True,
        hint="Times, after a refusal or no answer. Empty: as the connector says.",
        on_change=lambda said: bench.set(
            ("retry",), None if said is None else {**retry, "max_retries": round(said)}
        ),
    )
    field(
        "Reuse the answer for",
        (step.get("cache") or {}).get("ttl_s", 0) / 86400 or "",
        kind="number",
        optional=True,
        hint="Days. The same question is then free until it is over.",
        on_change=lambda said: bench.set(
            ("cache",), {"ttl_s": round(said * 86400)} if said else None
        ),
    )
    tick(
        "Leave out empty values",
        step.get("omit_empty", True),
        hint="Search terms, form fields and JSON members whose value came out empty.",
        on_change=lambda said: bench.set(("omit_empty",), None if said else False),
    )
    field(
        "Header against doing it twice",
        step.get("idempotency_header") or "",
        optional=True,
        placeholder="Idempotency-Key",
        hint="Where the service knows one, a lost answer can be asked for again safely.",
        on_change=lambda said: bench.set(("idempotency_header",), said.strip() or None),
    )


class _Rules:
    """First match wins; conditions beside a status are kept as they are."""

    def __init__(self, bench: Bench, step: dict[str, Any]) -> None:
        self.bench = bench
        self.rules: list[dict[str, Any]] = [dict(rule) for rule in step.get("rules") or []]
        text(
            "Say what a status means where it is not the usual: 2xx worked, others failed.", "hint"
        )
        self.place = box("stack tight")
        with row():
            button("Add a rule", icon="plus", kind="ghost small", on_press=self.add)
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        with self.place:
            for number, rule in enumerate(self.rules):
                self._rule(number, rule)

    def _rule(self, number: int, rule: dict[str, Any]) -> None:
        with box("rule"):
            with box("pair"):
                field(
                    "Status",
                    _spelled(rule.get("status")),
                    hide_label=True,
                    placeholder="404 or 4xx",
                    on_change=lambda said: self.tell(number, "status", _statuses(said)),
                )
                choice(
                    "Means",
                    MEANINGS,
                    rule.get("then"),
                    hide_label=True,
                    on_change=lambda said: self.tell(number, "then", said),
                )
                icon_button("x", "Remove this rule", on_press=lambda: self.remove(number))
            if rule.get("then") == "fail":
                field(
                    "What to tell people",
                    rule.get("message") or "",
                    hide_label=True,
                    placeholder="What to tell people then",
                    on_change=lambda said: self.tell(number, "message", said or None),
                )
            if rule.get("when"):
                text("Has a condition on the answer, too; it is kept as it is.", "hint")

    def add(self) -> None:
        self.rules.append({"status": [404], "then": "not_found"})
        self.keep()
        self.draw()

    def remove(self, number: int) -> None:
        del self.rules[number]
        self.keep()
        self.draw()

    def tell(self, number: int, key: str, value: Any) -> None:
        redraw = key == "then" and "fail" in (value, self.rules[number].get("then"))
        if value is None:
            self.rules[number].pop(key, None)
        else:
            self.rules[number][key] = value
        self.keep()
        if redraw:
            self.draw()

    def keep(self) -> None:
        self.bench.set(("rules",), [dict(rule) for rule in self.rules] or None)


def _statuses(said: str) -> Any:
    words = re.split(r"[\s,]+", said.strip())
    if len(words) == 1 and words[0].endswith("xx"):
        return words[0]
    return [int(word) if word.isdigit() else word for word in words if word] or None


def _spelled(status: Any) -> str:
    if isinstance(status, list | tuple):
        return ", ".join(str(one) for one in status)
    return "" if status is None else str(status)
