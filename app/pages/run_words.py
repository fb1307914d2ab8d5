"""How a run stands, in a word, a colour and an icon."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from app.services.history import is_over
from components.controls import words_of_run
from components.texts import _
from db.executions import Execution


def is_held(run: Execution) -> bool:
    """It waits for a quota or a login, and says so where an error would stand."""
    return not is_over(run) and run.status == "pending" and run.error_code is not None


def is_planned(run: Execution) -> bool:
    """Nothing has begun, and nothing shall before its time."""
    return run.status == "pending" and run.started_at is None and run.run_at > datetime.now(UTC)


def words_for(
    run: Execution, waits: Mapping[UUID, datetime]
) -> tuple[str, str, str, datetime | None]:
    """`waits`: until when which runs wait. The last of the answer is the {time} in the word."""
    if is_held(run):
        return _("On hold"), "warn", "circle-pause", None
    if is_planned(run):
        return _("Planned"), "", "calendar-clock", None
    if not is_over(run) and (until := waits.get(run.id)):
        return _("Waiting until {time}"), "info", "timer", until
    return *words_of_run(run.status, run.outcome), None
