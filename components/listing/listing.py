"""A list of rows under headings, drawn by one light component from plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.controls import box
from components.texts import _


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: text, number, badge, moment or acts (buttons). `width` as CSS says it.

    `spare`: left out where there is little room.
    """

    key: str
    title: str
    kind: str = "text"
    width: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A button at the end of a row; without a label only its icon shows.

    With a `why` it is disabled, stays in reach and explains itself.
    """

    name: str
    title: str
    icon: str
    label: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`more` is a quiet second line under the first cell."""

    id: str
    cells: Mapping[str, Any]
    href: str = ""
    more: str = ""


class Listing(ui.element, component="listing.js"):
    def __init__(
        self,
        label: str,
        columns: Sequence[Column],
        *,
        on_more: Callable[[], Any] | None = None,
        on_fresh: Callable[[], Any] | None = None,
        on_act: Callable[[str, str], Any] | None = None,
        on_pick: Callable[[list[str]], Any] | None = None,
        otherwise: Callable[[], Any] | None = None,
    ) -> None:
        """`on_act` gets the row's id and the button's name.

        `otherwise` draws what stands in the list's place while it has no row.
        """
        super().__init__()
        self.rows: list[Row] = []
        self._otherwise = otherwise
        self._instead = box("card") if otherwise else None
        self._props.update(
            label=label,
            columns=[_shown_column(column) for column in columns],
            rows=[],
            more=False,
            fresh=0,
            picked=[],
            pickable=on_pick is not None,
        )
        if on_more:
            self.on("row-more", on_more, args=[])
        if on_fresh:
            self.on("row-fresh", on_fresh, args=[])
        if on_act:
            self.on("row-act", lambda event: self._act(event, on_act))
        if on_pick:
            self.on("row-pick", lambda event: self._pick(event, on_pick))

    def show(self, rows: Sequence[Row], *, more: bool = False) -> None:
        self.rows = list(rows)
        self._props["rows"] = [_shown(row) for row in rows]
        known = {row.id for row in rows}
        self._props["picked"] = [one for one in self._props["picked"] if one in known]
        self._props["more"] = more
        if self._otherwise and self._instead:
            self._show_one_of(self._instead, self._otherwise)

    def append(self, rows: Sequence[Row], *, more: bool = False) -> None:
        self.show([*self.rows, *rows], more=more)

    def renew(self, rows: Sequence[Row]) -> None:
        """The same rows with new cells, in their places; only they travel to the browser."""
        newer = {row.id: row for row in rows}
        self.rows = [newer.get(row.id, row) for row in self.rows]
        shown = {row.id: _shown(row) for row in rows}
        before: list[dict[str, Any]] = self._props["rows"]
        before[:] = [shown.get(row["id"], row) for row in before]
        self.run_method("renew", list(shown.values()))

    def choose(self, ids: Sequence[str]) -> None:
        """Ticks these rows, and no other."""
        self._props["picked"] = list(ids)

    def announce(self, fresh: int) -> None:
        """Rows that wait above until somebody asks for them."""
        self._props["fresh"] = fresh

    def _show_one_of(self, instead: ui.element, draw: Callable[[], Any]) -> None:
        self.set_visibility(bool(self.rows))
        instead.set_visibility(not self.rows)
        instead.clear()
        if not self.rows:
            with instead:
                draw()

    def _act(self, event: GenericEventArguments, on_act: Callable[[str, str], Any]) -> Any:
        """A forged event for a button that is not there, or disabled, does nothing."""
        row_id, name = str(event.args.get("id", "")), str(event.args.get("name", ""))
        row = next((one for one in self.rows if one.id == row_id), None)
        offered = _acts(row) if row else []
        return on_act(row_id, name) if any(a.name == name and not a.why for a in offered) else None

    def _pick(self, event: GenericEventArguments, on_pick: Callable[[list[str]], Any]) -> Any:
        known = {row.id for row in self.rows}
        picked = [str(one) for one in event.args if str(one) in known]
        self._props["picked"] = picked
        return on_pick(picked)


def badge_cell(
    word: str, tone: str = "", icon: str = "", at: datetime | None = None
) -> dict[str, str]:
    """`at` is the {time} in the word."""
    cell = {"word": word, "tone": tone, "icon": icon}
    return cell | {"at": at.isoformat()} if at else cell


def moment(at: datetime | None) -> str | None:
    """The browser shows it in the reader's own time zone and language."""
    return at.isoformat() if at else None


def _acts(row: Row) -> list[Act]:
    cells = [cell for cell in row.cells.values() if isinstance(cell, (list, tuple))]
    return [act for cell in cells for act in cell if isinstance(act, Act)]


def _shown_column(column: Column) -> dict[str, Any]:
    return {
        "key": column.key,
        "title": _(column.title),
        "kind": column.kind,
        "width": column.width,
        "spare": column.spare,
    }


def _shown(row: Row) -> dict[str, Any]:
    cells = {key: _plain(value) for key, value in row.cells.items()}
    return {"id": row.id, "cells": cells, "href": row.href, "more": row.more}


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [asdict(act) | {"title": _(act.title), "label": _(act.label)} for act in value]
    return value
