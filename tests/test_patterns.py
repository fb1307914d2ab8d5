"""Regular expressions that every Python we promise to run on understands alike."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]

import app
import components
import db
import engine

SINCE_3_11_5 = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}


def patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    for room in (app, components, db, engine):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if found.name == "app.__main__":
                continue
            for name, value in vars(importlib.import_module(found.name)).items():
                if isinstance(value, re.Pattern):
                    yield f"{found.name}.{name}", value


def operations(parsed: object) -> Iterator[str]:
    if isinstance(parsed, (_parser.SubPattern, list, tuple)):
        for part in parsed:
            yield from operations(part)
    else:
        yield str(parsed)


def test_no_pattern_repeats_possessively() -> None:
    """Python 3.11 has it from its first day, and before 3.11.5 it matches wrongly."""
    there = dict(patterns())
    assert len(there) > 50
    assert [
        name
        for name, pattern in there.items()
        if SINCE_3_11_5 & set(operations(_parser.parse(pattern.pattern, pattern.flags)))
    ] == []
