"""People at their pages, each of whom goes where their own page sends them.

In the framework's simulation that is whoever was looked at last, whichever page it was: the clock
of a page that somebody else had left open could take a person to theirs.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from nicegui import Client, context, ui
from nicegui.functions.navigate import Navigate
from nicegui.testing import User

_AT: dict[str, "Visitor"] = {}  # by the id of their page
_ON_THE_WAY: ContextVar["Visitor"] = ContextVar("on the way")  # to a page that is being drawn


class Visitor(User):
    __getattribute__ = object.__getattribute__  # the framework's own looks at the last one

    async def open(self, path: str, *, clear_forward_history: bool = True) -> Client:
        before = _ON_THE_WAY.set(self)
        try:
            client = await super().open(path, clear_forward_history=clear_forward_history)
        finally:
            _ON_THE_WAY.reset(before)
        _AT[client.id] = self
        return client


class Guide(Navigate):
    """`ui.navigate` for all of them."""

    def to(self, target: Callable[..., Any] | str | ui.element, new_tab: bool = False) -> None:
        _whose().navigate.to(target, new_tab)

    def back(self) -> None:
        _whose().navigate.back()

    def forward(self) -> None:
        _whose().navigate.forward()

    def reload(self) -> None:
        _whose().navigate.reload()


def _whose() -> Visitor:
    return _AT.get(context.client.id) or _ON_THE_WAY.get()
