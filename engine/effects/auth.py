"""How a service wants to be shown a secret: every kind a credential can be of."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from engine.effects.failures import BadCall
from engine.effects.wire import check_header
from engine.errors import BadDefinition, Problem, RunStopped
from engine.model.jsonpath import check_path
from engine.model.parts import Request
from engine.model.slots import compile_text


class _Kind(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Name = Annotated[str, Field(min_length=1, max_length=128)]
Address = Annotated[str, Field(min_length=1, max_length=2000)]


class NoAuth(_Kind):
    type: Literal["none"] = "none"


class HeaderAuth(_Kind):
    """`prefix` stands right before the secret: write its space, as in "Token "."""

    type: Literal["header"]
    name: Name
    prefix: str = ""
    field: Name | None = None


class QueryAuth(_Kind):
    type: Literal["query"]
    name: Name
    field: Name | None = None


class BearerAuth(_Kind):
    type: Literal["bearer"]
    field: Name | None = None


class BasicAuth(_Kind):
    """A text that names a secret or a setting is that field; any other text is fixed."""

    type: Literal["basic"]
    username: str = "username"
    password: str = "password"


class BodyFieldAuth(_Kind):
    type: Literal["body_field"]
    name: Name
    field: Name | None = None


class SecretUrlAuth(_Kind):
    """The secret is the whole address; the step adds its query and body."""

    type: Literal["secret_url"]
    field: Name | None = None


Place = Annotated[HeaderAuth | QueryAuth | BearerAuth | BodyFieldAuth, Field(discriminator="type")]
SettingName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]


class _Token(_Kind):
    """What all kinds have that get a token: where it goes, and what else its answer tells.

    `settings_from_token` gives paths into the answer by the names they have in
    {{ credential.settings… }}, such as {"instance_url": "$.instance_url"}. A call to an address
    made of one is checked against `allowed_hosts` as any other.
    """

    place: Place = BearerAuth(type="bearer")
    settings_from_token: dict[SettingName, Name] = {}


class _OAuth(_Token):
    """`request_format`: how the login service wants to be asked for a token. `token_params`: what
    it wants to be told besides, such as an audience; values may hold {{ settings.NAME }}."""

    token_url: Address
    request_format: Literal["form", "json"] = "form"
    token_params: dict[Name, str] = {}


class ClientCredentialsAuth(_OAuth):
    type: Literal["oauth2_client_credentials"]
    scope: str = ""
    client_auth: Literal["body", "basic"] = "body"


class AuthorizationCodeAuth(_OAuth):
    type: Literal["oauth2_authorization_code"]
    authorize_url: Address
    scope: str = ""
    pkce: bool = True
    client_auth: Literal["body", "basic"] = "body"


class JwtBearerAuth(_OAuth):
    type: Literal["jwt_bearer"]
    alg: Literal["RS256"] = "RS256"
    claims: dict[str, Any] = {}


class TokenExchangeAuth(_Token):
    """A request of its own answers with a token, which is then put in `place`.

    The request may hold {{ credentials.NAME }} and {{ settings.NAME }}: it is the credential's.
    """

    type: Literal["token_exchange"]
    request: Request
    token_path: Name
    expires_path: Name | None = None


class SignedAuth(_Kind):
    type: Literal["signed"]
    recipe: Literal["audienceacuity_md5", "telesign_hmac_sha256", "aws_sigv4"]


TokenAuth = ClientCredentialsAuth | AuthorizationCodeAuth | JwtBearerAuth | TokenExchangeAuth
OneSecretAuth = HeaderAuth | QueryAuth | BearerAuth | BodyFieldAuth | SecretUrlAuth
Auth = (
    NoAuth
    | OneSecretAuth
    | BasicAuth
    | ClientCredentialsAuth
    | AuthorizationCodeAuth
    | JwtBearerAuth
    | TokenExchangeAuth
    | SignedAuth
)

KINDS: tuple[str, ...] = tuple(
    kind.model_fields["type"].annotation.__args__[0] for kind in get_args(Auth)
)
_READER: TypeAdapter[Auth] = TypeAdapter(Annotated[Auth, Field(discriminator="type")])


def parse_auth(raw: object) -> Auth:
    """Raises BadDefinition with everything that is wrong with it."""
    try:
        auth = _READER.validate_python(raw)
    except ValidationError as error:
        raise BadDefinition(
            _problem(each["type"], each["loc"], each.get("ctx", {})) for each in error.errors()
        ) from None
    if wrong := list(_wrong(auth)):
        raise BadDefinition(wrong)
    return auth


def _wrong(auth: Auth) -> Iterator[Problem]:
    placed = auth.place if isinstance(auth, TokenAuth) else auth
    if isinstance(placed, HeaderAuth):
        try:
            check_header(placed.name, placed.prefix.strip())
        except BadCall as refused:
            path = "auth.name" if placed is auth else "auth.place.name"
            yield Problem(path, refused.message, refused.hint)
    paths = {}
    if isinstance(auth, TokenExchangeAuth):
        paths = {"token_path": auth.token_path, "expires_path": auth.expires_path or "$"}
    if isinstance(auth, _OAuth):
        for name, value in auth.token_params.items():
            try:
                compile_text(value)
            except RunStopped as refused:
                yield Problem(f"auth.token_params.{name}", refused.message, refused.hint)
    if isinstance(auth, TokenAuth):
        named = auth.settings_from_token.items()
        paths |= {f"settings_from_token.{name}": path for name, path in named}
    for name, path in paths.items():
        try:
            check_path(path)
        except RunStopped as refused:
            yield Problem(f"auth.{name}", refused.message, refused.hint)


def _problem(kind: str, place: tuple[int | str, ...], more: dict[str, Any]) -> Problem:
    # The first part of the place is the kind itself, which says nothing to whoever wrote it.
    path = ".".join(["auth", *(str(part) for part in place if str(part) not in KINDS)])
    name = str(place[-1]) if place else "auth"
    if kind.startswith("union_tag"):
        return Problem(f"{path}.type", f"`type` must be one of: {', '.join(KINDS)}.")
    if kind == "missing":
        return Problem(path, f"`{name}` is missing.")
    if kind == "extra_forbidden":
        return Problem(path, f"`{name}` is not known here.")
    if kind == "literal_error":
        return Problem(path, f"`{name}` must be {more['expected']}.")
    if kind in ("string_too_short", "string_too_long"):
        return Problem(path, f"`{name}` is empty or too long.")
    return Problem(path, f"`{name}` is not of the right type.")
