"""Finds words for people that did not go through the catalogue, by the calls that show them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# Which arguments of our elements are words: by position, and by name.
SHOWN: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "text": ((0,), ()),
    "button": ((0,), ("name", "why")),
    "icon_button": ((1,), ("name", "why")),
    "field": ((0,), ("hint",)),
    "choice": ((0,), ("hint",)),
    "tick": ((0,), ("hint",)),
    "notice": ((0,), ("hint", "action")),
    "error_card": ((0, 1), ("action",)),
    "empty_state": ((0, 1), ("action",)),
    "confirm": ((0, 1), ("yes", "no")),
    "sheet": ((0,), ()),
    "menu_item": ((0,), ()),
    "fold": ((0,), ()),
    "badge": ((0,), ()),
    "badge_cell": ((0,), ()),
    "frame": ((), ("title",)),
    "Command": ((0,), ("group",)),
    "Column": ((1,), ()),
    "Act": ((1,), ("label", "why")),
    "Listing": ((0,), ()),
    "Story": ((0,), ()),
    "box": ((), ("aria_label",)),
    "failed": ((0,), ()),
    "because": ((0,), ()),
    "say": ((0,), ()),
}
WORDS = re.compile(r"[A-Za-zÄÖÜäöüß]{2}")
# Between tags, and in the attributes that are read out; `{{ … }}` and `${…}` are code.
IN_TEMPLATES = re.compile(
    r">(?P<between>[^<>{}`$=;]*[A-Za-z]{3}[^<>{}`$=;]*)</"
    r"|(?<=\s)(?P<name>aria-label|placeholder|title|data-tip)=\"(?P<value>[^\"]*[A-Za-z]{2}[^\"]*)\""
)
SAME_EVERYWHERE = ("Esc", "LinkedIn", "JSON", "→")


def bare_in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            positions, names = SHOWN.get(_called(node), ((), ()))
            given = [node.args[at] for at in positions if at < len(node.args)]
            given += [one.value for one in node.keywords if one.arg in names]
            for value in given:
                for words in _literals(value):
                    if WORDS.search(words) and words not in SAME_EVERYWHERE:
                        yield f"{path.name}:{node.lineno}: {words}"


def bare_in_script(path: Path) -> Iterator[str]:
    for hit in IN_TEMPLATES.finditer(path.read_text("utf-8")):
        words = (hit["between"] or hit["value"]).strip()
        if words not in SAME_EVERYWHERE:
            yield f"{path.name}: {words}"


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _literals(value: ast.expr) -> Iterator[str]:
    """The words themselves, also of `a if b else c` and `a or b`; a call has its own way."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) for part in value.values if isinstance(part, ast.Constant))
    elif isinstance(value, ast.IfExp):
        yield from _literals(value.body)
        yield from _literals(value.orelse)
    elif isinstance(value, ast.BoolOp):
        for one in value.values:
            yield from _literals(one)
