"""Every word on a screen, in the language of whoever looks: `_("Save")`.

English stands in the code and is the key; assets/locale holds the other languages. Whose turn it
is, is known from the page that is being drawn or that sent the event: no caller hands it on.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from babel import Locale, dates, lists, numbers
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from nicegui import Client
from nicegui.slot import Slot, get_task_id

LOCALES: Final = Path(__file__).parent.parent / "assets" / "locale"
ENGLISH: Final = "en"
COOKIE: Final = "console_language"
K = TypeVar("K")

_spoken: WeakKeyDictionary[Client, str] = WeakKeyDictionary()


def _(words: str) -> str:
    """Fill placeholders behind it: `_("{name} was saved.").format(name=name)`."""
    return _translations(language()).gettext(words) if words else ""


def ngettext(one: str, many: str, n: int) -> str:
    """`ngettext("{n} run", "{n} runs", n).format(n=number(n))`"""
    return _translations(language()).ngettext(one, many, n)


def pgettext(context: str, words: str) -> str:
    """For words that mean two things: `pgettext("verb", "Run")`."""
    return _translations(language()).pgettext(context, words)


def later(words: str) -> str:
    """Marks words of a module's constant for the catalogue; say `_(words)` where they are shown."""
    return words


def each(words: Mapping[K, str]) -> dict[K, str]:
    """The choices of a module's constant: `choice(_("Role"), each(ROLES))`."""
    return {key: _(one) for key, one in words.items()}


def number(value: float, *, digits: int | None = None) -> str:
    """1,234.5 or 1.234,5; `digits` behind the point, as many as there are without it."""
    form = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(value, form, _locale(language()))


def percent(share: float, *, digits: int = 0) -> str:
    some = _locale(language())
    form = some.percent_formats[None].pattern
    if digits:
        form = form.replace("0", "0." + "0" * digits, 1)
    return numbers.format_percent(share, form, some)


def money(amount: float, currency: str = "USD") -> str:
    """Prices of one call are small: they keep up to four digits."""
    some = _locale(language())
    form = some.currency_formats["standard"].pattern
    fine = form.replace("0.00", "0.00##") if 0 < abs(amount) < 1 else form
    return numbers.format_currency(amount, currency, fine, some, currency_digits=False)


def duration(ms: float | None) -> str:
    """340 ms, 1.2 s, 3 min, 2.5 h: as exact as one cares to know."""
    if ms is None:
        return "–"
    if ms < 1000:
        return _("{n} ms").format(n=number(round(ms)))
    if ms < 120_000:
        return _("{n} s").format(n=number(ms / 1000, digits=1))
    if ms < 7_200_000:
        return _("{n} min").format(n=number(round(ms / 60_000)))
    return _("{n} h").format(n=number(ms / 3_600_000, digits=1))


def in_bytes(size: int) -> str:
    """420 bytes, 1.2 kB, 3.4 MB"""
    if size < 1000:
        return ngettext("{n} byte", "{n} bytes", size).format(n=size)
    if size < 1_000_000:
        return _("{n} kB").format(n=number(size / 1000, digits=1))
    return _("{n} MB").format(n=number(size / 1_000_000, digits=1))


def day(at: date | datetime, form: str = "medium") -> str:
    """21 Nov 2026; a moment wants `moment(…)`, which knows the reader's time zone."""
    return dates.format_date(at, form, _locale(language()))


def day_names() -> list[str]:
    """Monday to Sunday."""
    names = _locale(language()).days["format"]["wide"]
    return [names[number] for number in range(7)]


def day_and_time(at: datetime) -> str:
    """Mon 23 Nov, 09:00, as the clock of `at`'s own time zone shows it."""
    some = _locale(language())
    said_day = dates.format_skeleton("MMMEd", at, locale=some)
    return f"{said_day}, {dates.format_time(at, 'HH:mm', locale=some)}"


def listed(words: Sequence[str]) -> str:
    """name, company and phone"""
    return lists.format_list(list(words), "standard", _locale(language()))


def language() -> str:
    """Of the page that is being drawn, or whose event is handled; English where there is none."""
    # Asked without Slot.get_stack(), which would leave an empty stack behind for every task.
    stack = Slot.stacks.get(get_task_id())
    return language_of(stack[-1].parent.client) if stack else ENGLISH


def language_of(client: Client) -> str:
    """Chosen by hand, or else what the browser asks for; looked up once a page."""
    known = _spoken.get(client)
    if known is None:
        request = client._request
        known = _spoken[client] = (
            wanted(request.cookies.get(COOKIE, ""), request.headers.get("accept-language", ""))
            if request
            else ENGLISH
        )
    return known


def wanted(chosen: str, accepted: str) -> str:
    """`accepted` as browsers send it: de-AT,de;q=0.9,en;q=0.8"""
    if chosen in languages():
        return chosen
    asked = [part.strip().partition(";q=") for part in accepted.split(",")]
    for tag, _q, _weight in sorted(asked, key=lambda one: -_weight_of(one[2])):
        short = tag.lower().partition("-")[0]
        if short in languages():
            return short
    return ENGLISH


@cache
def languages() -> dict[str, str]:
    """Every language there is, by its own name: {"en": "English", "de": "Deutsch"}."""
    codes = [ENGLISH, *sorted(path.name for path in LOCALES.iterdir() if path.is_dir())]
    return {code: (Locale(code).get_display_name() or code).capitalize() for code in codes}


def messages(code: str) -> list[Message]:
    return [one for one in _catalogue(code) if one.id]


@cache
def for_browser(code: str) -> str:
    """The script that teaches the components' own words: only those said in .js files."""
    said = {
        _ids(one)[0]: _strings(one)
        for one in _catalogue(code)
        if one.id and any(path.endswith(".js") for path, _line in one.locations)
    }
    form = _catalogue(code).plural_expr
    words = json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f"window.consoleTexts={words};window.consolePlural=(n)=>Number({form});"


def _weight_of(words: str) -> float:
    try:
        return float(words or 1)
    except ValueError:
        return 0.0


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@cache
def _catalogue(code: str) -> Catalog:
    path = LOCALES / code / "LC_MESSAGES" / "console.po"
    with path.open("rb") as file:
        return read_po(file, locale=code)


@cache
def _translations(code: str) -> NullTranslations:
    if code == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _catalogue(code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _ids(message: Message) -> Sequence[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _strings(message: Message) -> Sequence[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())
