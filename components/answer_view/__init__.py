"""An answer to look at: as a tree, as a table where it holds a list, or as text."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from nicegui import ui

from components.answer_view.table import Table, table_of
from components.controls import box, text
from components.json_picker import JsonPicker
from components.texts import _, later, number

VIEWS: Final = {"tree": later("Tree"), "table": later("Table"), "text": later("Text")}
LONGEST_TEXT: Final = 60_000  # characters that are worth scrolling through


class AnswerTable(ui.element, component="answer_table.js"):
    """`on_pick(path, value, label)` as of the tree: a click on a cell uses its value."""

    def __init__(
        self, table: Table, *, on_pick: Callable[[str, Any, str], Any] | None = None
    ) -> None:
        super().__init__()
        cut = ""
        if table.total > len(table.rows):
            cut = _("The first {n} of {all} rows.").format(
                n=number(len(table.rows)), all=number(table.total)
            )
        self._props["table"] = {
            "title": table.title,
            "columns": list(table.columns),
            "rows": [[cell.shown for cell in row] for row in table.rows],
            "cut": cut,
            "usable": on_pick is not None,
        }
        if on_pick:
            self.on("cell-pick", lambda event: self._pick(event.args, table, on_pick))

    def _pick(self, at: Any, table: Table, on_pick: Callable[[str, Any, str], Any]) -> Any:
        """The value comes from the answer, not from whoever says it was clicked."""
        try:
            row, column = int(at["row"]), int(at["column"])
            cell = table.rows[row][column]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
        return on_pick(cell.path, cell.value, table.columns[column]) if cell.path else None


def views_of(data: Any) -> Iterator[str]:
    """Which ways to look at it there are."""
    if isinstance(data, dict | list):
        yield "tree"
        if table_of(data) is not None:
            yield "table"
    yield "text"


def view_switch(data: Any, view: str, on_view: Callable[[str], Any]) -> None:
    """Nothing where there is nothing to choose."""
    offered = list(views_of(data))
    if len(offered) < 2:
        return
    with box("segments", role="group", aria_label=_("Show the answer as")):
        for name in offered:
            one = box("segment", tag="button", type="button", data_testid=f"as-{name}")
            one.props["aria-pressed"] = "true" if name == view else "false"
            one._text = _(VIEWS[name])
            one.on("click", lambda name=name: on_view(name), args=[])


def draw_view(
    data: Any, view: str, *, on_pick: Callable[[str, Any, str], Any] | None = None
) -> None:
    """Big ones are cut here, on the server; the whole is one download away."""
    table = table_of(data) if view == "table" else None
    if table is not None:
        AnswerTable(table, on_pick=on_pick)
    elif view == "tree" and isinstance(data, dict | list):
        with box("kept-answer"):
            JsonPicker().show(data)
    else:
        words = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=2)
        text(words[:LONGEST_TEXT] or _("Empty."), "body", tag="pre").props.update(
            {"tabindex": "0", "role": "region", "aria-label": _("The answer as text")}
        )
        if len(words) > LONGEST_TEXT:
            text(_("Cut after {n} characters.").format(n=number(LONGEST_TEXT)), "hint")


__all__ = ["AnswerTable", "Table", "draw_view", "table_of", "view_switch", "views_of"]
