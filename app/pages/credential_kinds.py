"""The form of one way of signing in: its fields, and what was typed into them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from app.pages.credential_asks import FIRST, MORE, OF_RECIPE, PLAIN, Ask
from app.services.problems import BadInput, Wrong
from components.controls import Field, Tick, choice, field, fold, tick
from components.texts import _, each


class KindForm:
    """The usual fields first, the rest folded."""

    def __init__(self, kind: str, recipe: str = "") -> None:
        self.kind, self.recipe = kind, recipe
        self.fields: dict[str, tuple[Ask, Field | Tick]] = {}
        self._draw(OF_RECIPE[recipe] if recipe else FIRST[kind])
        with fold(_("More settings")):
            self._draw((*MORE.get(kind, ()), PLAIN))

    def _draw(self, asks: Iterable[Ask]) -> None:
        for ask in asks:
            self.fields[ask.path] = ask, _field(ask)

    @property
    def shown(self) -> list[Field]:
        return [one for _ask, one in self.fields.values() if isinstance(one, Field)]

    def typed(self) -> dict[str, Any]:
        """{"auth": …, "credentials": …, "settings": …}; BadInput where a text cannot be read."""
        auth: dict[str, Any] = {"type": self.kind}
        if self.recipe:
            auth["recipe"] = self.recipe
        if self.kind == "basic":
            auth |= {"username": "username", "password": "password"}
        said: dict[str, Any] = {"auth": auth, "credentials": {}, "settings": {}}
        for ask, one in self.fields.values():
            value = _read(ask, one.value)
            if value not in ("", None, {}) and (value != ask.usual or not _goes_without(ask)):
                _put(said, ask.path.split("."), value)
        _tidy_place(auth)
        return said

    def failed(self, path: str, message: str) -> bool:
        """Whether one of the fields is about it."""
        about = [own for own in self.fields if f"{path}.".startswith(f"{own}.")]
        found = self.fields[max(about, key=len)][1] if about else None
        if isinstance(found, Field):
            found.failed(message)
        return isinstance(found, Field)


def _field(ask: Ask) -> Field | Tick:
    label, usual, hint = _(ask.label), ask.usual, _(ask.hint)
    testid = ask.testid or ask.path.rpartition(".")[2].replace("_", "-")
    if ask.how == "tick":
        return tick(label, bool(usual), testid=testid)
    if ask.how == "choice":
        return choice(label, each(ask.choices), usual, testid=testid)
    kind = {"pairs": "lines", "json": "lines"}.get(ask.how, ask.how)
    more = {"rows": 3, "mono": True} if kind == "lines" else {}
    return field(
        label,
        usual,
        kind=kind,
        hint=hint,
        placeholder=ask.example,
        optional=ask.optional,
        autocomplete="off",
        name=ask.path.rpartition(".")[2],
        testid=testid,
        **more,
    )


def _goes_without(ask: Ask) -> bool:
    """What is usual need not be said, but for what the service must be told."""
    return ask.how in ("choice", "tick") and not ask.path.startswith("auth.request.")


def _read(ask: Ask, value: Any) -> Any:
    if ask.how == "pairs":
        return dict(_pairs(ask, str(value or "")))
    if ask.how == "json" and str(value or "").strip():
        try:
            return json.loads(value)
        except ValueError:
            raise BadInput([Wrong(ask.path, _("This is not valid JSON."))]) from None
    return value if ask.how in ("tick", "secret") or "prefix" in ask.path else _stripped(value)


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _pairs(ask: Ask, typed: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, typed.splitlines())):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise BadInput([Wrong(ask.path, _("Write one a line: name = value"))])
        yield name.strip(), value.strip()


def _put(holder: dict[str, Any], path: list[str], value: Any) -> None:
    """Several fields may fill one object: claims.scope, and more claims."""
    for name in path[:-1]:
        holder = holder.setdefault(name, {})
    last = path[-1]
    if isinstance(value, dict) and isinstance(holder.get(last), dict):
        holder[last] |= value
    else:
        holder[last] = value


def _tidy_place(auth: dict[str, Any]) -> None:
    """A token that goes as a bearer has no name, and only a header has something before it."""
    place = auth.pop("place", {})
    if "type" in place:
        if place["type"] != "header":
            place.pop("prefix", None)
        auth["place"] = place
    if auth.get("claims") == {}:
        del auth["claims"]
