"""Who hears of a change to the bench: canvas and top bar at once, panels when those are sent."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nicegui import background_tasks, ui

What = Literal["structure", "value", "selection", "tests", "sample", "saved", "target"]

ON_ITS_WAY = 0.005  # seconds: long enough for what is drawn to be sent


@dataclass(frozen=True, slots=True)
class Watcher:
    redraw: Callable[[What], None]
    first: bool
    inside: ui.element | None

    @property
    def gone(self) -> bool:
        return self.inside is not None and self.inside.is_deleted


class Audience:
    """After an edit people look for the card that moved, while the settings are drawn anew."""

    def __init__(self) -> None:
        self.page: ui.element | None = None
        self._watchers: list[Watcher] = []
        self._behind = False  # the panels have not heard of the newest structure yet

    def watch(
        self,
        redraw: Callable[[What], None],
        *,
        first: bool = False,
        inside: ui.element | None = None,
    ) -> None:
        """`inside`: the part of the page that is drawn; nothing is told once it has gone."""
        self._watchers.append(Watcher(redraw, first, inside))

    def tell(self, what: What) -> None:
        if self.page is None or self.page.is_deleted:
            return
        self._watchers = [one for one in self._watchers if not one.gone]
        if what == "structure":
            self._tell(what, first=True)
            if not self._behind:
                self._behind = True
                background_tasks.create(self._follow(), name="builder: draw the panels")
            return
        self.catch_up()
        self._tell(what, first=True)
        self._tell(what, first=False)

    def catch_up(self) -> None:
        """What has to be on the page for the next step is drawn now."""
        if self._behind:
            self._behind = False
            self._tell("structure", first=False)

    async def _follow(self) -> None:
        await asyncio.sleep(ON_ITS_WAY)
        self.catch_up()

    def _tell(self, what: What, *, first: bool) -> None:
        if self.page is None or self.page.is_deleted:
            return
        with self.page:  # a task of its own would not know in which language to draw
            for one in list(self._watchers):
                if one.first == first:
                    one.redraw(what)
