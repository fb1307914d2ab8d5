"""What a described call sends: path, query, headers and body, from the contact where it can be."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from engine.model.contact_names import asked_by
from engine.model.headers import may_set
from engine.model.names import name_for, readable
from engine.model.openapi_login import KEY
from engine.model.schemas import DEEPEST, Schemas, example_of, is_fixed, kind_of
from engine.model.secret_names import names_a_secret
from engine.model.values import as_text

TYPES: Final = ("application/json", "application/x-www-form-urlencoded", "text/plain")
OURS: Final = frozenset({"accept", "content-type", "authorization"})
INPUT_KINDS: Final = ("string", "integer", "number", "boolean")
LEFT_OUT: Final = object()
_PAGING: Final = re.compile("page|next|prev|continu|cursor|sync")  # tokens, and no secrets
_PATH_SIGNS: Final = "/?&=:@!$'()*+,;~%-._"
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


@dataclass(frozen=True, slots=True)
class MaySend:
    """Something that may be sent as well."""

    key: str  # query.limit, body.address.city
    name: str
    about: str = ""


@dataclass(slots=True)
class Asked:
    path: str = ""
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    slot: dict[str, Any] | None = None  # a key among the parameters, where no login is described
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    optional: list[MaySend] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Asking:
    def __init__(self, schemas: Schemas, *, has_login: bool, also: Collection[str] = ()) -> None:
        self._schemas, self._has_login, self._also = schemas, has_login, frozenset(also)
        self.made = Asked()

    def read(self, method: str, path: str, around: list[dict[str, Any]], body: Any) -> Asked:
        """`around`: the path's own settings, then the call's, which win."""
        said = {
            (str(one.get("in")), str(one.get("name"))): one
            for holder in around
            for one in self._schemas.parts(holder.get("parameters"))
        }
        self.made.path = "".join(
            self._in_path(part, said) if number % 2 else quote(part, safe=_PATH_SIGNS)
            for number, part in enumerate(re.split(r"\{([^{}]{1,100})\}", path))
        )
        for (place, name), one in said.items():
            self._parameter(place, name, one)
        if body is not None and method not in ("GET", "HEAD"):
            self._body(self._schemas.part(body))
        return self.made

    # Parameters

    def _in_path(self, name: str, said: dict[tuple[str, str], dict[str, Any]]) -> str:
        parameter = said.get(("path", name), {})
        schema = self._of(parameter)
        if is_fixed(schema) and (usual := as_text(example_of(schema))) and _is_plain(usual):
            return usual
        return asked_by(name) or self._input(name, schema, parameter, required=True)

    def _of(self, parameter: dict[str, Any]) -> dict[str, Any]:
        """Its schema, with the example that may stand beside it."""
        schema = self._schemas.schema(parameter.get("schema"))
        if not schema and type(parameter.get("content")) is dict:
            return {"type": "object"}
        example = parameter.get("example")
        many = parameter.get("examples")
        if example is None and type(many) is dict:
            example = next((self._schemas.part(one).get("value") for one in many.values()), None)
        return schema if example is None else {"example": example, **schema}

    def _parameter(self, place: str, name: str, parameter: dict[str, Any]) -> None:
        required = parameter.get("required") is True
        if place == "cookie" and required:
            self.made.notes.append(f"The cookie {name[:60]} was left out: steps send none.")
        if place not in ("query", "header") or not name or "{{" in name:
            return
        if place == "header" and (name.lower() in OURS or not self._is_header(name)):
            return
        if _is_a_key(name):
            self._key({"type": place, "name": name[:100]}, required)
            return
        schema = self._of(parameter)
        if kind_of(schema) == "object" and not asked_by(name):
            if required:
                self.made.notes.append(f"{name[:60]} has a form of its own; add it by hand.")
            return
        target = self.made.query if place == "query" else self.made.headers
        value = self._value(f"{place}.{name}", name, schema, parameter, required=required)
        if value is not LEFT_OUT:
            joined = type(value) is list and (
                place == "header" or parameter.get("explode") is False
            )
            target[name] = ",".join(map(as_text, value)) if joined else value

    def _is_header(self, name: str) -> bool:
        return bool(_HEADER.fullmatch(name)) and may_set(name)

    def _key(self, auth: dict[str, Any], required: bool) -> None:
        """A key belongs into a credential, wherever the description puts it."""
        if not self._has_login and self.made.slot is None:
            self.made.slot = {"auth": auth, "fields": [dict(KEY)]}
        elif required:
            self.made.notes.append(f"{auth['name']} looks like a secret, and was left out.")

    # The body

    def _body(self, body: dict[str, Any]) -> None:
        content = body.get("content") if type(body.get("content")) is dict else {}
        kind = _best(content or {})
        if kind is None:
            if content:
                self.made.notes.append(
                    f"The body is {next(iter(content))[:60]}, which a step cannot send."
                )
            return
        media = self._schemas.part((content or {}).get(kind))
        schema = self._schemas.schema(media.get("schema"))
        if kind.startswith("text/"):
            example = _example_beside(self._schemas, media)
            self.made.body = {"text": as_text(example or ""), "content_type": kind.split(";")[0]}
            return
        value = self._object("body", schema, DEEPEST)
        if value in (LEFT_OUT, {}, []):
            example = _example_beside(self._schemas, media)
            value = example if type(example) in (dict, list) and _is_plain(example) else {}
        if kind.startswith(TYPES[1]):
            self.made.body = {"form": _flat(value) if type(value) is dict else {}}
            return
        self.made.body = {"json": value}
        if kind.split(";")[0].strip() != TYPES[0]:
            self.made.headers["Content-Type"] = kind.split(";")[0].strip()

    def _object(self, key: str, schema: dict[str, Any], deep: int) -> Any:
        """Members that are needed, those the contact has, and those that are wanted."""
        if kind_of(schema) == "array" and deep > 0:
            inner = self._schemas.schema(schema.get("items"))
            element = self._object(key, inner, deep - 1) if kind_of(inner) == "object" else LEFT_OUT
            return LEFT_OUT if element in (LEFT_OUT, {}) else [element]
        needed = schema.get("required") if type(schema.get("required")) is list else []
        made: dict[str, Any] = {}
        for name, inner in self._schemas.members(schema) if deep > 0 else ():
            if inner.get("readOnly") is True or "{{" in name:
                continue
            required = name in (needed or [])
            if deep == DEEPEST and _is_a_key(name):
                self._key({"type": "body_field", "name": name}, required)
                continue
            value = self._member(f"{key}.{name}", name, inner, required, deep - 1)
            if value is not LEFT_OUT:
                made[name] = value
        return made

    def _member(self, key: str, name: str, schema: dict[str, Any], needed: bool, deep: int) -> Any:
        if kind_of(schema) not in ("object", "array") or asked_by(name):
            return self._value(key, name, schema, schema, required=needed)
        inside = self._object(key, schema, deep)
        if inside in (LEFT_OUT, {}) and needed:
            example = example_of(schema)
            return example if example is not None and _is_plain(example) else _nothing(schema)
        return LEFT_OUT if inside == {} else inside

    # Values

    def _value(
        self, key: str, name: str, schema: dict[str, Any], about: dict[str, Any], *, required: bool
    ) -> Any:
        if found := asked_by(name):
            return found
        if not required and key not in self._also:
            words = " ".join(str(about.get("description") or "").split())
            self.made.optional.append(MaySend(key, name, words[:200]))
            return LEFT_OUT
        example = example_of(schema)
        if example is not None and _is_plain(example) and _fits(example, key):
            return example
        return self._input(name, schema, about, required=required)

    def _input(
        self, name: str, schema: dict[str, Any], about: dict[str, Any], *, required: bool
    ) -> str:
        """Asked before a run, since nobody else knows it."""
        asked = name_for(name)[:64]
        kind = kind_of(schema)
        words = " ".join(str(about.get("description") or "").split())[:300]
        example = example_of(schema)
        one: dict[str, Any] = {
            "title": readable(name_for(name))[:100],
            "type": kind if kind in INPUT_KINDS else "string",
        }
        if words:
            one["description"] = words
        if example is not None and _is_plain(example):
            one["examples"] = [example if one["type"] != "string" else as_text(example)]
        self.made.inputs[asked] = one
        if required and asked not in self.made.required:
            self.made.required.append(asked)
        return f"{{{{ input.{asked} }}}}"


def _fits(value: Any, key: str) -> bool:
    """A parameter is one text or number, or a list of them; a body may hold lists of anything."""
    if type(value) is not list:
        return type(value) is not dict
    return key.startswith("body.") or not any(type(one) in (list, dict) for one in value)


def _is_a_key(name: str) -> bool:
    return names_a_secret(name) and not _PAGING.search(name.lower())


def _best(content: dict[str, Any]) -> str | None:
    """The kind of body that steps know best."""
    for wanted in TYPES:
        for kind in content:
            plain = kind.split(";")[0].strip().lower()
            if plain == wanted or (wanted == TYPES[0] and plain.endswith("+json")):
                return kind
    return None if not content or "*/*" not in content else "*/*"


def _example_beside(schemas: Schemas, media: dict[str, Any]) -> Any:
    if media.get("example") is not None:
        return media["example"]
    many = media.get("examples")
    if type(many) is dict:
        return next((schemas.part(one).get("value") for one in many.values()), None)
    return None


def _is_plain(value: Any) -> bool:
    """An example is text and no expression, and small enough to be looked at."""
    return "{{" not in (text := as_text(value)) and len(text) <= 4_000


def _nothing(schema: dict[str, Any]) -> Any:
    return [] if kind_of(schema) == "array" else {}


def _flat(value: dict[str, Any], before: str = "") -> dict[str, Any]:
    """address[city], as forms spell what is inside."""
    return dict(_members(value, before))


def _members(value: dict[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        here = f"{before}[{name}]" if before else name
        if type(inner) is dict:
            yield from _members(inner, here)
        elif type(inner) is not list or not any(type(one) in (dict, list) for one in inner):
            yield here, inner
