"""Which texts the code says, read from the code itself.

`python -m tests.texts` brings the catalogues up to date: new texts come in empty, stale ones go.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from components.texts import LOCALES

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
IN_SCRIPTS = re.compile(
    r"""\$t\(\s*(?P<q>["'])(?P<words>.*?)(?P=q)"""
    r"""|\$nt\(\s*(?P<q1>["'])(?P<one>.*?)(?P=q1)\s*,\s*(?P<q2>["'])(?P<many>.*?)(?P=q2)"""
)


def sources(*endings: str) -> Iterator[Path]:
    for folder in ("app/pages", "components"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings:
                yield path


def said() -> Catalog:
    """Every text that the code marks, with the files that say it."""
    found = Catalog(charset="utf-8")
    for path in sources(".py"):
        place = str(path.relative_to(ROOT))
        for _line, words, _comments, context in extract(
            "python", BytesIO(path.read_bytes()), KEYWORDS
        ):
            found.add(words, locations=[(place, 0)], context=context)
    for path in sources(".js"):
        place = str(path.relative_to(ROOT))
        for hit in IN_SCRIPTS.finditer(path.read_text("utf-8")):
            words = hit["words"] or (hit["one"], hit["many"])
            found.add(words, locations=[(place, 0)])
    return found


def catalogue(code: str) -> Catalog:
    with _path(code).open("rb") as file:
        return read_po(file, locale=code)


def renewed(code: str) -> Catalog:
    """The catalogue as it should be: what is said now, with the translations there are."""
    before = catalogue(code)
    now = Catalog(
        locale=code, charset="utf-8", project="Connector Console", fuzzy=False, header_comment=""
    )
    for message in said():
        if not message.id:
            continue
        known = before.get(_first(message.id), message.context)
        string = known.string if known and isinstance(known.id, type(message.id)) else None
        now.add(message.id, string, sorted(set(message.locations)), context=message.context)
    return now


def write(code: str, catalogue: Catalog) -> None:
    file = BytesIO()
    write_po(file, catalogue, sort_output=True, include_lineno=False, omit_header=True, width=100)
    forms = f'"Plural-Forms: {catalogue.plural_forms}\\n"'
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n{forms}\n\n'
    )
    _path(code).write_bytes(header.encode() + file.getvalue())


def strings_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def _path(code: str) -> Path:
    return LOCALES / code / "LC_MESSAGES" / "console.po"


def _first(id_: object) -> str:
    return str(id_[0] if isinstance(id_, list | tuple) else id_)
