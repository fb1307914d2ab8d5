"""The look holds together: every icon that is named exists, and every colour can be read."""

import re
from pathlib import Path

import pytest

from components.controls.badge import OUTCOME, STATUS
from components.frame.places import PLACES, SAAS_PLACES
from components.kinds import KINDS
from components.look import ASSETS, HERE
from components.sheets import style

DRAWN = set(re.findall(r'<symbol id="([^"]+)"', (ASSETS / "icons.svg").read_text()))
THEMES = re.findall(
    r":root(?:\[data-theme=\"dark\"\])? \{(.*?)\n\}", (HERE / "look.css").read_text(), re.S
)
PAIRS = [
    ("ink", "surface"),
    ("ink2", "surface"),
    ("ink3", "surface"),
    ("ink3", "canvas"),
    ("ink3", "bg"),
    ("ink3", "hover"),
    ("brand-ink", "brand-soft"),
    ("on-brand", "fill"),
    ("ok", "ok-soft"),
    ("bad", "bad-soft"),
    ("warn", "warn-soft"),
    ("info", "info-soft"),
    ("text-value", "surface"),
    ("number-value", "surface"),
    ("other-value", "surface"),
]


def test_every_icon_that_is_named_is_drawn() -> None:
    named = {kind.icon for kind in KINDS.values()}
    named |= {icon for _, _, icon in (*STATUS.values(), *OUTCOME.values())}
    named |= {icon for _, _, _, icon in (*PLACES, *SAAS_PLACES)}
    for file in [
        *HERE.rglob("*.js"),
        *HERE.rglob("*.py"),
        *(HERE.parent / "app/pages").rglob("*.py"),
    ]:
        named |= _icons_in(file)
    assert named - DRAWN == set()


def test_every_component_s_style_is_in_the_one_sheet_with_its_icons_drawn() -> None:
    whole = style()
    assert all(word in whole for word in (":root", ".flow-card", ".side-panel", ".answer-body"))
    assert whole.index(":root") < whole.index(".flow-card")
    assert "icon(" not in whole
    assert 'url("data:image/svg+xml,' in whole


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(theme: int, words: str, ground: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", THEMES[theme]))
    assert _contrast(colours[words], colours[ground]) >= 4.5


def _icons_in(file: Path) -> set[str]:
    text = file.read_text()
    found = re.findall(r'\bicon(?:_name)?="([a-z0-9-]+)"', text)
    found += re.findall(r'\bicon_button\(\s*"([a-z0-9-]+)"', text)
    if file.suffix == ".js":
        found += re.findall(r"""\b(?:src|icons?)\('([a-z0-9-]+)'\)""", text)
    return set(found)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _light(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    digits = colour.lstrip("#")
    whole = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
