"""/sign-in: e-mail and password, sent as an ordinary form, so that the cookie can be set safely."""

from urllib.parse import unquote

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from app.pages.open_at import open_at
from app.services.all import Services
from app.sign_in_routes import TRIED, local
from app.signin import cookie_name
from components.controls import box, button, field, icon, stack, text
from components.languages import language_choice
from components.look import lay
from components.texts import _, later, ngettext, number

DONE = {"asked": later("If we know this e-mail, a link is on its way to it.")}


def add(services: Services) -> None:
    @open_at("/sign-in", title="Sign in · Connector Console")
    async def sign_in(
        request: Request, next: str = "/", problem: str = "", seconds: str = "", done: str = ""
    ) -> Response | None:
        token = request.cookies.get(cookie_name(request))
        if token and not problem and await services.accounts.signed_in(token):
            return RedirectResponse(local(next), 303)
        lay()
        ui.page_title(_("Sign in") + " · Connector Console")
        email = unquote(request.cookies.get(TRIED, "")) if problem else ""
        with (
            box("entrance"),
            box("card entrance-card", tag="form", method="post", action="/sign-in"),
        ):
            with box("brand"):
                icon("workflow")
                text(_("Connector Console"), tag="span")
            text(_("Sign in"), tag="h1")
            if said := _what_went_wrong(problem, seconds):
                text(said, "error").props["role"] = "alert"
            with stack():
                field(
                    _("E-mail"),
                    email,
                    kind="email",
                    name="email",
                    autocomplete="username",
                    autofocus=not email,
                )
                field(
                    _("Password"),
                    kind="secret",
                    name="password",
                    autocomplete="current-password",
                    autofocus=bool(email),
                )
                box(tag="input", type_="hidden", name="next", value=next)
            button(_("Sign in"), kind="primary wide", submit=True, testid="sign-in")
            if done in DONE:
                text(_(DONE[done]), "tone-ok small").props["role"] = "status"
            if services.invitations.has_mail:
                forgot = text(_("Forgot your password?"), "small", tag="a")
                forgot.props["href"] = "/forgot-password"
            text(_("The first e-mail and password stand where the console was started."), "hint")
            language_choice(_("Language"), hide_label=True)
        return None


def _what_went_wrong(problem: str, seconds: str) -> str:
    if problem == "wrong":
        return _("E-mail or password is not right. Check both and try again.")
    if problem != "wait":
        return ""
    wait = int(seconds) if seconds.isdecimal() else 60
    if wait < 120:
        said = ngettext(
            "Signing in failed too often. Wait {n} second, then try again.",
            "Signing in failed too often. Wait {n} seconds, then try again.",
            wait,
        )
        return said.format(n=number(wait))
    said = _("Signing in failed too often. Wait {n} minutes, then try again.")
    return said.format(n=number(-(-wait // 60)))
