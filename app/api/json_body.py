"""JSON as it arrives: read strictly, and nothing let in that could not be kept and given back."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import orjson

from app.services.problems import BadInput, NotReadable, Wrong
from engine.model.poison import clean_text

DEPTH: Final = 64
TOO_DEEP: Final = f"This is nested deeper than {DEPTH} levels."


def parse(body: bytes) -> Any:
    """The value. What is no JSON cannot be read; what is, and yet is poison, is named."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        value = _strange(body, error)
    if wrong := next(_poison(value), None):
        raise BadInput([wrong])
    return value


def _poison(value: Any) -> Iterator[Wrong]:
    """Where something stands that Postgres would refuse or never give back."""
    waiting = [(value, "", 0)]
    while waiting:
        here, path, depth = waiting.pop()
        if isinstance(here, str):
            if unfit := _unfit(here):
                yield Wrong(path, f"A text may not hold {unfit}.")
        elif isinstance(here, float) and not math.isfinite(here):
            yield Wrong(path, "This number is too large.")
        elif depth > DEPTH and isinstance(here, dict | list):
            yield Wrong(path, TOO_DEEP)
        elif isinstance(here, dict):
            for name, inner in here.items():
                if unfit := _unfit(name):
                    yield Wrong(path, f"A name may not hold {unfit}.")
                waiting.append((inner, f"{path}.{name}" if path else name, depth + 1))
        elif isinstance(here, list):
            for index, inner in enumerate(here):
                waiting.append((inner, f"{path}[{index}]", depth + 1))


def _unfit(text: str) -> str | None:
    if "\0" in text:
        return "the character U+0000"
    return None if text.isascii() or clean_text(text) == text else "half a character"


# JSON by its grammar, which the quick parser refuses: half characters, numbers without end,
# brackets without end. It is read all the same, so that the answer can say where they stand.


def _strange(body: bytes, error: Exception) -> Any:
    try:
        text = body.decode()
        return json.loads(text, parse_int=_whole, parse_constant=_no_number)
    except RecursionError:
        raise BadInput([Wrong(_member_around(text), TOO_DEEP)]) from error
    except ValueError:
        raise NotReadable(
            f"The body is not JSON we can read: {error}.",
            hint="Send UTF-8 JSON. NaN and Infinity are not JSON.",
        ) from error


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


_SIGNS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def _member_around(text: str) -> str:
    """The member of the outermost object in which the brackets go too deep."""
    name, level = "", 0
    for sign in _SIGNS.finditer(text):
        if sign[0] in "[{":
            level += 1
        elif sign[0] in "]}":
            level -= 1
        elif level == 1:
            name = sign[0][1:-1]
        if level > DEPTH:
            break
    return clean_text(name[:100])
