"""The services that the console knows: their calls, out of the shipped templates."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from app.practice.service import KEY
from app.services.official import FOLDER
from engine.model.catalogue import KnownCall, calls_of, host_of

PRACTICE: Final = Path(__file__).parents[2] / "assets" / "practice" / "connectors.json"

EXAMPLE: Final = {
    "email": "amelia.novak@shoply.example",
    "first_name": "Amelia",
    "last_name": "Novak",
}


class Catalogue:
    """`practice`: host:port of the practice service, where this console has one."""

    def __init__(self, practice: str = "", folder: Path = FOLDER) -> None:
        self._practice, self._folder = practice, folder

    @cached_property
    def calls(self) -> tuple[KnownCall, ...]:
        """By service and name; the practice service first, since it asks for nothing."""
        found = [*self._practised(), *self._shipped()]
        known = {one.key: one for one in found}
        return tuple(
            sorted(
                known.values(),
                key=lambda one: (
                    one.service != "practice",
                    one.service_title.lower(),
                    one.title.lower(),
                ),
            )
        )

    @cached_property
    def titles(self) -> dict[str, str]:
        """What people call each service."""
        return {one.service: one.service_title for one in self.calls}

    @cached_property
    def settings(self) -> dict[str, dict[str, str]]:
        """What each service's plain fields look like, for those who have none yet."""
        return {
            one.service: {
                field["name"]: str(field.get("example") or "")
                for field in one.slot["fields"]
                if field.get("secret") is False
            }
            for one in self.calls
            if one.slot is not None
        }

    def call(self, key: str) -> KnownCall | None:
        return next((one for one in self.calls if one.key == key), None)

    def of_step(self, step: Mapping[str, Any]) -> KnownCall | None:
        """A call of the service that this step asks, told by its address."""
        host = host_of(str((step.get("request") or {}).get("url") or ""))
        return self.at(host) if host else None

    def at(self, host: str) -> KnownCall | None:
        exact = next((one for one in self.calls if one.host == host), None)
        if exact is not None or "*" in host:
            return exact
        return next((one for one in self.calls if "*" in one.host and _fits(one, host)), None)

    def slot(self, service: str) -> dict[str, Any] | None:
        """How this service wants to be signed in to."""
        return next((one.slot for one in self.calls if one.slot and one.service == service), None)

    def _shipped(self) -> Iterator[KnownCall]:
        for path in sorted(self._folder.glob("*.json")):
            yield from calls_of(path.stem, json.loads(path.read_text("utf-8")))

    def _practised(self) -> Iterator[KnownCall]:
        if not self._practice:
            return
        text = PRACTICE.read_text("utf-8").replace("PRACTICE_HOST", self._practice)
        for number, connector in enumerate(json.loads(text)):
            template = {
                **connector,
                "slots": [_practice_slot(self._practice)],
                "example_contact": EXAMPLE,
            }
            yield from calls_of(f"practice.{number}", template)


def _fits(one: KnownCall, host: str) -> bool:
    """Whether this host is one of the many that the call's own is a pattern for."""
    start, _star, end = one.host.partition("*")
    return host.startswith(start) and host.endswith(end) and len(host) > len(one.host)


def _practice_slot(host: str) -> dict[str, Any]:
    return {
        "service_name": "practice",
        "title": "Practice service",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "fields": [
            {
                "name": "api_key",
                "title": "Practice key",
                "help": "It is no secret: it opens the practice service of this console only.",
                "example": KEY,
                "usual": KEY,
                "secret": True,
            }
        ],
        "allowed_hosts": [host],
        "test": {
            "method": "GET",
            "url": f"http://{host}/v1/email/check",
            "query": {"email": EXAMPLE["email"]},
        },
    }
