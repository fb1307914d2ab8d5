"""A step's request filled in with what is known, ready to be sent or turned to its next page."""

from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from engine.effects.egress import Call
from engine.errors import RunStopped
from engine.model.plan import RequestPlan
from engine.model.poison import NotJson, dumps
from engine.model.slots import Pairs
from engine.model.urls import percent_encoded
from engine.record import record
from engine.run.links import without_masks
from engine.run.story import Scope

CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}


class NoPlaceForPage(RunStopped):
    code = "no_place_for_page"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no body in which “{name}” could say which page is wanted.",
            hint="Give the step a JSON object or a form as its body, or put the page in the query.",
        )


@record
class Rendered:
    """One request with its values in place; `body` is still a value, so that a page can join it."""

    method: str
    url: str
    headers: Pairs
    body: Any
    body_kind: str | None

    def with_query(self, name: str, value: str) -> "Rendered":
        """The same with this member in its query, instead of any of the same name."""
        address, _, query = self.url.partition("?")
        kept = [
            member
            for member in query.split("&")
            if member and unquote_plus(member.partition("=")[0]) != name
        ]
        kept.append(f"{_quoted(name)}={_quoted(value)}")
        return replace(self, url=f"{address}?{'&'.join(kept)}")

    def with_member(self, name: str, value: Any) -> "Rendered":
        """The same with this member in its body; dots lead into a JSON body: variables.after."""
        if self.body_kind == "form":
            pairs = tuple(pair for pair in self.body if pair[0] != name)
            return replace(self, body=(*pairs, (name, str(value))))
        if self.body_kind != "json":
            raise NoPlaceForPage(name)
        return replace(self, body=_joined(self.body, name.split("."), value, name))

    def call(self, timeout_s: float) -> Call:
        return Call(self.method, self.url, self.headers, self._bytes(), timeout_s)

    def _bytes(self) -> bytes:
        if self.body_kind is None:
            return b""
        if self.body_kind == "json":
            try:
                return dumps(self.body)
            except NotJson as problem:
                raise RunStopped(
                    "The body holds a value that cannot be sent.", code="body", detail=str(problem)
                ) from problem
        if self.body_kind == "form":
            return _encoded(self.body).encode()
        return str(self.body).encode("utf-8", "replace")


def render(request: RequestPlan, scope: Scope, more: Pairs = ()) -> Rendered:
    """Fill in the request. `more`: headers of ours, such as the key against doing things twice."""
    url = without_masks(request.url(scope).partition("#")[0])
    if query := _encoded(request.query(scope)):
        url += ("&" if "?" in url else "?") + query
    headers = (*request.headers(scope), *more)
    if kind := request.body_kind:
        given = any(name.lower() == "content-type" for name, _ in headers)
        if not given:
            headers = (*headers, ("Content-Type", request.content_type or CONTENT_TYPES[kind]))
    return Rendered(request.method, url, headers, request.body(scope), request.body_kind)


def _encoded(pairs: Pairs) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(text: str) -> str:
    return percent_encoded(text, errors="replace")


def _joined(body: Any, keys: list[str], value: Any, name: str) -> Any:
    if not keys:
        return value
    if body is not None and type(body) is not dict:
        raise NoPlaceForPage(name)
    inner = body or {}
    return {**inner, keys[0]: _joined(inner.get(keys[0]), keys[1:], value, name)}
