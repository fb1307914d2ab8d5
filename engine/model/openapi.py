"""An OpenAPI 3 document becomes a list of operations, and each of them a step."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from engine.errors import RunStopped, StepFailed
from engine.model.documents import read_document
from engine.model.names import name_for, readable
from engine.model.openapi_answer import kept
from engine.model.openapi_login import hosts_of, login, service_name
from engine.model.openapi_request import Asked, Asking, MaySend
from engine.model.schemas import Schemas
from engine.model.urls import shape

MOST_OPERATIONS: Final = 5_000
METHODS: Final = ("get", "post", "put", "patch", "delete", "head", "options")
LOOKUPS: Final = ("GET", "HEAD")
_OWN_HOST: Final = re.compile(r"https?://\{(\w{1,60})\}\.[a-z0-9-]+\.[a-z0-9.-]+", re.IGNORECASE)


class NotOpenApi(StepFailed):
    """The document is no description that steps can be made of."""


@dataclass(frozen=True, slots=True)
class Operation:
    key: str  # GET /people/{id}
    method: str
    path: str
    summary: str
    tag: str = ""
    deprecated: bool = False


@dataclass(slots=True)
class FromOpenApi:
    """The step without any secret, and what it takes to use it."""

    step: dict[str, Any]
    slot: dict[str, Any] | None = None
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    optional: list[MaySend] = field(default_factory=list)
    offered: dict[str, str] = field(default_factory=dict)  # more that the answer may hold
    notes: list[str] = field(default_factory=list)


def read_openapi(text: str, *, source: str = "") -> "Described":
    """Raises NotADocument or NotOpenApi. `source`: the address it came from, if any."""
    document = read_document(text)
    if type(document) is not dict or not {"openapi", "swagger"} & set(document):
        raise NotOpenApi(
            "This is no OpenAPI description.",
            hint="It begins with “openapi: 3…”. Look for a link named openapi.json or openapi.yaml "
            "in the service’s documentation.",
        )
    if not str(document.get("openapi") or "").startswith("3."):
        raise NotOpenApi(
            "This description is of another kind; only OpenAPI 3.0 and 3.1 can be read.",
            hint="Most services offer a newer one. Otherwise paste a cURL command.",
        )
    return Described(document, source)


class Described:
    """One service, as its description tells."""

    def __init__(self, document: dict[str, Any], source: str = "") -> None:
        self._document, self._source = document, source
        info = document.get("info") if type(document.get("info")) is dict else {}
        self.title = " ".join(str((info or {}).get("title") or "Service").split())[:100]
        self._found = dict(self._operations())
        if not self._found:
            raise NotOpenApi("This description has no calls.")
        self.operations = tuple(operation for operation, *_ in self._found.values())

    @property
    def base(self) -> str:
        """Where the service is; empty where the description does not say."""
        first = next(iter(self._found.values()))
        return self._server(Schemas(self._document), first[2], first[1]).partition("{")[0]

    def step(
        self, key: str, *, base: str = "", also: Collection[str] = (), keep: Collection[str] = ()
    ) -> FromOpenApi:
        """`base`: where the service is, if the description does not say. `also`, `keep`: keys of
        `optional`, names of `offered` that are wanted as well."""
        operation, raw, around = self._found[key]
        schemas = Schemas(self._document)
        server = base.strip() or self._server(schemas, around, raw)
        if not _is_address(server):
            raise NotOpenApi(
                "The description does not say where the service is.",
                hint="Give its address, such as https://api.example.com.",
            )
        found, notes = login(schemas, self._document, raw, server)
        asked = Asking(schemas, has_login=found is not None, also=also).read(
            operation.method, operation.path, [around, raw], raw.get("requestBody")
        )
        slot = found or asked.slot
        made = FromOpenApi(self._step(operation, raw, server, asked))
        if slot is not None:
            made.slot = self._slot(slot, server)
            if not base and (own := self._own_host(schemas, around, raw)) is not None:
                _give_own_host(made.step["request"], made.slot, *own)
            made.step["credential"] = made.slot["service_name"]
        self._answer(schemas, raw, operation, made, keep)
        made.inputs, made.required, made.optional = asked.inputs, asked.required, asked.optional
        made.notes = [*notes, *asked.notes, *schemas.left_out]
        return made

    def _step(
        self, operation: Operation, raw: dict[str, Any], server: str, asked: Asked
    ) -> dict[str, Any]:
        parts: dict[str, Any] = {"query": asked.query, "headers": asked.headers, "body": asked.body}
        request = {"method": operation.method, "url": server.rstrip("/") + asked.path}
        return {
            "id": _id(operation.summary),
            "name": operation.summary[:80],
            "kind": "http",
            "request": request | {name: value for name, value in parts.items() if value},
        }

    def _answer(
        self,
        schemas: Schemas,
        raw: dict[str, Any],
        operation: Operation,
        made: FromOpenApi,
        wanted: Collection[str],
    ) -> None:
        responses = schemas.part(raw.get("responses"))
        useful, offered = kept(schemas, responses)
        chosen = {name: path for name, path in offered.items() if name in wanted}
        made.step["extract"] = useful | chosen
        made.offered = offered
        if operation.method in LOOKUPS and "404" in responses:
            made.step["rules"] = [{"status": [404], "then": "not_found"}]

    def _slot(self, slot: dict[str, Any], server: str) -> dict[str, Any]:
        host = urlsplit(server).netloc.rpartition("@")[2].lower()
        return {
            "service_name": service_name(self.title, host),
            "title": _short(self.title),
            **slot,
            "allowed_hosts": hosts_of(slot, host),
        }

    def _operations(self) -> Iterator[tuple[str, tuple[Operation, dict[str, Any], dict[str, Any]]]]:
        schemas = Schemas(self._document)
        paths = self._document.get("paths")
        count = 0
        for path, item in (paths if type(paths) is dict else {}).items():
            around = schemas.part(item)
            for method in METHODS:
                raw = around.get(method)
                if type(raw) is not dict or not path.startswith("/") or "{{" in path:
                    continue
                count += 1
                if count > MOST_OPERATIONS:
                    raise NotOpenApi(f"This description has more than {MOST_OPERATIONS:,} calls.")
                operation = _operation(method.upper(), path, raw)
                yield operation.key, (operation, raw, around)

    def _server(self, schemas: Schemas, around: dict[str, Any], raw: dict[str, Any]) -> str:
        """The nearest that is said, its variables filled in with what is usual."""
        for holder in (raw, around, self._document):
            for one in schemas.parts(holder.get("servers"))[:1]:
                url = str(one.get("url") or "")
                for name, variable in schemas.part(one.get("variables")).items():
                    usual = schemas.part(variable).get("default")
                    url = url.replace(f"{{{name}}}", str(usual if usual is not None else ""))
                return urljoin(self._source, url) if self._source else url
        return urljoin(self._source, "/") if self._source else ""

    def _own_host(
        self, schemas: Schemas, around: dict[str, Any], raw: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        """https://{account}.example.com: each customer has a host, which the credential knows."""
        for holder in (raw, around, self._document):
            for one in schemas.parts(holder.get("servers"))[:1]:
                found = _OWN_HOST.match(str(one.get("url") or ""))
                if found is None:
                    return None
                variable = schemas.part(schemas.part(one.get("variables")).get(found[1]))
                return None if "enum" in variable else (found[1], variable)
        return None


