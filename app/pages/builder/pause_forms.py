"""Settings of the two small steps: wait, and stop."""

from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.inputs import Inputs
from components.controls import box, choice, field
from components.texts import _, each, later

UNITS = {1: later("seconds"), 60: later("minutes"), 3600: later("hours"), 86400: later("days")}
OUTCOMES = {
    "found": later("Found: what is known is written"),
    "partly": later("Partly found: what is known is written"),
    "not_found": later("Not found: nothing is written"),
    "skipped": later("Skipped: nothing is written"),
    "failed": later("Failed: nothing is written"),
}


def wait_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    by_time = step.get("until") is not None
    choice(
        _("Wait"),
        {"for": _("For a while"), "until": _("Until a time")},
        "until" if by_time else "for",
        on_change=lambda said: _choose(bench, said),
        testid="wait-kind",
    )
    if by_time:
        inputs.add(
            _("Until"),
            str(step.get("until") or ""),
            placeholder=_("2026-12-24 08:00, or a value with a time"),
            hint=_("In UTC, unless the time says another zone. A time that is over does not wait."),
            on_change=lambda said: bench.set(("until",), said.strip()),
            testid="wait-until",
        )
        return
    seconds = (step.get("for_ms") or 0) / 1000
    unit = next((one for one in reversed(UNITS) if seconds and seconds % one == 0), 1)
    now = {"count": seconds / unit, "unit": unit}

    def keep(key: str, said: Any) -> None:
        now[key] = said or 0
        bench.set(("for_ms",), round(now["count"] * now["unit"] * 1000))

    with box("halves"):
        field(
            _("How long"),
            f"{now['count']:g}",
            kind="number",
            min=0,
            on_change=lambda said: keep("count", said),
            testid="wait-count",
        )
        choice(
            _("Unit"),
            each(UNITS),
            unit,
            on_change=lambda said: keep("unit", said),
            testid="wait-unit",
        )


def _choose(bench: Bench, kind: str) -> None:
    step_id = bench.selected
    bench.draft.set(step_id, ("until",), "" if kind == "until" else None, alone=True)
    bench.draft.set(step_id, ("for_ms",), None if kind == "until" else 60_000)
    bench.changed("structure")


def stop_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    choice(
        _("The run ends as"),
        each(OUTCOMES),
        step.get("outcome") or "found",
        on_change=lambda said: bench.set(("outcome",), said),
        testid="stop-outcome",
    )
    inputs.add(
        _("What to tell people"),
        str(step.get("message") or ""),
        optional=True,
        lines=True,
        placeholder=_("No company is known for this contact."),
        on_change=lambda said: bench.set(("message",), said or None),
        testid="stop-message",
    )
