"""The style sheets of all components as one: a page asks once, and browsers keep the answer."""

import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).parent
FIRST = HERE / "look.css"
ICONS = HERE.parent / "assets" / "icons.svg"
ICON = re.compile(r"\bicon\(([a-z0-9-]+)\)")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@cache
def address() -> str:
    """It changes with what is in it, so browsers may keep it."""
    return f"/look/console.{hashlib.sha256(style().encode()).hexdigest()[:12]}.css"


@cache
def style() -> str:
    """The general rules first, so that each component's own win over them."""
    others = sorted(path for path in HERE.rglob("*.css") if path != FIRST)
    text = "\n".join(path.read_text(encoding="utf-8") for path in (FIRST, *others))
    return ICON.sub(lambda found: _mask(found[1]), COMMENT.sub("", text))


def _mask(name: str) -> str:
    """`icon(copy)` in a style sheet: a picture for `mask`, which takes the colour around it."""
    found = re.search(rf'<symbol id="{name}" (viewBox=".*?")>(.*?)</symbol>', _sprite())
    if found is None:
        raise LookupError(f"There is no icon called {name}.")
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {found[1]} fill="none" stroke="#000"'
        f' stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">{found[2]}</svg>'
    )
    return f'url("data:image/svg+xml,{quote(drawn, safe=" =:/,.")}")'


@cache
def _sprite() -> str:
    return ICONS.read_text(encoding="utf-8")
