"""Patterns people write, matched in linear time: no pattern can hang a run."""

from functools import lru_cache
from typing import Any, Final

import re2

MAX_PATTERN: Final = 1_000


class BadPattern(ValueError):
    """A pattern RE2 does not know, such as a look-behind or a back-reference."""


_OPTIONS = re2.Options()
_OPTIONS.max_mem = 8 << 20
_OPTIONS.log_errors = False


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, *, dot_spans_lines: bool = True) -> Any:
    if len(pattern) > MAX_PATTERN:
        raise BadPattern(f"longer than {MAX_PATTERN:,} characters")
    try:
        return re2.compile(pattern if dot_spans_lines else _dots(pattern), _OPTIONS)
    except (re2.error, UnicodeEncodeError) as problem:
        raise BadPattern(_said(problem)) from problem


def _said(problem: Exception) -> str:
    reason = problem.args[0] if problem.args else ""
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return text[:200]


def searches(pattern: str, text: str) -> bool:
    """Does the pattern occur anywhere in the text?"""
    return _safely(compile_pattern(pattern).search, text)


def iregexp(pattern: str, text: str, *, whole: bool) -> bool:
    """The same for the patterns of RFC 9485, in which a dot never matches a line end."""
    compiled = compile_pattern(pattern, dot_spans_lines=False)
    return _safely(compiled.fullmatch if whole else compiled.search, text)


def _safely(match: Any, text: str) -> bool:
    try:
        return match(text) is not None
    except UnicodeEncodeError:
        return False


def _dots(pattern: str) -> str:
    pieces = []
    escaped = in_class = False
    for sign in pattern:
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign == "[":
            in_class = True
        elif sign == "]":
            in_class = False
        elif sign == "." and not in_class:
            sign = r"[^\n\r]"
        pieces.append(sign)
    return "".join(pieces)
