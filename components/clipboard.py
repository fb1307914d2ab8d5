"""Text for the reader's own clipboard."""

import json

from nicegui import ui

# Without https there is no clipboard to write to; copying a selection still works.
_COPY = """
(async (text) => {
  try { await navigator.clipboard.writeText(text); } catch {
    const held = document.activeElement;
    const field = Object.assign(document.createElement("textarea"), { value: text });
    (document.querySelector(".q-dialog__inner") ?? document.body).append(field);
    field.select(); document.execCommand("copy"); field.remove(); held?.focus();
  }
})(%s)
"""


def copy_address(path: str) -> None:
    """Whole, as others open it."""
    ui.run_javascript(_COPY % f"location.origin + {_quoted(path)}")


def copy_text(words: str) -> None:
    ui.run_javascript(_COPY % _quoted(words))


def _quoted(words: str) -> str:
    return json.dumps(words).replace("</", "<\\/")
