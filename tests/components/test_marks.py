"""Tiles for services: letters people know, on a colour on which they can be read."""

import pytest

from app.services.catalogue import Catalogue
from components.marks import COLOURS, mark


@pytest.mark.parametrize(
    ("title", "letters"),
    [("Google Sheets", "GS"), ("HubSpot", "HS"), ("Slack", "S"), ("OpenAI", "OA"), ("", "?")],
)
def test_a_tile_has_the_first_letters(title, letters):
    assert mark("", title).letters == letters


def test_letters_can_be_read_on_every_colour():
    services = {one.service for one in Catalogue("127.0.0.1:1").calls}
    for service in services | {f"unknown {n}" for n in range(200)}:
        made = mark(service)
        assert contrast(made.color, made.ink) >= 3, (service, made)


def test_every_known_service_has_its_colour():
    assert {one.service for one in Catalogue("127.0.0.1:1").calls} == set(COLOURS)


def contrast(one: str, other: str) -> float:
    light = sorted((_luminance(one), _luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(color: str) -> float:
    plain = color[1:] if len(color) == 7 else "".join(2 * sign for sign in color[1:])
    parts = [int(plain[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    lit = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]
