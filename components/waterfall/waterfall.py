"""A run's steps as a tree beside their time line."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from nicegui import ui

WORDS = {
    "success": "it worked",
    "failed": "it failed",
    "skipped": "skipped",
    "not_found": "no match",
    "running": "running",
    "waiting": "waiting for its turn",
}


class Waterfall(ui.element, component="waterfall.js"):
    def __init__(self, *, on_pick: Callable[[str], Any], label: str = "Steps of this run") -> None:
        """`on_pick` gets the path of the step: find_person, or loop[3].one."""
        super().__init__()
        self._props.update(steps=[], total=0, began=None, running=False, chosen="", label=label)
        self.on("span-pick", lambda event: on_pick(str(event.args)))

    def show(
        self,
        steps: Sequence[dict[str, Any]],
        *,
        total_ms: float,
        began: datetime | None,
        running: bool,
    ) -> None:
        self._props["steps"] = list(steps)
        self._props["total"] = total_ms
        self._props["began"] = began.isoformat() if began else None
        self._props["running"] = running

    def choose(self, path: str) -> None:
        self._props["chosen"] = path


def spans(entries: Sequence[Mapping[str, Any]], began: datetime | None) -> list[dict[str, Any]]:
    """Entries of `steps_executed` as rows of the waterfall; times in ms since `began`."""
    paths = [_path(entry) for entry in entries]
    return [_span(entry, path, paths, began) for entry, path in zip(entries, paths, strict=True)]


def under_way(
    planned: Sequence[tuple[str, str]],
    begun: Mapping[str, datetime],
    done: Sequence[Mapping[str, Any]],
    began: datetime | None,
) -> list[dict[str, Any]]:
    """Steps that have not finished: at work where they have begun, else waiting for their turn.

    `planned`: (id, name) of each outermost step; `begun`: when a step began, by its path.
    """
    over = {str(one["path"]) for one in done}
    names = dict(planned)
    paths = dict.fromkeys([*begun, *names])
    return [
        _unfinished(path, names.get(path, path), begun.get(path), began)
        for path in paths
        if path not in over
    ]


def _unfinished(
    path: str, name: str, at: datetime | None, began: datetime | None
) -> dict[str, Any]:
    status = "running" if at else "waiting"
    start = max(0.0, (at - began).total_seconds() * 1000) if at and began else 0
    entry = {"id": path, "name": name, "status": status}
    return {**_span(entry, path, [path], began), "start": start}


def _path(entry: Mapping[str, Any]) -> str:
    return str(entry.get("path") or entry["id"])


def _span(
    entry: Mapping[str, Any], path: str, paths: Sequence[str], began: datetime | None
) -> dict[str, Any]:
    parents = [other for other in paths if other != path and _inside(path, other)]
    return {
        "path": path,
        "name": entry.get("name") or entry["id"],
        "status": entry["status"],
        "words": WORDS.get(entry["status"], entry["status"]),
        "attempts": entry.get("attempts") or 0,
        "cached": bool(entry.get("cached")),
        "start": _since(entry.get("started_at"), began),
        "duration": entry.get("duration_ms"),
        "depth": len(parents),
        "parents": parents,
        "holds": any(_inside(other, path) for other in paths if other != path),
    }


def _inside(path: str, outer: str) -> bool:
    return re.match(re.escape(outer) + r"[.\[]", path) is not None


def _since(at: str | None, began: datetime | None) -> float:
    if not at or began is None:
        return 0
    return max(0.0, (datetime.fromisoformat(at) - began).total_seconds() * 1000)
