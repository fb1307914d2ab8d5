"""Stands before everything: who goes to the API, who may see a page, what every answer says."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.limits import BodyLimit
from app.sign_in_routes import SIGN_IN
from app.signin import Browsers, is_secure
from db.session import DatabaseAway

API: Final = ("/api", "/health", "/metrics")
SOCKET: Final = "/_nicegui_ws"
UPLOADS: Final = "/_nicegui/client/"
# Styles, scripts and fonts are the same for everybody; whatever is somebody's stands elsewhere.
OPEN: Final = ("/_nicegui/", "/assets/", "/look/", "/favicon.ico", SOCKET)
OWN_CHECK: Final = (
    *(SIGN_IN, "/sign-out", "/switch-workspace", "/change-password"),
    *("/set-password", "/forgot-password"),
)

# NiceGUI compiles its templates in the browser, so scripts cannot be held closer; but nothing
# that a page was tricked into could send anything elsewhere.
PAGE_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
DOCS: Final = "/api/docs"
DOCS_POLICY: Final = API_POLICY + "; style-src 'unsafe-inline'"
ALWAYS: Final = (
    ("x-content-type-options", "nosniff"),
    # Not "no-referrer": with it browsers send Origin: null with our own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("x-frame-options", "DENY"),
)
AWAY: Final = (
    "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=5>"
    "<title>One moment</title><p>The database does not answer at the moment. "
    "Nothing was lost. This page tries again by itself."
)


class Guard:
    """Wraps the pages: `web.add_middleware(Guard, api=…, browsers=…)`."""

    def __init__(self, app: ASGIApp, *, api: ASGIApp, browsers: Browsers) -> None:
        self._pages = BodyLimit(app)
        self._api = api
        self._browsers = browsers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._pages(scope, receive, send)
            return
        is_api = belongs(scope["path"], API)
        if scope["type"] == "http":
            send = with_headers(HTTPConnection(scope), send, policy_for(scope["path"], is_api))
        if is_api:
            await self._api(scope, receive, send)
        elif (refusal := await self._refusal(scope)) is None:
            await self._pages(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        """None: let through. The page is then told whose browser it is for."""
        connection = HTTPConnection(scope)
        path = scope["path"]
        if path.startswith((SOCKET, UPLOADS)) and from_elsewhere(connection):
            return PlainTextResponse("This was sent from another site.", 403)
        if path in OWN_CHECK:
            return None
        if belongs(path, OPEN) and not path.startswith(UPLOADS):
            return None
        try:
            browser = await self._browsers.of(connection)
        except DatabaseAway:
            return HTMLResponse(AWAY, 503, {"Retry-After": "5"})
        if browser is None:
            return self._to_sign_in(scope)
        scope.setdefault("state", {})["browser"] = browser
        return None

    def _to_sign_in(self, scope: Scope) -> Response:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("You are signed out.", 401)
        wanted = scope["path"]
        if scope["query_string"]:
            wanted += "?" + scope["query_string"].decode("latin-1")
        where = f"{SIGN_IN}?{urlencode({'next': wanted})}" if wanted != "/" else SIGN_IN
        return RedirectResponse(where, 303)


def policy_for(path: str, is_api: bool) -> str:
    if path == DOCS:
        return DOCS_POLICY
    return API_POLICY if is_api else PAGE_POLICY


def belongs(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)


def from_elsewhere(connection: HTTPConnection) -> bool:
    """NiceGUI's socket takes anybody: other sites must not speak through our visitors."""
    origin = connection.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != connection.headers.get("host")


def with_headers(connection: HTTPConnection, send: Send, policy: str) -> Send:
    secure = is_secure(connection)

    async def saying(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", policy)
            for name, value in ALWAYS:
                headers.setdefault(name, value)
            if policy == API_POLICY:
                headers.setdefault("cache-control", "no-store")
            if secure:
                headers.setdefault("strict-transport-security", "max-age=31536000")
        await send(message)

    return saying
