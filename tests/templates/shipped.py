"""The templates as they are shipped, each beside what it is expected to do."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from engine.effects.credentials import Credential, Secret, parse_auth
from tests.providers.imitation.facts import Operation, Step, operations
from tests.providers.imitation.imitation import Imitation

FOLDER = Path(__file__).parents[2] / "assets" / "templates"
EXPECTED = Path(__file__).parent / "expected"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
SINGLE = [name for name in NAMES if not name.startswith("waterfall.")]


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


def template(name: str) -> dict[str, Any]:
    return json.loads(_text(FOLDER / f"{name}.json"))


def expected(name: str) -> dict[str, Any]:
    """What the template does, written down by hand: contact fields, calls, and its misses."""
    return json.loads(_text(EXPECTED / f"{name}.json"))


def definition(name: str) -> dict[str, Any]:
    whole = template(name)
    return {key: whole[key] for key in ("config", "input_schema", "field_mappings")}


def inputs(name: str) -> dict[str, Any]:
    """An example of each input that must be given."""
    schema = template(name)["input_schema"]
    return {each: schema["properties"][each]["examples"][0] for each in schema.get("required", [])}


def operation(name: str) -> Operation:
    return operations()[name]


def answering(name: str) -> Step:
    """The request whose answer the template is after: the first one with documented errors."""
    return next(step for step in operation(name).steps if step.facts["errors"])


def credentials(name: str, providers: Imitation, *, wrong: bool = False) -> dict[str, Credential]:
    """As whoever installs the template enters them, with what the imitation accepts."""
    return {
        slot["service_name"]: _credential(slot, providers, wrong)
        for slot in template(name)["slots"]
    }


def secrets_of(held: dict[str, Credential]) -> list[str]:
    return [secret.reveal() for one in held.values() for secret in one.secrets.values()]


def _credential(slot: dict[str, Any], providers: Imitation, wrong: bool) -> Credential:
    service = slot["service_name"]
    values = {field["name"]: _value(service, field, providers, wrong) for field in slot["fields"]}
    plain = {field["name"] for field in slot["fields"] if not field["secret"]}
    return Credential(
        id=f"credential-{service}",
        service_name=service,
        auth=parse_auth(slot["auth"]),
        secrets={each: Secret(value) for each, value in values.items() if each not in plain},
        settings={each: value for each, value in values.items() if each in plain},
        allowed_hosts=tuple(slot["allowed_hosts"]),
    )


def _value(service: str, field: dict[str, Any], providers: Imitation, wrong: bool) -> str:
    known = keys_of(service)
    name = field["name"]
    if service == "audienceacuity":
        value = known["key_id"] + known["secret"]
    elif name == "private_key":
        value = providers.private_key
        return value.replace("\n", "\nA", 1) if wrong else value
    elif name == "username":
        value = f"{known['email']}/token"
    elif name in ("my_domain", "account", "subdomain", "company_domain"):
        return "example"
    else:
        only = next((one for one in known.values()), "")
        value = known.get(name, only)
    return f"{value[:-6]}wrong!" if wrong and field["secret"] else value


def keys_of(service: str) -> dict[str, str]:
    named = {"abstract": "abstract.email_validation"}.get(service)
    found = (one for one in operations().values() if one.id == named or one.provider == service)
    return next(found).keys
