"""A workspace's access to one service: its secrets, how they are shown, and where they may go."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.effects.auth import (
    Auth,
    AuthorizationCodeAuth,
    BasicAuth,
    ClientCredentialsAuth,
    JwtBearerAuth,
    NoAuth,
    OneSecretAuth,
    SecretUrlAuth,
    parse_auth,
)
from engine.effects.failures import DestinationRefused
from engine.effects.hosts import Hosts, read
from engine.effects.placing import basic_text
from engine.effects.redact import Redactor
from engine.effects.secret import SHORTEST, Secret, too_short
from engine.effects.urls import parse
from engine.errors import Problem

__all__ = [
    "Auth",
    "Credential",
    "Secret",
    "check_credential",
    "parse_auth",
    "short_secrets",
    "too_short",
    "work_out_settings",
]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.A)
_NAMES = "Use letters, digits and underscores, and start with a letter."
_SHORT = "So short a secret could not be hidden in what the console shows."


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

    @cached_property
    def hosts(self) -> Hosts:
        return Hosts(self.allowed_hosts)

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


def check_credential(
    auth: Auth,
    fields: Collection[str],
    settings: Mapping[str, Any],
    allowed_hosts: Collection[str],
) -> list[Problem]:
    """Everything that would keep the credential from working, found when it is saved."""
    return [
        *_check_fields(auth, fields, settings),
        *_check_settings(fields, settings),
        *_check_hosts(auth, allowed_hosts),
    ]


def short_secrets(auth: Auth, secrets: Mapping[str, str]) -> list[Problem]:
    """Secrets too short to be masked. A user name is no secret by itself."""
    open_names = {"client_id"} | ({auth.username} if isinstance(auth, BasicAuth) else set())
    return [
        Problem(f"credentials.{name}", f"“{name}” is shorter than {SHORTEST} characters.", _SHORT)
        for name, value in secrets.items()
        if name not in open_names and too_short(value)
    ]


def work_out_settings(
    settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Replaces `{"from": "api_key", "after_last": "-"}` by that part of the secret."""
    known: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in settings.items():
        if not isinstance(value, dict):
            known[name] = value
            continue
        _, mark, part = secrets.get(value["from"], "").rpartition(value["after_last"])
        if mark and part:
            known[name] = part
        else:
            problems.append(
                Problem(
                    f"settings.{name}",
                    f"Nothing follows “{value['after_last']}” in “{value['from']}”.",
                    "Check that the whole key was entered.",
                )
            )
    return known, problems


def _check_fields(
    auth: Auth, fields: Collection[str], settings: Mapping[str, Any]
) -> Iterator[Problem]:
    for name in fields:
        if not _NAME.fullmatch(name):
            yield Problem(f"credentials.{name}", f"“{name[:60]}” cannot be a name.", _NAMES)
    if isinstance(auth, OneSecretAuth):
        if auth.field is not None and auth.field not in fields:
            yield Problem("auth.field", f"There is no secret called “{auth.field}”.")
        elif auth.field is None and len(fields) != 1:
            yield Problem("auth.field", "Say which of the secrets this service takes.")
    elif isinstance(auth, ClientCredentialsAuth | AuthorizationCodeAuth):
        if "client_id" not in fields and "client_id" not in settings:
            yield Problem("credentials.client_id", "`client_id` is missing.")
        if "client_secret" not in fields:
            yield Problem("credentials.client_secret", "`client_secret` is missing.")
    elif not isinstance(auth, NoAuth | BasicAuth) and not fields:
        yield Problem("credentials", "Enter at least one secret.")


def _check_settings(fields: Collection[str], settings: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in settings.items():
        path = f"settings.{name}"
        if not _NAME.fullmatch(name):
            yield Problem(path, f"“{name[:60]}” cannot be a name.", _NAMES)
        if isinstance(value, dict):
            if set(value) != {"from", "after_last"} or not _all_text(value.values()):
                yield Problem(path, "A setting made from a secret has `from` and `after_last`.")
            elif value["from"] not in fields:
                yield Problem(f"{path}.from", f"There is no secret called “{value['from']}”.")
        elif not isinstance(value, str | int | float | bool):
            yield Problem(path, "A setting is a text, a number, or true or false.")


def _check_hosts(auth: Auth, allowed_hosts: Collection[str]) -> Iterator[Problem]:
    if not allowed_hosts and not isinstance(auth, NoAuth):
        yield Problem(
            "allowed_hosts", "Say which hosts may receive the secret.", "Such as api.example.com."
        )
    sound = []
    for index, entry in enumerate(allowed_hosts):
        try:
            read(entry)
            sound.append(entry)
        except ValueError as error:
            yield Problem(f"allowed_hosts[{index}]", str(error))
    if isinstance(auth, ClientCredentialsAuth | AuthorizationCodeAuth | JwtBearerAuth):
        try:
            origin = parse(auth.token_url).origin
        except DestinationRefused:
            yield Problem("auth.token_url", "`token_url` is not a web address.")
            return
        if not Hosts(sound).allow(origin):
            yield Problem("auth.token_url", f"{origin.host} is not among `allowed_hosts`.")


def _all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) and value for value in values)
