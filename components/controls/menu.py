"""Menus under a button."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from components.controls.plain import box, icon, text


class Menu(ui.element, component="menu.js"):
    """A button that opens a menu; make `menu_item`s inside `with menu(...)`."""

    def __init__(
        self, label: str = "", *, name: str = "", icon: str = "ellipsis", kind: str = ""
    ) -> None:
        super().__init__()
        self._props.update(label=label, name=name or label, icon=icon, kind=kind)


def menu(label: str = "", **given: Any) -> Menu:
    return Menu(label, **given)


def menu_item(
    words: str,
    *,
    icon_name: str = "",
    on_press: Callable[[], Any] | None = None,
    href: str | None = None,
    danger: bool = False,
    testid: str = "",
) -> ui.element:
    classes = "menu-item danger" if danger else "menu-item"
    item = box(classes, tag="a" if href else "button", role="menuitem")
    item.props["href" if href else "type"] = href or "button"
    if testid:
        item.props["data-testid"] = testid
    if on_press:
        item.on("click", lambda: on_press(), args=[])
    with item:
        if icon_name:
            icon(icon_name)
        text(words, "cut", tag="span")
    return item


def menu_rule() -> None:
    box("menu-rule", role="separator")
