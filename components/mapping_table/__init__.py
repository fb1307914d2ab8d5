"""What is written to the contact: field, value, how, and what that changes on the sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from components.drawn import show_drawn
from components.texts import _, ngettext


@dataclass(frozen=True, slots=True)
class MappedField:
    """`parts`: chips and texts of the value, None where nothing is written to the field.

    `changes`: on the sample the field becomes `after`; else `note` says why it does not.
    """

    field: str
    label: str
    parts: Sequence[dict[str, Any]] | None = None
    write: str = ""
    before: str = ""
    after: str = ""
    changes: bool = False
    note: str = ""
    waits: bool = False  # for a test, before anybody can tell


def effect(rows: Sequence[MappedField], contact: str) -> str:
    """Would change 4 fields on Amelia Novak. Nothing while nothing is mapped."""
    if not any(row.parts is not None for row in rows):
        return ""
    changed = sum(row.changes for row in rows)
    if changed:
        return ngettext(
            "Would change {n} field on {contact}", "Would change {n} fields on {contact}", changed
        ).format(n=changed, contact=contact)
    waiting = any(row.waits for row in rows)
    return (
        _("Test it to see what it would change")
        if waiting
        else _("Changes nothing on {contact}").format(contact=contact)
    )


class MappingTable(ui.element, component="mapping_table.js"):
    def __init__(self, *, on_target: Callable[[str], Any], on_clear: Callable[[str], Any]) -> None:
        super().__init__()
        show_drawn(self, "drawn", {"rows": []})
        self.on("target", lambda event: on_target(str(event.args)))
        self.on("clear", lambda event: on_clear(str(event.args)))

    def show(
        self, rows: Sequence[MappedField], *, target: str = "", readonly: bool = False
    ) -> None:
        """`target`: the field that the next clicked value goes to."""
        drawn = {
            "rows": [
                {
                    "field": row.field,
                    "label": row.label,
                    "parts": list(row.parts) if row.parts is not None else None,
                    "write": row.write,
                    "before": row.before[:200],
                    "after": row.after[:200],
                    "changes": row.changes,
                    "note": row.note,
                }
                for row in rows
            ],
            "target": target,
            "readonly": readonly,
        }
        show_drawn(self, "drawn", drawn)


__all__ = ["MappedField", "MappingTable", "effect"]
