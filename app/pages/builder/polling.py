"""Asking again until the answer is ready, as services do that take their time."""

from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.condition import ConditionEditor
from app.pages.builder.inputs import Inputs
from app.pages.builder.rules import answer
from components.controls import box, field, text, tick
from components.kinds import NO_CONDITION
from components.texts import _
from engine.model import limits


class Polling:
    def __init__(self, bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
        self.bench, self.inputs, self.step_id = bench, inputs, str(step["id"])
        self.said: dict[str, Any] = dict(step.get("poll") or {})
        tick(
            _("Ask again until it is ready"),
            bool(self.said),
            hint=_("For services that first say “working on it”."),
            on_change=self.choose,
            testid="poll",
        )
        self.place = box("stack")
        self.draw()

    def choose(self, on: bool) -> None:
        fresh = {"until": dict(NO_CONDITION), "every_ms": 2000, "max_wait_ms": 120_000}
        self.said = fresh if on else {}
        self.keep()
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        if not self.said:
            return
        with self.place:
            text(_("It is ready when"), "label", tag="h3")
            ConditionEditor(
                self.inputs,
                self.said.get("until"),
                on_change=lambda said: self.tell("until", said or dict(NO_CONDITION)),
                empty=_("like the answer’s body"),
                extra=lambda: answer(self.bench, self.step_id),
                testid="until",
            )
            with box("halves"):
                self._seconds(_("Ask every"), "every_ms", 2000, limits.WAIT_MS)
                self._seconds(_("Give up after"), "max_wait_ms", 120_000, limits.POLL_MS)
            self.inputs.add(
                _("Ask at another address"),
                str((self.said.get("request") or {}).get("url") or ""),
                extra=lambda: answer(self.bench, self.step_id),
                optional=True,
                placeholder=_("Empty: the same call again"),
                on_change=self._elsewhere,
                testid="poll-address",
            )

    def _seconds(self, label: str, key: str, usual: int, most: int) -> None:
        field(
            label,
            f"{(self.said.get(key) or usual) / 1000:g}",
            kind="number",
            min=0,
            max=most // 1000,
            hint=_("Seconds."),
            on_change=lambda said: self.tell(key, round((said or usual / 1000) * 1000)),
            testid=f"poll-{key}",
        )

    def _elsewhere(self, url: str) -> None:
        before = self.said.get("request") or {}
        self.tell("request", {**before, "url": url.strip()} if url.strip() else None)

    def tell(self, key: str, value: Any) -> None:
        self.said[key] = value
        if value is None:
            del self.said[key]
        self.keep()

    def keep(self) -> None:
        self.bench.set(("poll",), dict(self.said) or None)
