"""Rows of name and value: query, headers, form fields, set values."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from app.pages.builder.bench import Bench
from app.pages.builder.inputs import Inputs
from components.controls import box, button, field, icon_button, row, text
from components.texts import _
from engine.model.values import as_text


class Pairs:
    """Edits one dict of the open step; `inputs` are told when more values become known."""

    def __init__(
        self,
        bench: Bench,
        title: str,
        values: dict[str, Any],
        *,
        on_change: Callable[[dict[str, Any]], None],
        inputs: Inputs,
        name_label: str = "",
        add: str = "",
        empty: str = "",
        testid: str = "",
        place: str = "",
    ) -> None:
        self.place_of = place or bench.selected
        self.bench, self.title, self.on_change, self.inputs = bench, title, on_change, inputs
        self.rows: list[list[Any]] = [[name, value] for name, value in values.items()]
        self.name_label, self.empty, self.testid = name_label or _("Name"), empty, testid
        with box("stack tight"):
            with row():
                text(title, "label grow", tag="h3")
                button(
                    add or _("Add"),
                    icon="plus",
                    kind="ghost small",
                    on_press=self.add,
                    testid=f"add-{testid}",
                    why=bench.why_not,
                )
            self.place = box("stack tight")
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        with self.place:
            if not self.rows and self.empty:
                text(self.empty, "hint")
            for number, (name, value) in enumerate(self.rows):
                self._row(number, name, value)

    def _row(self, number: int, name: str, value: Any) -> None:
        with box("pair"):
            field(
                _("{label} {n} of {title}").format(
                    label=self.name_label, n=number + 1, title=self.title
                ),
                name,
                hide_label=True,
                placeholder=self.name_label,
                on_change=partial(self._renamed, number),
                testid=f"{self.testid}-name-{number}",
            )
            self.inputs.add(
                _("Value of {name}").format(name=name)
                if name
                else _("Value {n}").format(n=number + 1),
                as_text(value),
                place=self.place_of,
                hide_label=True,
                placeholder=_("Value, or / to insert one"),
                on_change=partial(self._said, number),
                testid=f"{self.testid}-value-{number}",
            )
            icon_button(
                "x",
                _("Remove {name}").format(name=name) if name else _("Remove this row"),
                on_press=partial(self.remove, number),
            )

    def add(self) -> None:
        self.rows.append(["", ""])
        self.draw()
        ui.run_javascript(
            f"document.querySelector('[data-testid={self.testid}-name-{len(self.rows) - 1}] input')"
            "?.focus()"
        )

    def remove(self, number: int) -> None:
        del self.rows[number]
        self.draw()
        self._tell()

    def _renamed(self, number: int, name: str) -> None:
        self.rows[number][0] = name.strip()
        self._tell()

    def _said(self, number: int, value: str) -> None:
        self.rows[number][1] = _typed(self.rows[number][1], value)
        self._tell()

    def _tell(self) -> None:
        self.on_change({name: value for name, value in self.rows if name})


def _typed(before: Any, said: str) -> Any:
    """A number, list or object stays one when it is edited; text stays text."""
    if isinstance(before, str):
        return said
    try:
        return json.loads(said)
    except ValueError:
        return said
