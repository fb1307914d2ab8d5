"""A run under way as rows: in the order of its plan, what is at work before what it holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from components.waterfall import Planned, under_way

BEGAN = datetime(2026, 11, 22, 10, tzinfo=UTC)
PLAN = [
    Planned("note", "Note", "note"),
    Planned("loop", "For each address", "loop"),
    Planned("look", "Look it up", "loop"),
    Planned("rest", "Breathe", "loop"),
    Planned("last", "Say it", "last"),
]


def entry(path: str, name: str) -> dict[str, Any]:
    at = (BEGAN + timedelta(seconds=1)).isoformat()
    return {"id": path.split(".")[-1], "path": path, "name": name, "status": "success",
            "started_at": at, "duration_ms": 5}  # fmt: skip


def told(rows: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(row["depth"], row["name"], row["status"]) for row in rows]


def test_a_loop_at_work_stands_before_its_items_and_names_the_step_it_is_at() -> None:
    done = [entry("note", "Note"), entry("loop[0].look", "Look it up")]
    begun = {"loop": BEGAN + timedelta(seconds=1), "rest": BEGAN + timedelta(seconds=2)}
    rows = under_way(done, PLAN, begun, BEGAN)
    assert told(rows) == [
        (0, "Note", "success"),
        (0, "For each address", "running"),
        (1, "Look it up · 1", "success"),
        (1, "Breathe", "running"),
        (0, "Say it", "waiting"),
    ]
    assert [row["start"] for row in rows] == [1000, 1000, 1000, 2000, 0]
    assert [row["holds"] for row in rows] == [False, True, False, False, False]


def test_a_loop_that_is_over_keeps_its_place() -> None:
    done = [entry("note", "Note"), entry("loop", "All"), entry("loop[0].look", "Look it up")]
    rows = under_way(done, PLAN, {"last": BEGAN}, BEGAN)
    assert told(rows) == [
        (0, "Note", "success"),
        (0, "All", "success"),
        (1, "Look it up · 1", "success"),
        (0, "Say it", "running"),
    ]


def test_what_no_plan_knows_is_shown_all_the_same() -> None:
    rows = under_way([entry("gone", "A step of before")], [], {}, BEGAN)
    assert told(rows) == [(0, "A step of before", "success")]
