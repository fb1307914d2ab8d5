"""How a described service wants its callers to sign in, as a credential that can be filled in."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit

from engine.model.names import name_for
from engine.model.schemas import Schemas

Scheme = dict[str, Any]
Slot = dict[str, Any]

KEY = {"name": "api_key", "title": "Key", "help": "", "secret": True}
TOKEN = {"name": "token", "title": "Access token", "help": "", "secret": True}
CLIENT = [
    {"name": "client_id", "title": "Client id", "help": "", "secret": False},
    {"name": "client_secret", "title": "Client secret", "help": "", "secret": True},
]
PERSON = [
    {"name": "username", "title": "User name", "help": "", "secret": False},
    {"name": "password", "title": "Password", "help": "", "secret": True},
]


def login(
    schemas: Schemas, document: dict[str, Any], operation: dict[str, Any], base: str
) -> tuple[Slot | None, list[str]]:
    """The auth and its fields, for the first way in that the console can go; notes on the rest."""
    wanted = operation.get("security", document.get("security"))
    ways = [one for one in wanted if type(one) is dict] if type(wanted) is list else []
    if not ways or any(not way for way in ways):
        return None, []
    known = schemas.part(schemas.part(document.get("components")).get("securitySchemes"))
    unknown: dict[str, None] = {}
    for way in sorted(ways, key=len):
        for name, scopes in way.items():
            scheme = schemas.part(known.get(name))
            asked = [str(one) for one in scopes] if type(scopes) is list else []
            found = _slot(scheme, asked, base)
            if found is None:
                unknown[f"The login “{name}” cannot be done here, and was left out."] = None
                continue
            notes = [*unknown] if len(ways) == 1 else []
            if len(way) > 1:
                notes.append("The service wants more than one login; a step has one of them.")
            return found, notes
    return None, list(unknown)


def _slot(scheme: Scheme, scopes: list[str], base: str) -> Slot | None:
    kind, place = scheme.get("type"), scheme.get("in")
    about = str(scheme.get("description") or "")
    if kind == "apiKey" and place in ("header", "query") and scheme.get("name"):
        name = str(scheme["name"])
        if name.lower() == "authorization" and "bearer" in about.lower():
            return _made({"type": "bearer"}, [TOKEN], about)
        prefix = {"prefix": _prefix(name, about)} if place == "header" else {}
        return _made({"type": place, "name": name, **prefix}, [KEY], about)
    if kind == "http":
        way = str(scheme.get("scheme") or "").lower()
        if way == "bearer":
            return _made({"type": "bearer"}, [TOKEN], about)
        if way == "basic":
            basic = {"type": "basic", "username": "username", "password": "password"}
            return _made(basic, PERSON, about)
        return None
    if kind == "oauth2":
        return _oauth(scheme, scopes, base)
    if kind == "openIdConnect":
        return _made({"type": "bearer"}, [TOKEN], about)
    return None


def _prefix(header: str, about: str) -> str:
    """Token abc, where the description spells it like that."""
    words = about.replace("`", " ").replace("=", " ").split()
    for before, word in pairwise(words):
        if header.lower() == "authorization" and before.lower().endswith("authorization:"):
            return f"{word} "
    return ""


def _oauth(scheme: Scheme, scopes: list[str], base: str) -> Slot:
    flows = scheme.get("flows")
    flows = flows if type(flows) is dict else {}
    machine, person = flows.get("clientCredentials"), flows.get("authorizationCode")
    scope = " ".join(scopes)
    if type(person) is dict and person.get("authorizationUrl") and person.get("tokenUrl"):
        auth = {
            "type": "oauth2_authorization_code",
            "authorize_url": urljoin(base, str(person["authorizationUrl"])),
            "token_url": urljoin(base, str(person["tokenUrl"])),
            "scope": scope,
            "pkce": True,
        }
        return _made(auth, CLIENT, "")
    if type(machine) is dict and machine.get("tokenUrl"):
        token = urljoin(base, str(machine["tokenUrl"]))
        return _made(
            {"type": "oauth2_client_credentials", "token_url": token, "scope": scope}, CLIENT, ""
        )
    return _made({"type": "bearer"}, [TOKEN], str(scheme.get("description") or ""))


def _made(auth: dict[str, Any], fields: list[dict[str, Any]], about: str) -> Slot:
    helped = [dict(one) for one in fields]
    helped[-1]["help"] = " ".join(about.split())[:300]
    return {"auth": auth, "fields": helped}


def hosts_of(slot: Slot, host: str) -> list[str]:
    """Where the secret may go: the service, and the place its tokens come from."""
    addresses = [str(slot["auth"].get("token_url") or "")]
    return list(dict.fromkeys([host, *_hosts(addresses)]))


def _hosts(addresses: list[str]) -> Iterator[str]:
    for address in addresses:
        if address and (found := urlsplit(address).netloc):
            yield found.rpartition("@")[2]


def service_name(title: str, host: str) -> str:
    """api.hunter.io is hunter."""
    parts = [one for one in host.lower().split(":")[0].split(".") if one not in _COMMON]
    name = parts[0] if parts and not parts[0].isdigit() else name_for(title)
    return "".join(one for one in name if one.isalnum() or one in "_-")[:60] or "service"


_COMMON = ("api", "www", "rest", "*", "app", "apis", "v1", "v2")
