"""Runs that fail alike: how often, since when, and what one may do about it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from nicegui import ui


@dataclass(frozen=True, slots=True)
class Failure:
    """`activity`: how many in each part of the time; `note`: a badge beside the message."""

    key: str
    message: str
    where: str
    count: int
    first_at: datetime
    last_at: datetime
    activity: tuple[int, ...]
    href: str
    example: str
    note: str = ""
    tone: str = ""


class Failures(ui.element, component="failures.js"):
    """`on_act` gets the group's key and what was pressed: again, resolve, ignore or open."""

    def __init__(
        self, label: str, *, acts: Sequence[str], why: str, on_act: Callable[[str, str], Any]
    ) -> None:
        """`why`: nobody may press them, for this reason."""
        super().__init__()
        self.keys: set[str] = set()
        self._props.update(label=label, rows=[], acts=list(acts), why=why)
        self.on("group-act", lambda event: self._act(event.args, on_act))

    def show(self, rows: Sequence[Failure]) -> None:
        self.keys = {row.key for row in rows}
        self._props["rows"] = [
            {
                **asdict(row),
                "first_at": row.first_at.isoformat(),
                "last_at": row.last_at.isoformat(),
            }
            for row in rows
        ]

    def _act(self, pressed: Any, on_act: Callable[[str, str], Any]) -> Any:
        """A forged event for a group or a button that is not there does nothing."""
        key, act = str(pressed.get("key", "")), str(pressed.get("act", ""))
        if self._props["why"] or key not in self.keys or act not in self._props["acts"]:
            return None
        return on_act(key, act)


__all__ = ["Failure", "Failures"]
