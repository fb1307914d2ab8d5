"""What is known of each provider's operations, read from one file each in facts/."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent / "facts"
_HOLE = re.compile(r"\{\{(.*?)\}\}")


@dataclass(frozen=True)
class Step:
    """One request of an operation, and everything the provider may answer to it."""

    operation: "Operation"
    facts: dict[str, Any]
    host: str
    path: re.Pattern[str]

    @property
    def id(self) -> str:
        return self.facts["id"]

    def answer(self, scenario: str) -> dict[str, Any]:
        """An error by its name, or alt:0, alt:1 … for the other answers that are no errors."""
        if scenario.startswith("alt:"):
            return self.facts["alt_responses"][int(scenario[4:])]
        return next(one for one in self.facts["errors"] if one["scenario"] == scenario)

    def scenario(self, *kinds: str) -> str | None:
        """The first documented error of one of these kinds."""
        found = (one["scenario"] for one in self.facts["errors"] if one["kind"] in kinds)
        return next(found, None)


@dataclass(frozen=True)
class Operation:
    facts: dict[str, Any]
    steps: list[Step] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.facts["id"]

    @property
    def provider(self) -> str:
        return self.id.partition(".")[0]

    @property
    def auth(self) -> dict[str, Any]:
        return self.facts["auth"]

    @property
    def keys(self) -> dict[str, str]:
        """The invented credentials that this provider accepts."""
        return {one["key"]: one["fake_example"] for one in self.facts["credentials"]}

    @property
    def test(self) -> Step | None:
        """The cheap call of a Test connection button."""
        known = self.facts["connection_test"]
        if known is None:
            return None
        facts = {**known, "id": "connection_test", "query": None, "body_type": "none", "poll": None}
        facts |= {"success_statuses": [200], "response_example": {"ok": True}, "errors": []}
        return self._step(facts | {"response_headers": {}, "alt_responses": []})

    def _step(self, facts: dict[str, Any]) -> Step:
        address = urlsplit(self.filled(facts["url"]))
        path = "".join(
            _anything(part[2:-2]) if part.startswith("{{") else re.escape(part)
            for part in re.split(r"(\{\{.*?\}\})", address.path or "/")
        )
        if (self.facts["pagination"] or {}).get("style") == "next_url":
            path += r"(/[\w-]+)?"  # what comes next has an address of its own
        return Step(self, facts, address.netloc.lower(), re.compile(path))

    def filled(self, text: str) -> str:
        """With the invented credentials in place; what comes from a run stays a hole."""
        token = self.auth.get("token_response_example") or {}

        def known(found: re.Match[str]) -> str:
            name = found[1].removeprefix("urlencode(").rstrip(")")
            kind, _, rest = name.partition(".")
            key, _, default = rest.partition("|")
            if kind == "cred":
                return self.keys.get(key) or default
            return str(token.get(key, found[0])) if kind == "token" else found[0]

        return _HOLE.sub(known, text)


def _anything(hole: str) -> str:
    if hole.startswith("sha256("):
        return "[0-9a-f]{64}"
    return ".+" if hole.startswith("urlencode(") else "[^/]+"


@cache
def operations() -> dict[str, Operation]:
    """All of them by id, found by listing the folder."""
    found: dict[str, Operation] = {}
    for path in sorted(FOLDER.glob("*.json")):
        operation = Operation(json.loads(path.read_text("utf-8")))
        operation.steps.extend(operation._step(facts) for facts in operation.facts["steps"])
        found[operation.id] = operation
    return found
