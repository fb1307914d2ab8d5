"""Everything that would keep a credential from working, found when it is saved."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.effects import grants
from engine.effects.auth import (
    Auth,
    AuthorizationCodeAuth,
    BasicAuth,
    BearerAuth,
    ClientCredentialsAuth,
    HeaderAuth,
    JwtBearerAuth,
    NoAuth,
    OneSecretAuth,
    SecretUrlAuth,
    SignedAuth,
    TokenExchangeAuth,
)
from engine.effects.failures import BadCall
from engine.effects.hosts import Hosts, read
from engine.effects.secret import SHORTEST, Secret, too_short
from engine.effects.signing import lacks
from engine.effects.token_request import token_request
from engine.effects.urls import parse
from engine.effects.wire import check_header
from engine.errors import Problem, RunStopped

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.A)
_NAMES = "Use letters, digits and underscores, and start with a letter."
_COPY = "Copy it again, without what stands before and after it."
_SHORT = "So short a secret could not be hidden in what the console shows."


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
        *_check_hosts(auth, allowed_hosts, settings),
    ]


def check_secrets(
    auth: Auth, secrets: Mapping[str, str], allowed_hosts: Collection[str]
) -> list[Problem]:
    """What keeps a secret from being masked, or from being sent."""
    return [
        *_short(auth, secrets),
        *_unfit_for_a_header(auth, secrets),
        *_address_elsewhere(auth, secrets, allowed_hosts),
    ]


def _short(auth: Auth, secrets: Mapping[str, str]) -> Iterator[Problem]:
    """A user name is no secret by itself."""
    open_names = {"client_id"} | ({auth.username} if isinstance(auth, BasicAuth) else set())
    for name, value in secrets.items():
        if name not in open_names and too_short(value):
            said = f"“{name}” is shorter than {SHORTEST} characters."
            yield Problem(f"credentials.{name}", said, _SHORT)


def _unfit_for_a_header(auth: Auth, secrets: Mapping[str, str]) -> Iterator[Problem]:
    if not isinstance(auth, HeaderAuth | BearerAuth):
        return
    name = auth.field or next(iter(secrets), "")
    try:
        check_header("Authorization", secrets.get(name, ""))
    except BadCall:
        yield Problem(
            f"credentials.{name}", f"“{name}” has a line end or a space around it.", _COPY
        )


def _address_elsewhere(
    auth: Auth, secrets: Mapping[str, str], allowed_hosts: Collection[str]
) -> Iterator[Problem]:
    """An address that is itself the secret is called nowhere else, so it must be an agreed one."""
    if not isinstance(auth, SecretUrlAuth):
        return
    name = auth.field or next(iter(secrets), "")
    try:
        hosts = Hosts(allowed_hosts)
    except ValueError:
        return  # said by _check_hosts
    try:
        origin = parse(secrets.get(name, "")).origin
    except RunStopped:
        yield Problem(f"credentials.{name}", f"“{name}” is not a web address.", _COPY)
        return
    if not hosts.allow(origin):
        said = f"“{name}” is an address at a host that is not among `allowed_hosts`."
        yield Problem(f"credentials.{name}", said, "Copy the address that the service gave you.")


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
    elif isinstance(auth, SignedAuth):
        for name in lacks(auth.recipe, dict.fromkeys(fields), settings):
            yield Problem(f"credentials.{name}", f"`{name}` is missing.")
    elif isinstance(auth, TokenExchangeAuth):
        yield from _check_request(auth, fields, settings)
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


def _check_hosts(
    auth: Auth, allowed_hosts: Collection[str], settings: Mapping[str, Any]
) -> Iterator[Problem]:
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
    yield from _check_login_host(auth, Hosts(sound), settings)


def _check_login_host(auth: Auth, hosts: Hosts, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Where a token comes from is among the hosts that may see the secret."""
    if isinstance(auth, TokenExchangeAuth):
        path, address = "auth.request.url", auth.request.url
    elif isinstance(auth, ClientCredentialsAuth | AuthorizationCodeAuth | JwtBearerAuth):
        path, address = "auth.token_url", auth.token_url
    else:
        return
    if any(isinstance(value, dict) for value in settings.values()):
        return  # worked out later; the call itself is checked as well
    name = path.rpartition(".")[2]
    try:
        origin = parse(grants.filled(address, settings)).origin
    except RunStopped:
        yield Problem(path, f"`{name}` is not a web address.")
        return
    if not hosts.allow(origin):
        yield Problem(path, f"{origin.host} is not among `allowed_hosts`.")


def _check_request(
    auth: TokenExchangeAuth, fields: Collection[str], settings: Mapping[str, Any]
) -> Iterator[Problem]:
    """Filled in once with made-up secrets: a name it does not know is found now."""
    made_up = {name: Secret("x") for name in fields}
    try:
        token_request(auth.request, grants.scope(made_up, settings, datetime.now(UTC)), 1)
    except RunStopped as problem:
        yield Problem("auth.request", problem.message, problem.hint or None)


def _all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) and value for value in values)