def _give_own_host(
    request: dict[str, Any], slot: dict[str, Any], name: str, variable: dict[str, Any]
) -> None:
    """The first label of the host is a setting of the credential, and its key stays below."""
    setting = name_for(name)
    scheme, _, address = request["url"].partition("://")
    request["url"] = (
        f"{scheme}://{{{{ credential.settings.{setting} }}}}.{address.partition('.')[2]}"
    )
    first, *others = slot["allowed_hosts"]
    below = first.partition(".")[2]
    slot["allowed_hosts"] = [f"*.{below}", *others]
    slot["service_name"] = service_name(slot["title"], below)
    field = {
        "name": setting,
        "title": readable(setting),
        "help": " ".join(str(variable.get("description") or "").split())[:300],
        "example": str(variable.get("default") or ""),
        "secret": False,
    }
    slot["fields"] = [field, *slot["fields"]]


def _operation(method: str, path: str, raw: dict[str, Any]) -> Operation:
    tags = raw.get("tags")
    first = str(tags[0])[:60] if type(tags) is list and tags else ""
    said = raw.get("summary") or readable(name_for(str(raw.get("operationId") or "")))
    words = " ".join(str(said).split()).rstrip(".")
    if not words or words == "Value":
        words = f"{method} {path}"
    deprecated = bool(raw.get("deprecated"))
    return Operation(f"{method} {path}", method, path, words[:200], first, deprecated)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = shape(url).has_a_possible_host and shape(url).is_sendable
        return parts.scheme in ("http", "https") and host and "{" not in url
    except (ValueError, RunStopped):
        return False


def _id(words: str) -> str:
    """Find a person by e-mail → find_a_person_by_e_mail, and never in the middle of a word."""
    name = ""
    for word in name_for(words).split("_"):
        if len(name) + len(word) > 30:
            break
        name = f"{name}_{word}" if name else word
    return name if name[:1].isalpha() and name.isascii() else "ask"


def _short(title: str) -> str:
    """Hunter API is Hunter."""
    words = title.removesuffix(" API").removesuffix(" REST").strip()
    return words or title
