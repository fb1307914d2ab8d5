"""A workspace's access to one service: its secrets, how they are shown, and where they may go."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import orjson

from engine.effects.auth import Auth, BasicAuth, SecretUrlAuth, parse_auth
from engine.effects.failures import DestinationRefused
from engine.effects.hosts import Hosts
from engine.effects.placing import basic_text
from engine.effects.redact import Redactor
from engine.effects.secret import MASK, Secret, too_short
from engine.effects.urls import parse

__all__ = ["Auth", "Credential", "Secret", "parse_auth", "too_short"]


@dataclass(frozen=True, eq=False)
class Credential:
    """Opened for one run. Printing it shows no secret."""

    id: str
    service_name: str
    auth: Auth
    secrets: Mapping[str, Secret]
    settings: Mapping[str, Any] = field(default_factory=dict)
    allowed_hosts: tuple[str, ...] = ()
    label: str = ""
    workspace_id: str = ""

    @cached_property
    def digest(self) -> str:
        """Another one where anything was entered anew that a token was made with."""
        secrets = {name: secret.reveal() for name, secret in self.secrets.items()}
        entered = [self.auth.model_dump(mode="json"), secrets, dict(self.settings)]
        made = orjson.dumps(entered, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(made).hexdigest()

    @cached_property
    def hosts(self) -> Hosts:
        return Hosts(self.allowed_hosts)

    @cached_property
    def hidden(self) -> "Credential | None":
        """With the mask for each secret too short to be looked for; None where none is."""
        short = [name for name, secret in self.secrets.items() if too_short(secret.reveal())]
        if not short:
            return None
        return replace(self, secrets={**self.secrets, **dict.fromkeys(short, Secret(MASK))})

    @cached_property
    def redactor(self) -> Redactor:
        return Redactor(_told(self))


def _told(credential: Credential) -> list[str]:
    """What must never be shown: each secret, and the text made of a name and a password."""
    auth, secrets = credential.auth, credential.secrets
    values = [secret.reveal() for secret in secrets.values()]
    if isinstance(auth, SecretUrlAuth):
        values = [piece for value in values for piece in _telling_parts(value)]
    if isinstance(auth, BasicAuth):
        values.append(basic_text(auth, secrets, credential.settings))
    return [value for value in values if not too_short(value)]


def _telling_parts(address: str) -> list[str]:
    """Of an address that is a secret, the host may be shown; it helps to find a mistake."""
    try:
        rest = parse(address.strip()).rest
    except DestinationRefused:
        return [address]
    last = rest.partition("?")[0].rpartition("/")[2]
    return [rest, *([last] if len(last) >= 16 else [])] if len(rest) >= 12 else [address]
