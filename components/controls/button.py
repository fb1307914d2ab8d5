"""Buttons that say what they do, and why they cannot."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from components.controls.made import made
from components.sentences import translated


class Button(ui.element, component="button.js"):
    """A plain button. With a `why` it is disabled, stays in reach and explains itself."""

    def __init__(
        self,
        label: str = "",
        *,
        icon: str | None = None,
        on_press: Callable[..., Any] | None = None,
        kind: str = "",
        name: str = "",
        why: str = "",
        caps: str = "",
        href: str | None = None,
        submit: bool = False,
        testid: str = "",
    ) -> None:
        super().__init__()
        said = {
            "label": label,
            "icon": icon,
            "kind": kind,
            "name": name,
            "why": translated(why),
            "caps": caps,
            "href": href,
            "submit": submit,
        }
        made(self, props=said | ({"data-testid": testid} if testid else {}))
        if on_press:
            self.on("press", lambda: self._press(on_press), args=[])

    def _press(self, on_press: Callable[..., Any]) -> Any:
        """A forged event on a disabled button does nothing."""
        if self._props["why"] or self._props.get("busy"):
            return None
        return on_press()

    def because(self, why: str) -> None:
        """Disabled for this reason; an empty one enables it."""
        self._set("why", translated(why))

    def working(self, busy: bool) -> None:
        self._set("busy", busy)

    def say(self, label: str, *, icon: str | None = None, kind: str | None = None) -> None:
        self._set("label", label)
        if icon is not None:
            self._set("icon", icon)
        if kind is not None:
            self._set("kind", kind)

    def pulse(self, on: bool) -> None:
        self._set("pulse", on)

    def _set(self, name: str, said: Any) -> None:
        """Nothing is sent where nothing is different."""
        if name not in self._props or self._props[name] != said:
            self._props[name] = said


def button(label: str = "", **given: Any) -> Button:
    return Button(label, **given)


def icon_button(icon: str, name: str, **given: Any) -> Button:
    """Only an icon: its name is read out and shown as a tip."""
    given.setdefault("kind", "ghost")
    return Button(icon=icon, name=name, **given)
