"""Sentences that come from the engine and the services, in the reader's language.

They are made in English, with their values inside, and kept like that with runs; the catalogue
knows their patterns: "{host} did not answer within {seconds} seconds."
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

from components.texts import ENGLISH, _translations, language, messages

CONTEXT: Final = "said"  # of the catalogue's patterns
HOLE: Final = re.compile(r"\{(\w+)\}")
ONE_WORD: Final = re.compile(r"(host|n\d?$|status|version)")
NESTED: Final = re.compile(r"(what|message|hint|why|problem)")
END: Final = re.compile(r"(?<=[.!?]) (?=[A-Z“\d])")
AND: Final = re.compile(r" (and|or) (?=[^,]*$)")
MORE: Final = re.compile(r"\b(\d+) more\b")


def translated(sentence: str) -> str:
    """The same in the reader's language; as it is where nobody has translated it."""
    spoken = language()
    return sentence if spoken == ENGLISH or not sentence else translated_into(sentence, spoken)


@lru_cache(maxsize=4096)
def translated_into(sentence: str, code: str) -> str:
    parts = END.split(sentence)
    each = [_one(part, code) for part in parts]
    # A pattern may hold several sentences; a value of one must not swallow the sentence before it.
    if None in each and (whole := _whole(sentence, code)) is not None:
        return whole
    return " ".join(one or part for one, part in zip(each, parts, strict=True))


def _one(sentence: str, code: str) -> str | None:
    """Some wordings stand alone or inside of a longer sentence, whose full stop is not theirs."""
    found = _whole(sentence, code)
    if found is None and sentence.endswith("."):
        found = _whole(sentence[:-1], code)
        return None if found is None else f"{found}."
    return found


def _whole(sentence: str, code: str) -> str | None:
    patterns = _patterns(code)
    plain = patterns.plain.get(sentence)
    if plain is not None:
        return plain
    for pattern, words in patterns.with_holes:
        if hit := pattern.fullmatch(sentence):
            return _filled(words, hit.groupdict(), code)
    return None


def _filled(words: str, values: Mapping[str, str], code: str) -> str:
    shown = {name: _value(name, value, code) for name, value in values.items()}
    return HOLE.sub(lambda hole: shown.get(hole[1], hole[0]), words)


def _value(name: str, value: str, code: str) -> str:
    """Values are data, with two exceptions: lists of words, and sentences inside of sentences."""
    if name.startswith(("list", "names")):
        words = _translations(code).pgettext
        value = _patterns(code).plain.get(value, value)
        value = AND.sub(lambda hit: f" {words(CONTEXT, hit[1])} ", value)
        return MORE.sub(lambda hit: words(CONTEXT, "{n} more").replace("{n}", hit[1]), value)
    if NESTED.match(name):
        return translated_into(value, code)
    return _patterns(code).plain.get(value, value) if name.startswith("host") else value


class _Patterns:
    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.plain: dict[str, str] = {}
        holes = []
        for english, words in pairs:
            if HOLE.search(english):
                holes.append((english, words))
            else:
                self.plain[english] = words
        # The longest wording first: "{host} answered {status}" fits many a longer sentence.
        holes.sort(key=lambda pair: -len(HOLE.sub("", pair[0])))
        self.with_holes = [(_compiled(english), words) for english, words in holes]


def _compiled(english: str) -> re.Pattern[str]:
    parts = HOLE.split(english)
    seen: set[str] = set()
    pattern = ""
    for at, part in enumerate(parts):
        if at % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P={part})"
        else:
            seen.add(part)
            pattern += f"(?P<{part}>{_kind_of(part)})"
    return re.compile(pattern, re.DOTALL)


def _kind_of(hole: str) -> str:
    return r"[^\s,;]+" if ONE_WORD.match(hole) else ".+?"


@cache
def _patterns(code: str) -> _Patterns:
    return _Patterns(
        (str(one.id), str(one.string))
        for one in messages(code)
        if one.context == CONTEXT and one.string
    )
