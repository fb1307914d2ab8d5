"""What each way of signing in needs to be told: the usual things, and what experts set besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from components.texts import later

KINDS: Final = {
    "header": later("A key in a header"),
    "bearer": later("A bearer token"),
    "query": later("A key in the address"),
    "basic": later("User name and password"),
    "body_field": later("A key in the body"),
    "secret_url": later("The address itself is the secret"),
    "oauth2_authorization_code": later("Signing in at the service (OAuth)"),
    "oauth2_client_credentials": later("Client id and secret (OAuth)"),
    "jwt_bearer": later("A service account with a private key"),
    "token_exchange": later("A call of its own that gives a token"),
    "signed": later("Every call is signed"),
    "none": later("No key, only plain values"),
}
RECIPES: Final = {
    "audienceacuity_md5": "Audience Acuity (MD5)",
    "telesign_hmac_sha256": "TeleSign (HMAC SHA-256)",
    "aws_sigv4": "AWS (Signature Version 4)",
}
_PLACES: Final = {
    "bearer": later("As a bearer token"),
    "header": later("In a header"),
    "query": later("In the address"),
    "body_field": later("In the body"),
}
_CLIENT: Final = {
    "body": later("In the body"),
    "basic": later("As user name and password"),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. `path`: where its value goes, such as auth.token_url or credentials.api_key."""

    path: str
    label: str
    how: Literal["text", "secret", "pairs", "json", "tick", "choice"] = "text"
    usual: Any = ""
    hint: str = ""
    example: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    testid: str = ""


_KEY = Ask("credentials.api_key", later("Key"), "secret", testid="secret")
_NAME = later("Name of the parameter")
_SECRET = later("Client secret")
_OAUTH = (
    Ask("auth.token_url", later("Address that gives tokens"), example="https://"),
    Ask("auth.scope", later("Permissions (scope)"), optional=True),
    Ask("settings.client_id", later("Client id")),
    Ask("credentials.client_secret", _SECRET, "secret", testid="secret"),
)
_SIGN_IN = Ask("auth.authorize_url", later("Address of its sign-in page"), example="https://")
_TOKEN_URL = Ask(
    "auth.token_url",
    later("Address that gives tokens"),
    usual="https://oauth2.googleapis.com/token",
)
FIRST: Final[Mapping[str, tuple[Ask, ...]]] = {
    "header": (
        Ask("auth.name", later("Name of the header"), usual="X-Api-Key", testid="place"),
        _KEY,
    ),
    "bearer": (_KEY,),
    "query": (Ask("auth.name", _NAME, usual="api_key", testid="place"), _KEY),
    "body_field": (Ask("auth.name", _NAME, usual="api_key", testid="place"), _KEY),
    "basic": (
        Ask("settings.username", later("User name")),
        Ask("credentials.password", later("Password"), "secret", testid="secret"),
    ),
    "secret_url": (Ask("credentials.url", later("Address"), "secret", testid="secret"),),
    "oauth2_authorization_code": (_SIGN_IN, *_OAUTH),
    "oauth2_client_credentials": _OAUTH,
    "jwt_bearer": (
        _TOKEN_URL,
        Ask("auth.claims.scope", later("Permissions (scope)"), optional=True),
        Ask(
            "credentials.private_key",
            later("Private key"),
            "secret",
            hint=later("The key itself, or the whole file in which the service gave it."),
            testid="secret",
        ),
    ),
    "token_exchange": (
        Ask("auth.request.url", later("Address that gives tokens"), example="https://"),
        Ask(
            "auth.request.body.json",
            later("What is sent there, as JSON"),
            "json",
            usual='{"user": "{{ settings.user }}", "password": "{{ credentials.password }}"}',
        ),
        Ask(
            "credentials",
            later("Secrets"),
            "pairs",
            hint=later("One a line: password = …"),
            testid="secret",
        ),
        Ask("auth.token_path", later("Where the token stands in the answer"), usual="$.token"),
    ),
    "none": (),
}
OF_RECIPE: Final[Mapping[str, tuple[Ask, ...]]] = {
    "audienceacuity_md5": (
        Ask("credentials.api_key", later("Key id and secret in one"), "secret", testid="secret"),
    ),
    "telesign_hmac_sha256": (
        Ask("settings.customer_id", later("Customer id")),
        Ask("credentials.api_key", later("Key"), "secret", testid="secret"),
    ),
    "aws_sigv4": (
        Ask("settings.access_key_id", later("Access key id")),
        Ask("credentials.secret_access_key", later("Secret access key"), "secret", testid="secret"),
    ),
}
PLAIN = Ask(
    "settings",
    later("Plain values"),
    "pairs",
    hint=later("One a line: subdomain = acme. Steps use them as credential.settings.subdomain."),
    optional=True,
)
_TOKEN: Final = (
    Ask("auth.place.type", later("How calls show the token"), "choice", "bearer", choices=_PLACES),
    Ask("auth.place.name", later("Name of the header or parameter"), optional=True),
    Ask("auth.place.prefix", later("Before the token"), example="Token ", optional=True),
    Ask(
        "auth.settings_from_token",
        later("Values to keep from the token’s answer"),
        "pairs",
        hint=later("One a line: instance_url = $.instance_url"),
        optional=True,
    ),
)
_ASKING: Final = (
    Ask(
        "auth.client_auth", later("How it shows its id and secret"), "choice", "body",
        choices=_CLIENT,
    ),
    Ask(
        "auth.request_format",
        later("How it asks for tokens"),
        "choice",
        "form",
        choices={"form": later("As a form"), "json": later("As JSON")},
    ),
    Ask(
        "auth.token_params",
        later("What it says besides"),
        "pairs",
        hint=later("One a line: audience = https://api.example.com"),
        optional=True,
    ),
)  # fmt: skip
_PKCE = Ask("auth.pkce", later("With a proof of who began it (PKCE)"), "tick", True)
MORE: Final[Mapping[str, tuple[Ask, ...]]] = {
    "header": (Ask("auth.prefix", later("Before the key"), example="Token ", optional=True),),
    "oauth2_authorization_code": (_PKCE, *_ASKING, *_TOKEN),
    "oauth2_client_credentials": (*_ASKING, *_TOKEN),
    "jwt_bearer": (
        Ask("auth.claims", later("More claims"), "pairs", optional=True),
        *_ASKING[1:],
        *_TOKEN,
    ),
    "token_exchange": (
        Ask(
            "auth.request.method",
            later("Method"),
            "choice",
            "POST",
            choices={"POST": "POST", "GET": "GET", "PUT": "PUT"},
        ),
        Ask("auth.expires_path", later("Where its lifetime stands in the answer"), optional=True),
        *_TOKEN,
    ),
}
