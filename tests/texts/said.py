"""Which texts the code says, read from the code itself.

`python -m tests.texts` brings the catalogues up to date: new texts come in empty, stale ones go.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from components.sentence_patterns import PATTERNS
from components.sentences import CONTEXT, HOLE
from components.texts import LOCALES

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
SENTENCE = re.compile(r"[A-Z“{].*[.?!]$", re.DOTALL)
NUMBERS = {"status", "limit", "most", "count", "number", "tries"}
# Put together from parts: components/sentence_patterns.py has their patterns.
PUT_TOGETHER = ("engine/model/sentences.py", "engine/run/steps/http.py")
# Said where the console is started, or only in its log.
FOR_OPERATORS = (
    "engine/effects/master_key.py",
    "engine/effects/key_files.py",
    "engine/effects/vault.py",
    "engine/effects/secret.py",
    "engine/effects/policy.py",
    "engine/queue/clock.py",
    "app/services/key_rotation.py",
    "app/services/first_start.py",
    "app/services/idempotency.py",
)
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
    for place, pattern in engine_sentences():
        found.add(pattern, locations=[(place, 0)], context=CONTEXT)
    return found


def engine_sentences() -> Iterator[tuple[str, str]]:
    """(file, pattern) of every whole sentence that the engine and the services say to people."""
    for pattern in PATTERNS:
        yield "components/sentence_patterns.py", pattern
    for folder in ("engine", "app/services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = str(path.relative_to(ROOT))
            if not place.startswith(FOR_OPERATORS + PUT_TOGETHER):
                for pattern in _sentences_in(ast.parse(path.read_text("utf-8"))):
                    yield place, pattern


def _sentences_in(tree: ast.Module) -> Iterator[str]:
    """Strings that begin like a sentence and end like one; what is explained or logged is none."""
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            silent.update(_docstring(node))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            silent.update(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            silent.update(node.values)
    for node in ast.walk(tree):
        pattern = None if node in silent else _pattern(node)
        if pattern and SENTENCE.match(pattern) and re.search(r"[a-z]{2}", HOLE.sub("", pattern)):
            yield pattern


def _docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> set[ast.AST]:
    first = node.body[0] if node.body else None
    return {first.value} if isinstance(first, ast.Expr) else set()


def _pattern(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip()
    if not isinstance(node, ast.JoinedStr):
        return None
    words, names = "", Counter[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            words += str(part.value)
            continue
        assert isinstance(part, ast.FormattedValue)
        if isinstance(part.value, ast.IfExp):
            return None  # put together from parts: components/sentence_patterns.py
        name = _hole(part.value)
        names[name] += 1
        words += f"{{{name}{names[name] if names[name] > 1 else ''}}}"
    return words.strip()


def _hole(value: ast.expr) -> str:
    """What a value is called in a pattern: by its variable, its attribute, or its function."""
    if isinstance(value, ast.Call):
        called = ast.unparse(value.func).rsplit(".", 1)[-1].strip("_")
        known = {"listed": "names", "join": "names", "seconds": "time", "len": "n"}
        if called in known:
            return known[called]
        return _hole(value.args[0]) if value.args else called
    if isinstance(value, ast.Subscript):
        return _hole(value.value)
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "value")
    return "n" if name in NUMBERS else name.strip("_").lower()


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
