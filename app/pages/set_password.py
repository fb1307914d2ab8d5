"""/set-password and /forgot-password: open to whoever holds a link, or has lost the way in."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from nicegui import ui

from app.pages.open_at import open_at
from app.services.all import Services
from app.services.passwords import LONGEST, SHORTEST
from components.controls import box, button, field, icon, stack, text
from components.languages import language_choice
from components.look import lay
from components.texts import _, later, number

PROBLEMS = {
    "weak": later("A password takes {least} to {most} characters."),
    "often": later("This was asked for too often. Try again in a while."),
}
OVER = later("This link does not work any more. Each works once, and not for long.")


def add(services: Services) -> None:
    @open_at("/set-password", title="Set your password · Connector Console")
    async def set_password(request: Request, token: str = "", problem: str = "") -> None:
        known = await services.invitations.behind(token) if token else None
        with _entrance("/set-password", _("Set your password")):
            if known is None:
                text(_(OVER), "error").props["role"] = "alert"
                _to_sign_in()
                return
            text(_("For {email}").format(email=known.email), "soft")
            _say(problem)
            with stack():
                # So that a browser that keeps passwords knows whose it is.
                box(
                    tag="input",
                    type_="hidden",
                    name="username",
                    value=known.email,
                    autocomplete="username",
                )
                field(
                    _("New password"),
                    kind="secret",
                    name="new_password",
                    autocomplete="new-password",
                    autofocus=True,
                    hint=_("At least {n} characters.").format(n=SHORTEST),
                )
                box(tag="input", type_="hidden", name="token", value=token)
            button(_("Set it and sign in"), kind="primary wide", submit=True, testid="set")

    @open_at("/forgot-password", title="Forgot password · Connector Console")
    async def forgot_password(request: Request, problem: str = "") -> None:
        with _entrance("/forgot-password", _("Forgot your password?")):
            if not services.invitations.has_mail:
                text(_("This console sends no mail. Ask an admin of your workspace for a link."))
                _to_sign_in()
                return
            _say(problem)
            with stack():
                field(
                    _("E-mail"), kind="email", name="email", autocomplete="username", autofocus=True
                )
            button(_("Send me a link"), kind="primary wide", submit=True, testid="send")
            _to_sign_in()


@contextmanager
def _entrance(action: str, title: str) -> Iterator[None]:
    lay()
    ui.page_title(f"{title} · Connector Console")
    with box("entrance"), box("card entrance-card", tag="form", method="post", action=action):
        with box("brand"):
            icon("workflow")
            text(_("Connector Console"), tag="span")
        text(title, tag="h1")
        yield
        language_choice(_("Language"), hide_label=True)


def _to_sign_in() -> None:
    text(_("To the sign-in page"), "small", tag="a").props["href"] = "/sign-in"


def _say(problem: str) -> None:
    if problem in PROBLEMS:
        said = _(PROBLEMS[problem]).format(least=SHORTEST, most=number(LONGEST))
        text(said, "error").props["role"] = "alert"
