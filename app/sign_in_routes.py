"""Signing in and out by plain forms: a cookie can change in an HTTP answer only."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from app.services.accounts import SESSION_LIVES, Accounts, NewSession
from app.services.problems import BadInput, NotAllowed, NotSignedIn, ServiceProblem, TooMany
from app.signin import Browser, Browsers, cookie_name, is_secure

SIGN_IN: Final = "/sign-in"
TRIED: Final = "console_tried"
Endpoint = Callable[[Request], Awaitable[Response]]


def add_to(web: Starlette, accounts: Accounts, browsers: Browsers) -> None:
    """POST /sign-in, /sign-out, /switch-workspace and /change-password."""
    routes = _Routes(accounts, browsers)
    for path, endpoint in (
        (SIGN_IN, routes.sign_in),
        ("/sign-out", routes.sign_out),
        ("/switch-workspace", routes.switch_workspace),
        ("/change-password", routes.change_password),
    ):
        web.add_route(path, own_forms_only(endpoint), ["POST"], include_in_schema=False)


class _Routes:
    def __init__(self, accounts: Accounts, browsers: Browsers) -> None:
        self._accounts = accounts
        self._browsers = browsers

    async def sign_in(self, request: Request) -> Response:
        form = await fields(request)
        where = local(form.get("next"))
        address = request.client.host if request.client else "unknown"
        try:
            started = await self._accounts.sign_in(
                form.get("email", ""), form.get("password", ""), address
            )
        except TooMany as problem:
            again = back_to(SIGN_IN, next=where, problem="wait", seconds=str(problem.retry_after))
            return remember(request, again, form.get("email", ""))
        except NotSignedIn:
            again = back_to(SIGN_IN, next=where, problem="wrong")
            return remember(request, again, form.get("email", ""))
        if before := await self._browsers.of(request):
            await self._accounts.sign_out(before.session_id)
        return keep(request, back_to(where), started)

    async def sign_out(self, request: Request) -> Response:
        if browser := await self._browsers.of(request):
            await self._accounts.sign_out(browser.session_id)
        answer = back_to(SIGN_IN)
        answer.delete_cookie(cookie_name(request), path="/", secure=is_secure(request))
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    async def switch_workspace(self, request: Request) -> Response:
        browser = await self._browser(request)
        form = await fields(request)
        try:
            started = await self._accounts.switch(browser.signed_in, form.get("workspace_id", ""))
        except NotAllowed as problem:
            return PlainTextResponse(problem.message, 403)
        return keep(request, back_to(local(form.get("next"))), started)

    async def change_password(self, request: Request) -> Response:
        browser = await self._browser(request)
        form = await fields(request)
        where = local(form.get("next"))
        try:
            started = await self._accounts.change_password(
                browser.signed_in, form.get("old_password", ""), form.get("new_password", "")
            )
        except BadInput as problem:
            return back_to(where, problem=code_of(problem))
        return keep(request, back_to(where, done="password"), started)

    async def _browser(self, request: Request) -> Browser:
        browser = await self._browsers.of(request)
        if browser is None:
            raise NotSignedIn("You are signed out.", hint="Sign in again.")
        return browser


def code_of(problem: BadInput) -> str:
    """Addresses hold codes: whoever makes one for somebody else cannot put words in our mouth."""
    path = problem.problems[0].path if problem.problems else ""
    return {"old_password": "old", "new_password": "weak"}.get(path, "other")


def own_forms_only(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if not comes_from_here(request):
            return PlainTextResponse("This form was sent from another site.", 403)
        try:
            return await endpoint(request)
        except NotSignedIn:
            return back_to(SIGN_IN)
        except ServiceProblem as problem:
            return PlainTextResponse(problem.message, 400)

    return guarded


def comes_from_here(request: Request) -> bool:
    """What browsers say about who sent a form; a program without cookies of others says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def fields(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=20, max_part_size=64 * 1024) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def local(path: str | None) -> str:
    """An address on this very site, or the start page: signing in sends nobody elsewhere."""
    if (
        not path
        or not path.startswith("/")
        or path[1:2] in ("/", "\\")
        or not path.isprintable()
        or urlsplit(path).netloc
    ):
        return "/"
    return path


def keep(request: Request, answer: Response, session: NewSession) -> Response:
    """The token goes into a cookie that scripts cannot read and other sites cannot send."""
    answer.set_cookie(
        cookie_name(request),
        session.token,
        max_age=int(SESSION_LIVES.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return answer


def remember(request: Request, answer: Response, email: str) -> Response:
    """Nobody types an e-mail twice because of a mistyped password; addresses of pages are no place
    for it, since they are written down everywhere."""
    answer.set_cookie(
        TRIED,
        quote(email[:255], safe=""),
        max_age=300,
        path=SIGN_IN,
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )
    return answer


def back_to(where: str, **said: str) -> Response:
    told = {name: value for name, value in said.items() if value and (name, value) != ("next", "/")}
    mark = "&" if "?" in where else "?"
    return RedirectResponse(f"{where}{mark}{urlencode(told)}" if told else where, 303)
