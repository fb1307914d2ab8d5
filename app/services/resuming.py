"""Going on where an execution failed: which of its finished steps the next attempt believes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db import connectors, jobs
from db.executions import Execution, ExecutionStep
from db.jobs import Session

BY_A_PERSON = {
    "skip": ("skipped", "Skipped by hand: nobody knows whether the call arrived."),
    "mark_done": ("success", "Marked as done by hand: nobody knew whether the call arrived."),
}
# They failed only because of a call inside them: it is that call's fate a person knows.
CONTAINERS = ("branch", "for_each", "waterfall")


async def carry_over(
    session: Session, old: Execution, again: Execution, unknown: str | None
) -> None:
    """Give the new execution the steps it need not repeat."""
    steps = await jobs.steps_of(session, old.id)
    same = await _steps_that_stayed(session, old, again)
    if old.status == "success":
        kept = to_mend(steps, same, unknown)
    else:
        kept = to_carry(steps, same, unknown if old.error_code == "unknown_result" else None)
    if kept:
        await jobs.add_steps(session, again.workspace_id, again.id, kept)


def to_carry(
    steps: Sequence[ExecutionStep], same: set[str] | None, unknown: str | None
) -> list[dict[str, Any]]:
    """All finished steps but those that failed with the one that ended the run.

    `same`: ids of the outermost steps the new version left unchanged; None: all of them.
    """
    ended_at = next((outermost(step.path) for step in reversed(steps) if _failed(step)), None)
    kept = []
    for step in steps:
        if same is not None and outermost(step.path) not in same:
            continue
        if _failed(step) and outermost(step.path) == ended_at:
            if unknown in BY_A_PERSON and is_unknown(step):
                kept.append(_decided(step, unknown))
            continue
        kept.append(_row(step, step.entry, step.result))
    return kept


def to_mend(
    steps: Sequence[ExecutionStep], same: set[str] | None, unknown: str | None
) -> list[dict[str, Any]]:
    """Of a run that found a part: everything but what failed on the way, and what is around it.

    What only works out values is done anew once something before it is: it costs nothing and
    calls nobody.
    """
    missed = missing(steps)
    around = {outer for step in missed for outer in containers(step.path)}
    failed = {step.path for step in missed}
    first = min((step.position for step in missed), default=0)
    kept = []
    for step in steps:
        if same is not None and outermost(step.path) not in same:
            continue
        if step.path in failed and unknown in BY_A_PERSON and is_unknown(step):
            kept.append(_decided(step, unknown))
        elif step.path not in failed | around and not (
            step.position > first and step.entry.get("kind") in ("set", "stop")
        ):
            kept.append(_row(step, step.entry, step.result))
    return kept


def missing(steps: Iterable[Any]) -> list[Any]:
    """Steps that failed and were passed over. Attempts of a waterfall that another attempt made
    up for are not missed."""
    steps = list(steps)
    made_up_for = {
        step.path for step in steps if step.entry.get("kind") == "waterfall" and not _failed(step)
    }
    return [
        step for step in steps if _failed(step) and made_up_for.isdisjoint(containers(step.path))
    ]


def containers(path: str) -> list[str]:
    """loop[3].way.one → loop, loop[3].way"""
    parts = path.split(".")
    return [re.sub(r"\[\d+\]$", "", ".".join(parts[:count])) for count in range(1, len(parts))]


def outermost(path: str) -> str:
    """loop[3].one → loop"""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def unchanged(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> set[str]:
    """The steps up to the first that is another one now: what follows may depend on it."""
    same: set[str] = set()
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        same.add(str(new.get("id")))
    return same


async def _steps_that_stayed(session: Session, old: Execution, again: Execution) -> set[str] | None:
    if old.connector_version == again.connector_version:
        return None
    before, after = [
        await connectors.find_version(
            session, again.workspace_id, again.connector_id, one.connector_version
        )
        for one in (old, again)
    ]
    if before is None or after is None:
        return set()
    return unchanged(
        before.definition["config"].get("steps", ()), after.definition["config"].get("steps", ())
    )


def _failed(step: ExecutionStep) -> bool:
    return bool(step.entry["status"] == "failed")


def is_unknown(step: ExecutionStep) -> bool:
    code = (step.entry.get("error") or {}).get("code")
    return bool(code == "unknown_result" and step.entry.get("kind") not in CONTAINERS)


def _decided(step: ExecutionStep, unknown: str) -> dict[str, Any]:
    status, hint = BY_A_PERSON[unknown]
    error = {**(step.entry.get("error") or {}), "hint": hint}
    return _row(step, {**step.entry, "status": status, "error": error}, None)


def _row(step: ExecutionStep, entry: Any, result: Any) -> dict[str, Any]:
    return {"path": step.path, "position": step.position, "entry": entry, "result": result}
