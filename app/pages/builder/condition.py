"""A condition in plain words: this value, is or is not, that value; one or several of them."""

import re
from collections.abc import Callable
from typing import Any

from app.pages.builder.inputs import Extra, Inputs
from components.conditions import ALONE, OPS, in_words
from components.controls import box, button, choice, icon_button, row, text
from components.expression_input import ExpressionInput
from components.kinds import NO_CONDITION
from components.texts import _, each, later
from engine.model.values import as_text

GROUPS = {"all": later("All of these hold"), "any": later("One of these holds")}
Raw = dict[str, Any]


class ConditionEditor:
    """`on_change(condition)`: None where nothing is asked. `empty`: what an empty one means."""

    def __init__(
        self,
        inputs: Inputs,
        condition: Raw | None,
        *,
        on_change: Callable[[Raw | None], Any],
        empty: str,
        place: str = "",
        extra: Extra | None = None,
        testid: str = "",
    ) -> None:
        self.inputs, self.on_change, self.empty = inputs, on_change, empty
        self.place, self.extra, self.testid = place, extra, testid
        self.group, self.rows = parted(condition)
        self.rights: dict[int, ExpressionInput] = {}
        self.inside = box("stack tight condition", role="group", aria_label=_("Condition"))
        self.draw()

    def draw(self) -> None:
        self.inside.clear()
        with self.inside:
            if len(self.rows) > 1:
                choice(
                    _("How they count"),
                    each(GROUPS),
                    self.group,
                    hide_label=True,
                    on_change=self.choose_group,
                )
            for number, one in enumerate(self.rows):
                if is_plain(one):
                    self._row(number, one)
                else:
                    self._whole(number, one)
            with row():
                button(_("And another"), icon="plus", kind="ghost small", on_press=self.add)

    def _row(self, number: int, one: Raw) -> None:
        with box("condition-row"):
            self.inputs.add(
                _("This value"),
                as_text(one.get("left")),
                place=self.place,
                extra=self.extra,
                hide_label=True,
                placeholder=_("Insert a value; {empty}").format(empty=self.empty)
                if number == 0
                else _("Insert a value"),
                on_change=lambda said: self.told(number, "left", said),
                testid=f"{self.testid}-left-{number}" if self.testid else "",
            )
            with box("pair two"):
                choice(
                    _("Comparison"),
                    each(OPS),
                    one.get("op") or "equals",
                    hide_label=True,
                    on_change=lambda said: self.told(number, "op", said),
                    testid=f"{self.testid}-op-{number}" if self.testid else "",
                )
                if len(self.rows) > 1:
                    icon_button(
                        "x", _("Remove this condition"), on_press=lambda: self.remove(number)
                    )
            right = self.inputs.add(
                _("That value"),
                spelled(one.get("right")),
                place=self.place,
                extra=self.extra,
                hide_label=True,
                placeholder=_("Type it, or insert a value"),
                on_change=lambda said: self.told(number, "right", said),
                testid=f"{self.testid}-right-{number}" if self.testid else "",
            )
            right.set_visibility(one.get("op") not in ALONE)
            self.rights[number] = right

    def _whole(self, number: int, one: Raw) -> None:
        """Parts within parts were made over the API; they are read here, kept or removed."""
        with box("pair two"):
            text(words_of(one), "soft small")
            icon_button("x", _("Remove this condition"), on_press=lambda: self.remove(number))

    def told(self, number: int, key: str, said: Any) -> None:
        one = self.rows[number]
        one[key] = said
        if key == "op":
            self.rights[number].set_visibility(said not in ALONE)
        self.keep()

    def choose_group(self, group: str) -> None:
        self.group = group
        self.keep()

    def add(self) -> None:
        self.rows.append(dict(NO_CONDITION))
        self.draw()

    def remove(self, number: int) -> None:
        del self.rows[number]
        self.rows = self.rows or [dict(NO_CONDITION)]
        self.draw()
        self.keep()

    def keep(self) -> None:
        self.on_change(put_together(self.group, self.rows))


def parted(condition: Raw | None) -> tuple[str, list[Raw]]:
    """How the parts count, and the parts; one empty part where nothing is asked yet."""
    if not condition:
        return "all", [dict(NO_CONDITION)]
    for group in GROUPS:
        if isinstance(condition.get(group), list):
            return group, [dict(one) for one in condition[group]] or [dict(NO_CONDITION)]
    return "all", [dict(condition)]


def put_together(group: str, rows: list[Raw]) -> Raw | None:
    said = [one for one in map(_part, rows) if one is not None]
    if len(said) > 1:
        return {group: said}
    return said[0] if said else None


def _part(one: Raw) -> Raw | None:
    if not is_plain(one):
        return one
    if one.get("left") in ("", None):
        return None
    part = {"left": one["left"], "op": one.get("op") or "equals"}
    if part["op"] == "in":
        part["right"] = several(one.get("right"))
    elif part["op"] not in ALONE:
        part["right"] = one.get("right") or ""
    return part


def is_plain(one: Raw) -> bool:
    return not any(key in one for key in ("all", "any", "not"))


def several(said: Any) -> Any:
    """red, green → a list; a lone value stays what it is."""
    if not isinstance(said, str) or said.strip().startswith("{{"):
        return said
    return [one for one in re.split(r"\s*,\s*", said.strip()) if one]


def spelled(value: Any) -> str:
    return ", ".join(map(as_text, value)) if isinstance(value, list) else as_text(value or "")


def words_of(condition: Raw) -> str:
    return in_words(condition) or _("A condition that is not whole yet")
