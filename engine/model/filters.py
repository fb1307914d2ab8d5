"""What may follow a | in an expression. Each filter takes plain data and gives plain data.

A filter that cannot do its work (a number out of "abc") gives nothing, as if the value were
missing: an error in a request, null in a condition or mapping, and `| default(…)` can step in.
Null goes through untouched. Every filter bounds what it reads and what it makes.
"""

import base64 as base64_
import hashlib
import html
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote

from engine.errors import ExpressionError
from engine.model import dates, poison
from engine.model.values import MAX_TEXT, MISSING, as_json, as_text

MAX_ITEMS = 10_000
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: what it does in a few words, and which literals it takes."""

    name: str
    says: str
    run: Callable[..., Any]
    takes: tuple[str, ...] = ()
    needs: int = 0
    takes_null: bool = False

    def check(self, args: Sequence[Any]) -> tuple[Any, ...]:
        if not self.needs <= len(args) <= len(self.takes):
            raise ExpressionError(f"“{self.name}” {_counted(self.needs, len(self.takes))}.")
        for arg, kind in zip(args, self.takes, strict=False):
            if not _FITS[kind](arg):
                raise ExpressionError(f"“{self.name}” takes {kind} in its brackets.")
        return tuple(args)


def _counted(least: int, most: int) -> str:
    if most == 0:
        return "takes nothing in brackets"
    if least == most:
        return f"takes {most} value{'s' if most > 1 else ''} in brackets"
    return f"takes {least} to {most} values in brackets"


_FITS: dict[str, Callable[[Any], bool]] = {
    "a text": lambda arg: type(arg) is str and len(arg) <= 1024,
    "some text": lambda arg: type(arg) is str and 0 < len(arg) <= 1024,
    "a number of characters": lambda arg: type(arg) is int and 0 <= arg <= MAX_TEXT,
    "a number of digits": lambda arg: type(arg) is int and 0 <= arg <= 15,
    "a country such as GB": lambda arg: type(arg) is str and bool(re.fullmatch("[A-Z]{2}", arg)),
    "a date format such as %d.%m.%Y": lambda arg: type(arg) is str and dates.can_format(arg),
}


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ExpressionError("This text is longer than 1 MB.", hint="Cut it with truncate.")
    return text


def _short(value: Any, most: int = 10_000) -> str:
    text = as_text(value)
    if len(text) > most:
        raise ExpressionError(f"This filter takes at most {most:,} characters.")
    return text


def lower(value: Any) -> str:
    return _bounded(as_text(value).lower())


def upper(value: Any) -> str:
    return _bounded(as_text(value).upper())


def trim(value: Any) -> str:
    return as_text(value).strip()


_WORD = re.compile(r"(['’]?)([^\W\d_]+)")


def title(value: Any) -> str:
    """Like people write names: O'Brien, but not It'S."""

    def word(found: re.Match[str]) -> str:
        letters = found[2].lower()
        belongs_to_the_word_before = found[1] and len(letters) == 1
        return found[1] + (letters if belongs_to_the_word_before else letters.capitalize())

    return _bounded(_WORD.sub(word, _short(value, 100_000)))


def replace(value: Any, old: str, new: str) -> str:
    text = as_text(value)
    if len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
        raise ExpressionError("The replaced text is longer than 1 MB.")
    return text.replace(old, new)


def split(value: Any, separator: str | None = None) -> list[str]:
    pieces = as_text(value).split(separator, MAX_ITEMS)
    if len(pieces) > MAX_ITEMS:
        raise ExpressionError(f"This text falls into more than {MAX_ITEMS:,} pieces.")
    return pieces


def join(value: Any, separator: str = "") -> Any:
    if type(value) is not list:
        return MISSING
    pieces = []
    size = 0
    for item in value:
        if item is None:
            continue
        piece = as_text(item)
        size += len(piece) + len(separator)
        if size > MAX_TEXT + len(separator):
            raise ExpressionError("The joined text is longer than 1 MB.")
        pieces.append(piece)
    return _bounded(separator.join(pieces))


def first(value: Any) -> Any:
    return value[0] if type(value) in (list, str) and value else MISSING


def last(value: Any) -> Any:
    return value[-1] if type(value) in (list, str) and value else MISSING


def length(value: Any) -> Any:
    return len(value) if type(value) in (list, str, dict) else MISSING


def unique(value: Any) -> Any:
    """Each different item once, in the order they came."""
    if type(value) is not list:
        return MISSING
    if len(value) > MAX_ITEMS:
        raise ExpressionError(f"This list has more than {MAX_ITEMS:,} items.")
    found: dict[tuple[type, str], Any] = {}
    for item in value:
        found.setdefault((type(item), as_json(item)), item)
    return list(found.values())


_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3}){1,10}|[0-9]{1,40})?(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?"
)


def number(value: Any) -> Any:
    """A number, whole where it is written whole: "1,250" is 1250 and "2.50" is 2.5."""
    if type(value) in (int, float):
        return value
    if type(value) is not str:
        return MISSING
    text = value.strip() if len(value) <= 200 else ""
    if not _NUMBER.fullmatch(text) or not any(sign.isdigit() for sign in text):
        return MISSING
    text = text.replace(",", "")
    if text.lstrip("+-").isdigit():
        return int(text)
    try:
        found = float(text)
    except ValueError:
        return MISSING
    return found if math.isfinite(found) else MISSING


def whole(value: Any) -> Any:
    """The number without what comes after the point."""
    found = number(int(value) if type(value) is bool else value)
    return int(found) if found is not MISSING and math.isfinite(found) else MISSING


def decimal(value: Any) -> Any:
    found = number(value)
    try:
        return MISSING if found is MISSING else float(found)
    except OverflowError:
        return MISSING


def rounded(value: Any, digits: int = 0) -> Any:
    """Rounded as at school: 2.5 becomes 3."""
    found = number(value)
    if found is MISSING or not math.isfinite(found):
        return MISSING
    if type(found) is int:
        return found
    exact = Decimal(repr(found))
    if exact.adjusted() > 20:
        return found
    result = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return int(result) if digits == 0 else float(result)


_YES = frozenset({"true", "yes", "y", "on", "1"})
_NO = frozenset({"false", "no", "n", "off", "0"})


def boolean(value: Any) -> Any:
    """True or false out of what services send for it."""
    if type(value) in (bool, int, float):
        return bool(value)
    word = value.strip().lower() if type(value) is str else None
    return True if word in _YES else False if word in _NO else MISSING


def digits(value: Any) -> str:
    return re.sub("[^0-9]+", "", as_text(value))


def e164(value: Any, country: str = "US") -> Any:
    """A phone number as +4741234567. Without a country code it is read as one of that country."""
    import phonenumbers  # a large library that most runs never need

    try:
        found = phonenumbers.parse(_short(value, 200), country)
    except phonenumbers.NumberParseException:
        return MISSING
    if not phonenumbers.is_possible_number(found):
        return MISSING
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def slug(value: Any) -> str:
    plain = unicodedata.normalize("NFKD", _short(value)).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")


def truncate(value: Any, most: int, ending: str = "") -> str:
    """At most so many characters, the ending included."""
    text = as_text(value)
    if len(text) <= most:
        return text
    return text[: max(0, most - len(ending))] + ending[:most]


def date(value: Any, pattern: str = "%Y-%m-%d") -> Any:
    found = dates.read(value)
    return MISSING if found is None else dates.write(found, pattern)


def to_json(value: Any) -> str:
    return _bounded(as_json(value))


def parse_json(value: Any) -> Any:
    """What is inside a text that holds JSON."""
    if type(value) is not str:
        return value
    try:
        return poison.loads(value)
    except poison.NotJson:
        return MISSING


def _bytes(value: Any) -> bytes:
    try:
        return as_text(value).encode()
    except UnicodeEncodeError as problem:
        raise ExpressionError("This text holds half a character.") from problem


def md5(value: Any) -> str:
    return hashlib.md5(_bytes(value), usedforsecurity=False).hexdigest()


def sha256(value: Any) -> str:
    return hashlib.sha256(_bytes(value)).hexdigest()


def base64(value: Any) -> str:
    return _bounded(base64_.b64encode(_bytes(value)).decode())


def urlencode(value: Any) -> str:
    return _bounded(quote(_bytes(value), safe=""))


def xml(value: Any) -> str:
    """As it may stand in an element or an attribute; signs that XML does not know are left out."""
    return _bounded(html.escape(_NO_XML.sub("", as_text(value))))


def _never(value: Any, *_: Any) -> Any:
    raise AssertionError("default is part of the language; expressions.py answers it")


_ALL = [
    Filter("default", "another value where there is none", _never, ("a text",), 1, True),
    Filter("lower", "in small letters", lower),
    Filter("upper", "in capital letters", upper),
    Filter("title", "each word with a capital letter", title),
    Filter("trim", "without spaces around it", trim),
    Filter("replace", "with one text in place of another", replace, ("some text", "a text"), 2),
    Filter("split", "cut into a list", split, ("some text",)),
    Filter("join", "a list as one text", join, ("a text",)),
    Filter("first", "the first of a list", first),
    Filter("last", "the last of a list", last),
    Filter("length", "how many", length),
    Filter("unique", "each different item once", unique),
    Filter("number", "as a number", number),
    Filter("int", "as a whole number", whole),
    Filter("float", "as a number with decimals", decimal),
    Filter("round", "rounded", rounded, ("a number of digits",)),
    Filter("boolean", "as true or false", boolean),
    Filter("string", "as text", as_text),
    Filter("json", "as JSON text", to_json, takes_null=True),
    Filter("parse_json", "what a JSON text holds", parse_json),
    Filter("date", "as a date", date, ("a date format such as %d.%m.%Y",)),
    Filter("digits", "only its digits", digits),
    Filter("e164", "as an international phone number", e164, ("a country such as GB",)),
    Filter("slug", "as-part-of-an-address", slug),
    Filter("truncate", "cut to a length", truncate, ("a number of characters", "a text"), 1),
    Filter("md5", "its MD5 fingerprint", md5),
    Filter("sha256", "its SHA-256 fingerprint", sha256),
    Filter("base64", "in Base64", base64),
    Filter("urlencode", "percent-encoded", urlencode),
    Filter("xml", "written for XML or HTML", xml),
]
FILTERS = {one.name: one for one in _ALL}
