"""What can be done to a value, in words, with what comes out of it on the sample."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.texts import _, later
from engine.errors import RunStopped
from engine.model import expressions
from engine.model.values import as_text

LONGEST: Final = 48
_PARTS: Final = re.compile(r"""(?:[^|"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+""")
_CALL: Final = re.compile(r"(\w+)\s*(?:\((.*)\))?", re.DOTALL)
_TEXT, _LIST, _NUMBER, _ANY = "text", "list", "number", "any"


@dataclass(frozen=True, slots=True)
class Way:
    filter: str
    words: str
    fits: str = _TEXT
    rare: bool = False


WAYS: Final = (
    Way("first", later("first of the list"), _LIST),
    Way("last", later("last of the list"), _LIST),
    Way("join(', ')", later("as one text, with commas"), _LIST),
    Way("unique", later("each only once"), _LIST),
    Way("length", later("how many"), _LIST),
    Way("digits", later("digits only")),
    Way("e164", later("as an international phone number")),
    Way("lower", later("lower case")),
    Way("upper", later("upper case")),
    Way("title", later("First Letters Large")),
    Way("trim", later("without spaces around it")),
    Way("date", later("date only")),
    Way("date('%d.%m.%Y')", later("date as day.month.year")),
    Way("number", later("as a number")),
    Way("round", later("rounded"), _NUMBER),
    Way("split('@') | last", later("what follows the @")),
    Way("split(' ') | first", later("first word")),
    Way("split(' ') | last", later("last word")),
    Way("split(',')", later("cut into a list at commas"), rare=True),
    Way("boolean", later("as yes or no"), rare=True),
    Way("slug", later("fit for an address"), rare=True),
    Way("urlencode", later("percent-encoded"), rare=True),
    Way("xml", later("written for XML or HTML"), rare=True),
    Way("md5", later("its MD5 fingerprint"), rare=True),
    Way("sha256", later("its SHA-256 fingerprint"), rare=True),
    Way("base64", later("in Base64"), rare=True),
    Way("json", later("as JSON"), _ANY, rare=True),
)
# With something to type: the words in front, then the filter around it.
ASKS: Final = (
    ("default", later("if empty, use"), ""),
    ("replace", later("without the text"), ", ''"),
    ("truncate", later("at most so many characters"), ""),
)
_SPOKEN: Final = {
    "default": later("if empty “{value}”"),
    "replace": later("“{value}” replaced"),
    "truncate": later("at most {value} characters"),
    "split": later("cut at “{value}”"),
    "join": later("joined by “{value}”"),
    "int": later("as a whole number"),
    "float": later("with decimals"),
    "string": later("as text"),
    "parse_json": later("what its JSON holds"),
}


def parts(code: str) -> list[str]:
    """contact.phone | replace('|', '') | digits, cut at the bars that are no text."""
    return [one.strip() for one in _PARTS.findall(code) if one.strip()]


def spoken(filter_text: str) -> str:
    """A filter as people say it; what nobody put into words stays as it is."""
    known = next((way.words for way in WAYS if way.filter == filter_text), "")
    if known:
        return _(known)
    name, inside = _read(filter_text)
    words = _SPOKEN.get(name)
    if words is None:
        plain = next((way.words for way in WAYS if way.filter == name), "")
        return f"{_(plain)} {inside}".strip() if plain else filter_text
    return _(words).format(value=_plain(inside))


def said(text: str) -> dict[str, str]:
    """The filters inside a text, each with its words: what chips show."""
    return {
        one: spoken(one)
        for hole in re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL)
        for one in parts(hole)[1:]
    }


def ways(code: str, scope: Mapping[str, Any]) -> dict[str, Any]:
    """For one value: what is done to it already, and what else could be."""
    base, *applied = parts(code) or [""]
    before, now = _value(base, scope), _value(code, scope)
    return {
        "code": code,
        "before": _shown(before),
        "now": _shown(now),
        "applied": [
            {"words": spoken(one), "code": _without(base, applied, number)}
            for number, one in enumerate(applied)
        ],
        "offers": list(_offers(code, now, scope)),
        "asks": [
            {"name": name, "words": _(words), "start": f"{code} | {name}(", "end": f"{end})"}
            for name, words, end in ASKS
        ],
    }


def _offers(code: str, now: Any, scope: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Those that can be done to this kind of value; all of them, where there is none yet."""
    for way in WAYS:
        if now is not None and not _fits(way, now):
            continue
        made = _value(f"{code} | {way.filter}", scope)
        if made in (None, "") and now is not None:
            continue
        yield {
            "words": _(way.words),
            "code": f"{code} | {way.filter}",
            "result": "" if now is None else _shown(made),
            "rare": way.rare,
        }


def _fits(way: Way, value: Any) -> bool:
    if way.fits == _ANY:
        return type(value) in (list, dict)
    if type(value) is list:
        return way.fits == _LIST
    if type(value) in (int, float):
        return way.fits == _NUMBER
    return type(value) is str and way.fits == _TEXT


def _value(code: str, scope: Mapping[str, Any]) -> Any:
    try:
        return expressions.fill(f"{{{{ {code} }}}}", dict(scope))
    except RunStopped:
        return None


def _shown(value: Any) -> str:
    text = "" if value is None else as_text(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _without(base: str, applied: list[str], number: int) -> str:
    return " | ".join([base, *applied[:number], *applied[number + 1 :]])


def _plain(inside: str) -> str:
    """The first of what stands in brackets, without its quotes."""
    found = re.match(r"""\s*(["'])((?:\\.|(?!\1).)*)\1""", inside, re.DOTALL)
    return re.sub(r"\\(.)", r"\1", found[2]) if found else inside.partition(",")[0].strip()


def _read(filter_text: str) -> tuple[str, str]:
    found = _CALL.fullmatch(filter_text)
    return (found[1], found[2] or "") if found else (filter_text, "")
