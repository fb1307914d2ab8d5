"""What happened, what it means, what to do: error cards and empty places."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from components.controls.button import button
from components.controls.fold import fold
from components.controls.plain import box, icon, row, stack, text
from components.sentences import translated
from components.texts import _

ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "info": "info"}


def error_card(
    headline: str,
    advice: str = "",
    *,
    tone: str = "bad",
    action: str = "",
    on_action: Callable[[], Any] | None = None,
    way: tuple[str, str] | None = None,
    said: str = "",
    details: str = "",
) -> ui.element:
    """Red (`bad`): you can mend it. Amber (`warn`): wait, or look. `said`: the service's words.

    `way`: words and an address, where it is mended before it is tried again.
    """
    headline, advice = translated(headline), translated(advice)
    with box(f"news {tone}", role="group", aria_label=headline, data_testid="error-card") as card:
        icon(ICONS.get(tone, "info"))
        with stack("grow").style("gap: 8px"):
            text(headline, "headline")
            if advice:
                text(advice, "soft small")
            if action or way:
                with row("wrap"):
                    if way:
                        button(way[0], href=way[1], kind="small primary")
                    if action:
                        button(action, on_press=on_action, kind="small")
            if said:
                text(_("What the service said"), "small strong")
                text(said, "said")
            if details:
                with fold(_("Details")):
                    text(details, tag="pre")
    return card


def empty_state(
    headline: str,
    sentence: str = "",
    *,
    icon_name: str = "sparkles",
    action: str = "",
    on_action: Callable[[], Any] | None = None,
    href: str | None = None,
) -> ui.element:
    """Nothing here yet: say so, and offer the next thing to do."""
    with box("empty") as place:
        icon(icon_name)
        text(headline, tag="h2")
        if sentence:
            text(sentence)
        if action:
            button(action, kind="primary", on_press=on_action, href=href)
    return place
