"""Ways of a branch and attempts of a waterfall: rows one can name, reorder, add and remove."""

from collections.abc import Callable
from typing import Any

from app.pages.builder.bench import Bench
from components.controls import box, button, field, icon_button, row
from components.frame import notice
from components.texts import _

Way = dict[str, Any]


class Ways:
    """`words`: one with its number {n}, the field with its name, the button for a new one.

    `inside(number, way)` draws what a way is about. Each change is one to take back."""

    def __init__(
        self,
        bench: Bench,
        step: dict[str, Any],
        key: str,
        *,
        words: tuple[str, str, str],
        inside: Callable[[int, Way], None],
        fresh: Callable[[str], Way],
        fixed_last: Callable[[Way], bool] = lambda way: False,
    ) -> None:
        self.bench, self.step_id, self.key = bench, str(step["id"]), key
        self.called, self.named, add = words
        self.inside, self.fresh, self.fixed_last = inside, fresh, fixed_last
        ways = self.ways()
        for number, way in enumerate(ways):
            with box("way", role="group", aria_label=self.called.format(n=number + 1)):
                self._head(number, way, ways)
                inside(number, way)
        with row():
            button(
                add,
                icon="plus",
                kind="small",
                on_press=self.add,
                testid="add-way",
            )

    def ways(self) -> list[Way]:
        return list((self.bench.draft.find(self.step_id) or {}).get(self.key) or [])

    def _head(self, number: int, way: Way, ways: list[Way]) -> None:
        name = way.get("name") or self.called.format(n=number + 1)
        last = self._movable(ways) - 1
        with box("way-head"):
            field(
                self.named.format(n=number + 1),
                way.get("name") or "",
                hide_label=True,
                on_change=lambda said: self.bench.set((self.key, number, "name"), said or None),
                testid=f"way-{number}",
            )
            if number <= last:
                icon_button(
                    "arrow-up",
                    _("Move {name} up").format(name=name),
                    on_press=lambda: self.move(number, -1),
                    why=_("It is the first.") if number == 0 else "",
                )
                icon_button(
                    "arrow-down",
                    _("Move {name} down").format(name=name),
                    on_press=lambda: self.move(number, 1),
                    why=_("It is the last.") if number == last else "",
                )
            icon_button(
                "trash-2",
                _("Remove {name}").format(name=name),
                on_press=lambda: self.remove(number),
                why=_("One must stay.") if len(ways) == 1 else "",
            )

    def _movable(self, ways: list[Way]) -> int:
        return len(ways) - (1 if ways and self.fixed_last(ways[-1]) else 0)

    def add(self) -> None:
        ways = self.ways()
        at = self._movable(ways)
        names = {one.get("name") for one in ways}
        name = next(
            words
            for n in range(at + 1, at + 100)
            if (words := self.called.format(n=n)) not in names
        )
        self.keep([*ways[:at], self.fresh(name), *ways[at:]], name_of(at))

    def move(self, number: int, by: int) -> None:
        ways = self.ways()
        ways[number], ways[number + by] = ways[number + by], ways[number]
        self.keep(ways, name_of(number + by))

    def remove(self, number: int) -> None:
        ways = self.ways()
        gone = ways.pop(number)
        if gone.get("steps"):
            notice(
                _("“{value}” was removed with its steps.").format(
                    value=gone.get("name") or self.called.format(n=number + 1)
                ),
                hint=_("Ctrl+Z brings it back."),
            )
        # Not into a field: there Ctrl+Z would take back typing instead.
        self.keep(ways, "[data-testid=add-way]")

    def keep(self, ways: list[Way], focus: str) -> None:
        self.bench.draft.set(self.step_id, (self.key,), ways, alone=True)
        self.bench.changed("structure")
        self.bench.focus(focus)


def name_of(number: int) -> str:
    """Where the name of this way is typed."""
    return f"[data-testid=way-{number}] input"
