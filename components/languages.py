"""Which language the console speaks: each by its own name, and remembered by the browser."""

import json

from nicegui import ui

from components.controls import choice
from components.texts import language, languages


def language_choice(label: str, *, hide_label: bool = False) -> None:
    """Chosen, the page is shown anew; nothing else has to be saved."""
    choice(
        label,
        languages(),
        language(),
        hide_label=hide_label,
        on_change=lambda code: ui.run_javascript(f"consoleLanguage({json.dumps(code)})"),
        testid="language",
    )
