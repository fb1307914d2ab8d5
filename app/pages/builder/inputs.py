"""The texts with chips on the settings panel: each offers what is known at its own place."""

from collections.abc import Callable, Mapping
from typing import Any

from app.pages.builder.bench import Bench
from components.expression_input import ExpressionInput, Known

Extra = Callable[[], Mapping[str, Any]]


class Inputs:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._open: list[tuple[ExpressionInput, str, Extra | None]] = []

    def add(
        self,
        label: str,
        value: str,
        *,
        place: str = "",
        extra: Extra | None = None,
        **given: Any,
    ) -> ExpressionInput:
        """`place`: as in `visible`, else the open step. `extra`: names that only exist there."""
        bench, place = self.bench, place or self.bench.selected
        made = ExpressionInput(
            label,
            value,
            known=bench.known(place, extra() if extra else None),
            on_focus=lambda one: bench.aim(one, place),
            on_left=bench.leave,
            **given,
        )
        self._open.append((made, place, extra))
        return made

    def refresh(self) -> None:
        """Other values are known now; the same question is answered once."""
        self._open = [one for one in self._open if not one[0].is_deleted]
        plain: dict[str, Known] = {}
        for made, place, extra in self._open:
            if extra is not None:
                made.know(self.bench.known(place, extra()))
            else:
                if place not in plain:
                    plain[place] = self.bench.known(place)
                made.know(plain[place])

    def clear(self) -> None:
        self._open = []
