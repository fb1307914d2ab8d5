"""What a component draws, as one text: nobody watches its inside; it is sent where it differs."""

import json
from typing import Any

from nicegui import ui


def show_drawn(element: ui.element, name: str, drawn: Any) -> None:
    text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":"), default=str)
    if text != element._props.get(name):
        element._props[name] = text
