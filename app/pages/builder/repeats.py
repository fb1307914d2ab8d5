"""How long a call waits, how often it is tried, how long its answer is reused."""

from typing import Any

from app.pages.builder.bench import Bench
from components.controls import box, field, tick
from components.texts import _
from engine.model import limits

DAY = 86_400


def repeats(bench: Bench, step: dict[str, Any]) -> None:
    retry = dict(step.get("retry") or {})

    def keep(key: str, said: Any) -> None:
        retry.pop(key, None)
        if said is not None:
            retry[key] = said
        bench.set(("retry",), dict(retry) or None)

    field(
        _("Wait for an answer at most"),
        (step.get("timeout_ms") or 0) / 1000 or "",
        kind="number",
        min=0,
        max=limits.TIMEOUT_MS // 1000,
        optional=True,
        hint=_("Seconds. Empty: as the connector says."),
        on_change=lambda said: bench.set(("timeout_ms",), round(said * 1000) if said else None),
        testid="timeout",
    )
    with box("halves"):
        field(
            _("Try again at most"),
            retry.get("max_retries", ""),
            kind="number",
            min=0,
            max=limits.RETRIES,
            optional=True,
            hint=_("Times. Empty: as the connector says."),
            on_change=lambda said: keep("max_retries", None if said is None else round(said)),
            testid="retries",
        )
        field(
            _("First pause"),
            retry.get("base_ms", 0) / 1000 or "",
            kind="number",
            min=0,
            max=limits.WAIT_MS // 1000,
            optional=True,
            hint=_("Seconds; then longer each time."),
            on_change=lambda said: keep("base_ms", round(said * 1000) if said else None),
            testid="first-pause",
        )
    field(
        _("Header against doing it twice"),
        step.get("idempotency_header") or "",
        optional=True,
        placeholder=_("Idempotency-Key"),
        hint=_("Where the service knows one, a lost answer can be asked for again safely."),
        on_change=lambda said: bench.set(("idempotency_header",), said.strip() or None),
        testid="idempotency",
    )
    pace(bench, step)


def pace(bench: Bench, step: dict[str, Any]) -> None:
    paced = dict(step.get("limits") or {})

    def keep(key: str, said: float | None) -> None:
        paced.pop(key, None)
        if said:
            paced[key] = said
        bench.set(("limits",), dict(paced) or None)

    with box("halves"):
        field(
            _("Calls per second at most"),
            paced.get("per_second", ""),
            kind="number",
            min=0,
            max=limits.CALLS_PER_SECOND,
            optional=True,
            hint=_("With one credential, by all runs together."),
            on_change=lambda said: keep("per_second", said),
            testid="per-second",
        )
        field(
            _("Calls per minute at most"),
            paced.get("per_minute", ""),
            kind="number",
            min=0,
            max=limits.CALLS_PER_SECOND,
            optional=True,
            hint=_("The stricter of the two counts."),
            on_change=lambda said: keep("per_minute", said),
            testid="per-minute",
        )


def reuse(bench: Bench, step: dict[str, Any]) -> None:
    cache = dict(step.get("cache") or {})

    def keep(key: str, days: float | None) -> None:
        cache[key] = round((days or 0) * DAY)
        bench.set(("cache",), dict(cache) if cache.get("ttl_s") else None)

    with box("halves"):
        field(
            _("Reuse answers for"),
            cache.get("ttl_s", 0) / DAY or "",
            kind="number",
            min=0,
            max=limits.CACHE_S // DAY,
            optional=True,
            hint=_("Days. Asking the same again is free until then."),
            on_change=lambda said: keep("ttl_s", said),
            testid="reuse",
        )
        field(
            _("Reuse “no match” for"),
            cache.get("negative_ttl_s", 0) / DAY or "",
            kind="number",
            min=0,
            max=limits.CACHE_S // DAY,
            optional=True,
            hint=_("Days. Usually shorter."),
            on_change=lambda said: keep("negative_ttl_s", said),
            testid="reuse-none",
        )
    tick(
        _("Leave out empty values"),
        step.get("omit_empty", True),
        hint=_("Search terms, form fields and JSON members whose value came out empty."),
        on_change=lambda said: bench.set(("omit_empty",), None if said else False),
    )
