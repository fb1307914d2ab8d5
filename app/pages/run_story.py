"""What happened in a run as lines of its story, and which step each line opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.live import Event
from components.run_log import LogLine
from components.sentences import translated
from components.texts import _

TONES: Final = {"success": "ok", "failed": "bad", "timeout": "warn", "found": "ok"}


class Lines:
    def __init__(self) -> None:
        self.said_last = ""

    def of(self, event: Event) -> LogLine:
        """The end of a run that failed says what its step said: once is enough."""
        ended = event.type == "execution.finished"
        done = ended or event.type == "step.finished"
        tone = TONES.get(event.status or "", "") if done else ""
        if event.type == "step.retry" and not event.sentence.startswith("Waiting"):
            tone = "warn"
        words = translated(event.sentence)
        if ended and event.status != "success" and event.sentence == self.said_last:
            words = _("The run ended here.")
        self.said_last = event.sentence
        key = f"{event.step_id} {event.at.isoformat()}" if event.step_id else ""
        return LogLine(event.id, event.at, words, key=key, tone=tone)


def turn_of(key: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """A line names its step, not which turn of a loop: that was the last to begin before it."""
    step, _rest, at = key.partition(" ")
    if not at or any(path_of(one) == step for one in entries):
        return step
    told = datetime.fromisoformat(at)
    turns = [
        (began, path_of(one))
        for one in entries
        if one["id"] == step and (began := _began(one)) and began <= told
    ]
    return max(turns)[1] if turns else step


def path_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("path") or entry["id"])


def _began(entry: Mapping[str, Any]) -> datetime | None:
    at = entry.get("started_at")
    return datetime.fromisoformat(at) if at else None
