"""Where a template could give a secret away: credential positions hold a reference or nothing.

Three looks, each for what the others miss: by place (a sensitive name must not hold a fixed
value), by the workspace's own secrets in all their spellings, and by shape, which only warns.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from app.services.disguises import readings
from app.services.problems import Wrong
from app.services.random_words import random_word_in
from app.services.scanner import looks_known
from engine.effects.redact import Redactor
from engine.model.template_secrets import shaped_like_a_key

FIXED: Final = "A key stands here as fixed text. Leave it out: it belongs into a credential."
KEY: Final = "This is shaped like a key. A template holds no secret."
OWN: Final = "This holds a secret of your workspace. Take it out before others see it."
APART: Final = "This holds a secret of your workspace in pieces. Take it out."
SHAPE: Final = "This looks as if it could be a key. Look at it before others see it."

LONG_ENOUGH: Final = 12

_SENSITIVE: Final = re.compile(
    r"(?!.*(?:page|next|sync|continuation|cursor|idempotency))(?:auth|sig|jwt|pwd|pass|bearer|"
    r".*(?:authorization|cookie|token|secret|password|passwd|passphrase|apikey|accesskey|authkey"
    r"|secretkey|privatekey|appkey|licensekey|subscriptionkey|signature|credentials?|sessionid))"
)
_IN_REQUEST: Final = re.compile(r"(?!.*idempotency).*key")
_REQUEST: Final = ("headers", "query", "form")
_EXPRESSION: Final = re.compile(r"\{\{(.*?)\}\}", re.S)
_INDEX: Final = re.compile(r"""\[\s*(?:"[^"]*"|'[^']*')\s*\]""")
_EMPTY: Final = re.compile(r"[\s•*…]*")
_SCHEME: Final = re.compile(r"\s*(?:bearer|basic|token|apikey|api-key|key|oauth)[\s:=]*", re.I)
_MEMBER: Final = re.compile(
    r"""([A-Za-z][\w.-]{1,60})["']?\s*[:=]\s*["']?((?:\{\{.*?\}\}|[^\s"'&,;}<]+)+)""", re.S
)
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:([^/?#\s]*)@)?", re.I)
# What services want in the other half of a login, where only one half is a key.
_FILLERS: Final = frozenset({"", "x", "api", "apikey", "api_key", "api_token", "key", "token"})
_PREFIX: Final = re.compile(r"(?:[A-Za-z][A-Za-z -]{0,19}[ :=]*)?")
_AUTH_KIND: Final = re.compile(r"slots\[\d+\]\.auth\.type")  # one of ours


class Own:
    """A workspace's own secrets: as they are, and as letters and digits that may stand apart."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = list(secrets)
        self._whole = Redactor(known)
        self._bare = Redactor(bare for bare in map(_bare, known) if _unmistakable(bare))

    def sees(self, text: str) -> bool:
        return self._whole.sees(text.encode("utf-8", "surrogatepass")) or self.sees_apart([text])

    def sees_apart(self, texts: Iterable[str]) -> bool:
        """Whether it stands in several pieces, one after the other, in large letters or small."""
        return self._bare.finds(_bare("".join(texts)).encode())


def found_in(template: Mapping[str, Any], own: Own) -> list[Wrong]:
    """What must not be published, with its place."""
    wrong: list[Wrong] = []
    for name in ("config", "example_contact", "example_responses"):
        wrong += _walk(template.get(name), name)
    wrong += _schema(template.get("input_schema") or {})
    wrong += _mappings(template.get("field_mappings") or [])
    for number, slot in enumerate(template.get("slots") or []):
        wrong += _slot(slot, f"slots[{number}]")
    for path, text in _texts(template, ""):
        said = list(readings(text))
        if any(map(shaped_like_a_key, said)):
            wrong.append(Wrong(path, KEY))
        if any(map(own.sees, said)):
            wrong.append(Wrong(path, OWN))
    whole = {one.path for one in wrong if one.message == OWN}
    rest = {part: inside for part, inside in template.items() if not _within(part, whole)}
    wrong += _apart(rest, own)
    return list({(one.path, one.message): one for one in wrong}.values())


def _within(part: str, paths: Iterable[str]) -> bool:
    return any(re.split(r"[.\[]", path)[0] == part for path in paths)


def _apart(template: Mapping[str, Any], own: Own) -> Iterator[Wrong]:
    """In pieces: within a text, or from one to the next. Names of members count, or do not."""
    for part, inside in template.items():
        for names in (True, False):
            if own.sees_apart(text for _, text in _texts(inside, part, names=names)):
                yield Wrong(part, APART)


def doubts(template: Mapping[str, Any]) -> list[dict[str, str]]:
    """What only looks strange: long, mixed and without meaning, or as some service's keys look."""
    return [
        {"path": path, "message": SHAPE}
        for path, text in _texts(template, "")
        if not _AUTH_KIND.fullmatch(path) and _strange(_EXPRESSION.sub(" ", text))
    ]


def _strange(text: str) -> bool:
    return random_word_in(text) or any(map(looks_known, readings(text)))


def _walk(
    value: Any, path: str, *, in_request: bool = False, secret: bool = False
) -> Iterator[Wrong]:
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            if name == "extract" and isinstance(inner, dict):
                continue  # names of ours, and paths into answers
            if name in ("url", "token_url", "authorize_url") and isinstance(inner, str):
                yield from _url(inner, here)
            if name == "text" and isinstance(inner, str):
                yield from _text(inner, here)
            yield from _walk(
                inner,
                here,
                in_request=in_request or name in _REQUEST,
                secret=name != "credential" and (secret or sensitive(name, in_request)),
            )
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{number}]", in_request=in_request, secret=secret)
    elif secret and fixed(value):
        yield Wrong(path, FIXED)


def sensitive(name: str, in_request: bool = False) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return bool(_SENSITIVE.fullmatch(plain) or (in_request and _IN_REQUEST.fullmatch(plain)))


def fixed(value: Any) -> bool:
    """Whether it says something itself, instead of naming where the value comes from."""
    if value is None or isinstance(value, bool):
        return False
    if not isinstance(value, str):
        return True
    if any(quote in _INDEX.sub("", hole) for hole in _EXPRESSION.findall(value) for quote in "\"'"):
        return True
    rest = _EXPRESSION.sub("", value)
    if rest != value:
        rest = _SCHEME.sub("", rest)
    return not _EMPTY.fullmatch(rest)


def _url(text: str, path: str) -> Iterator[Wrong]:
    address = _ADDRESS.match(text)
    if address and address[1] is not None:
        yield Wrong(path, FIXED)
    for member in text.partition("?")[2].partition("#")[0].split("&"):
        name, _, value = member.partition("=")
        if sensitive(name, in_request=True) and fixed(value):
            yield Wrong(path, FIXED)


def _text(text: str, path: str) -> Iterator[Wrong]:
    for name, value in _MEMBER.findall(text):
        if sensitive(name, in_request=True) and fixed(value):
            yield Wrong(path, FIXED)


def _schema(schema: Any, path: str = "input_schema", *, secret: bool = False) -> Iterator[Wrong]:
    """A property with a telling name has no value of its own."""
    if not isinstance(schema, dict):
        return
    for name in ("default", "const", "example", "examples", "enum"):
        yield from _walk(schema.get(name), f"{path}.{name}", secret=secret)
    for name, inner in _object(schema.get("properties")).items():
        yield from _schema(inner, f"{path}.properties.{name}", secret=secret or sensitive(name))
    yield from _schema(schema.get("items"), f"{path}.items", secret=secret)


def _mappings(mappings: Any) -> Iterator[Wrong]:
    for number, one in enumerate(mappings):
        if isinstance(one, dict):
            secret = sensitive(str(one.get("field", "")).rpartition(".")[2])
            yield from _walk(one.get("value"), f"field_mappings[{number}].value", secret=secret)


def _slot(slot: Any, path: str) -> Iterator[Wrong]:
    """What is no slot at all is said elsewhere."""
    slot = _object(slot)
    auth, fields = _object(slot.get("auth")), slot.get("fields")
    listed = fields if isinstance(fields, list) else []
    names = [field.get("name") for field in listed if isinstance(field, dict)]
    for part in ("username", "password") if auth.get("type") == "basic" else ():
        text = auth.get(part, part)
        if text not in names and str(text).lower() not in _FILLERS:
            yield Wrong(f"{path}.auth.{part}", f"This must be the name of a field. {FIXED}")
    if auth.get("field") is not None and auth["field"] not in names:
        yield Wrong(f"{path}.auth.field", "No field of this slot has this name.")
    if not _PREFIX.fullmatch(str(auth.get("prefix") or "")):
        yield Wrong(f"{path}.auth.prefix", FIXED)
    whole = {k: v for k, v in auth.items() if k not in ("username", "password")}
    yield from _walk(whole, f"{path}.auth")
    yield from _walk(slot.get("test"), f"{path}.test")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any, path: str, *, names: bool = True) -> Iterator[tuple[str, str]]:
    """Every text and number, and the names of members, each with its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else str(name)
            if names:
                yield here, str(name)
            yield from _texts(inner, here, names=names)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{number}]", names=names)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path, str(value)


def _bare(text: str) -> str:
    """Signs that only look different, such as ｋ, count as what they look like."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).lower())


def _unmistakable(bare: str) -> bool:
    """Words that only stand side by side do not happen to say it."""
    return len(bare) >= LONG_ENOUGH and any(map(str.isdigit, bare)) and not bare.isdigit()
