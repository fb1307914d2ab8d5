"""A run's steps as a tree beside their time line."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nicegui import ui

from components.texts import _, later

WORDS = {
    "success": later("it worked"),
    "failed": later("it failed"),
    "skipped": later("skipped"),
    "not_found": later("no match"),
    "running": later("running"),
    "waiting": later("waiting for its turn"),
}


class Waterfall(ui.element, component="waterfall.js"):
    def __init__(self, *, on_pick: Callable[[str], Any], label: str = "") -> None:
        """`on_pick` gets the path of the step: find_person, or loop[3].one."""
        super().__init__()
        self._props.update(
            steps=[],
            total=0,
            began=None,
            running=False,
            chosen="",
            label=label or _("Steps of this run"),
        )
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


@dataclass(frozen=True, slots=True)
class Planned:
    """A step of the connector; `top`: the outermost step that it lies in, perhaps itself."""

    id: str
    name: str
    top: str


def spans(
    entries: Sequence[Mapping[str, Any]],
    began: datetime | None,
    at_work: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Entries of `steps_executed` as rows of the waterfall; times in ms since `began`.

    `at_work`: steps without an entry yet, which hold others.
    """
    paths = [_path(entry) for entry in entries]
    known = {*paths, *at_work}
    rows = [_span(entry, path, known, began) for entry, path in zip(entries, paths, strict=True)]
    holders = {parent for row in rows for parent in row["parents"]}
    return [{**row, "holds": row["path"] in holders} for row in rows]


def under_way(
    entries: Sequence[Mapping[str, Any]],
    planned: Sequence[Planned],
    begun: Mapping[str, datetime],
    began: datetime | None,
) -> list[dict[str, Any]]:
    """The same of a run that has not ended: in the order of its plan, each step at work before
    what has finished inside of it, and those to come.

    `begun`: since when each step that has begun and not finished is at work.
    """
    over = {_path(entry) for entry in entries}
    tops = {step.id: step.top for step in planned}
    done = spans(entries, began, {top for top in tops.values() if top not in over})
    inside: dict[str, list[dict[str, Any]]] = {}
    for row in done:
        first = _first(row["path"])
        inside.setdefault(tops.get(first, first), []).append(row)
    for step in planned:
        if step.id != step.top and step.id in begun and step.id not in over:
            row = _unfinished(step, begun[step.id], began)
            inside.setdefault(step.top, []).append({**row, "depth": 1, "parents": [step.top]})
    rows: list[dict[str, Any]] = []
    for step in planned:
        if step.id == step.top:
            held = inside.pop(step.id, [])
            if step.id not in over:
                row = _unfinished(step, begun.get(step.id), began)
                rows.append({**row, "holds": bool(held)})
            rows += held
    return [*rows, *(row for others in inside.values() for row in others)]


def _unfinished(step: Planned, at: datetime | None, began: datetime | None) -> dict[str, Any]:
    status = "running" if at else "waiting"
    start = max(0.0, (at - began).total_seconds() * 1000) if at and began else 0
    entry = {"id": step.id, "name": step.name, "status": status}
    return {**_span(entry, step.id, set(), began), "start": start}


def _first(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _path(entry: Mapping[str, Any]) -> str:
    return str(entry.get("path") or entry["id"])


def _span(
    entry: Mapping[str, Any], path: str, known: set[str], began: datetime | None
) -> dict[str, Any]:
    parents = [outer for outer in _outer(path) if outer in known]
    return {
        "path": path,
        "name": _name(entry, path),
        "status": entry["status"],
        "words": _(WORDS.get(entry["status"], entry["status"])),
        "attempts": entry.get("attempts") or 0,
        "cached": bool(entry.get("cached")),
        "start": _since(entry.get("started_at"), began),
        "duration": entry.get("duration_ms"),
        "depth": len(parents),
        "parents": parents,
        "holds": False,
    }


def _name(entry: Mapping[str, Any], path: str) -> str:
    """Inside a loop or a waterfall with the number of its turn: Find the person · 4"""
    turns = re.findall(r"\[(\d+)\]", path)
    name = str(entry.get("name") or entry["id"])
    return f"{name} · {int(turns[-1]) + 1}" if turns else name


def _outer(path: str) -> list[str]:
    """loop[3].one lies inside loop[3] and loop."""
    return [path[: found.start()] for found in re.finditer(r"[.\[]", path)]


def _since(at: str | None, began: datetime | None) -> float:
    if not at or began is None:
        return 0
    return max(0.0, (datetime.fromisoformat(at) - began).total_seconds() * 1000)
