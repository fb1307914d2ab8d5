"""/account: one's own language and password."""

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.passwords import LONGEST, SHORTEST
from components.controls import box, button, field, row, text
from components.frame import frame
from components.languages import language_choice
from components.roles import role_word
from components.texts import _, later, number

PROBLEMS = {
    "old": later("This is not your password."),
    "weak": later("A password takes {least} to {most} characters."),
    "other": later("The password was not changed. Try once more."),
}


def add(services: Services) -> None:
    @open_at("/account")
    async def account(request: Request, problem: str = "", done: str = "") -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="account", title=_("Your account"), narrow=True):
            with box("card"):
                text(_("Language"), tag="h2")
                language_choice(_("Language of the console, of dates and of numbers"))
            _password(visit, problem, done)


def _password(visit: Visit, problem: str, done: str) -> None:
    with box("card", tag="form", method="post", action="/change-password"):
        text(_("Change the password"), tag="h2")
        text(
            _("You are signed in as {email}, {role} of {workspace_name}.").format(
                email=visit.viewer.email,
                role=role_word(visit.viewer.role),
                workspace_name=visit.viewer.workspace_name,
            ),
            "soft small",
        )
        if problem in PROBLEMS:
            said = _(PROBLEMS[problem]).format(least=SHORTEST, most=number(LONGEST))
            text(said, "error").props["role"] = "alert"
        if done:
            text(_("The password was changed."), "tone-ok").props["role"] = "status"
        field(_("Present password"), kind="secret", name="old_password")
        field(
            _("New password"),
            kind="secret",
            name="new_password",
            hint=_("At least {n} characters.").format(n=SHORTEST),
        )
        box(tag="input", type_="hidden", name="next", value="/account")
        text(_("Changing it signs out every other browser."), "hint")
        with row():
            button(_("Change the password"), kind="primary", submit=True, testid="change-password")
