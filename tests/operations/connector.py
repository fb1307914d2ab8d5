"""A connector that was written for one operation, and what it must come to."""

from dataclasses import dataclass, field
from typing import Any

from engine.effects.credentials import Credential, Secret, parse_auth
from tests.providers.imitation.facts import operations

CONTACT = {
    "email": "avery@example.com", "first_name": "Avery", "last_name": "Sample",
    "phone": "+12025550123", "company": "Example Corp", "job_title": "Head of Operations",
    "city": "Springfield", "state": "IL", "country": "US",
    "linkedin_url": "https://www.linkedin.com/in/avery-sample",
}  # fmt: skip
BEARER = {"type": "bearer"}


@dataclass(frozen=True)
class Connector:
    """`plain`: which of the provider's credentials are settings. `days`: what becomes of another
    day at the provider, by its name, or by its step and name."""

    auth: dict[str, Any]
    hosts: tuple[str, ...]
    steps: list[dict[str, Any]]
    writes: dict[str, str]
    finds: dict[str, Any]
    calls: int = 1
    secrets: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    also: dict[str, str] = field(default_factory=dict)  # secrets that the facts leave out
    input: dict[str, Any] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)

    @property
    def definition(self) -> dict[str, Any]:
        mappings = [{"field": name, "value": value} for name, value in self.writes.items()]
        return {"config": {"steps": self.steps}, "field_mappings": mappings}

    def credential(self, name: str, *, wrong: bool = False) -> Credential:
        keys = operations()[name].keys
        secrets = {one: keys[one] for one in self.secrets} | self.also
        if wrong:
            secrets = {one: f"{value[:-4]}xxxx" for one, value in secrets.items()}
        return Credential(
            id=f"credential-{name}",
            service_name="service",
            auth=parse_auth(self.auth),
            secrets={one: Secret(value) for one, value in secrets.items()},
            settings={one: keys[one] for one in self.plain},
            allowed_hosts=self.hosts,
        )


def call(method: str, url: str, id: str = "ask", **more: Any) -> dict[str, Any]:
    """A step; query, headers and json belong to its request."""
    request: dict[str, Any] = {"method": method, "url": url}
    request |= {name: more.pop(name) for name in ("query", "headers") if name in more}
    for body in ("json", "form"):
        if body in more:
            request["body"] = {body: more.pop(body)}
    return {"id": id, "kind": "http", "credential": "service", "request": request, **more}


def not_found_where(left: str, op: str = "is_empty", **right: Any) -> dict[str, Any]:
    """Only where the call itself worked: a refusal lacks the same things."""
    return {"status": "2xx", "when": {"left": left, "op": op, **right}, "then": "not_found"}
