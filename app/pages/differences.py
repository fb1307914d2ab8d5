"""What is different between two connectors, as a list one can read."""

from collections.abc import Iterable

from components.changes import Change
from components.controls import box, icon, row, text
from components.texts import _, later

SIGNS = {
    "added": ("plus", later("New")),
    "removed": ("minus", later("Gone")),
    "changed": ("pencil", later("Changed")),
}


def list_changes(found: Iterable[Change]) -> None:
    with box("changes", tag="ul"):
        for one in found:
            symbol, words = SIGNS[one.sort]
            with box(f"change {one.sort}", tag="li"):
                icon(symbol)
                with box("stack tight grow"):
                    with row():
                        text(f"{_(words)}:", "hidden-text", tag="span")
                        text(one.title, "strong small", tag="span")
                    for line in one.lines:
                        text(line, "soft small")
