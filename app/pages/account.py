"""/account: one's own password."""

from fastapi import Request
from nicegui import ui

from app.pages.visit import begin
from app.services.all import Services
from components.controls import box, button, field, row, text
from components.frame import frame


def add(services: Services) -> None:
    @ui.page("/account")
    async def account(request: Request, problem: str = "", done: str = "") -> None:
        visit = await begin(request, services)
        with (
            frame(visit.viewer, here="account", title="Your account", narrow=True),
            box("card", tag="form", method="post", action="/change-password"),
        ):
            text("Change the password", tag="h2")
            text(
                f"You are signed in as {visit.viewer.email}, "
                f"{visit.viewer.role} of {visit.viewer.workspace_name}.",
                "soft small",
            )
            if problem:
                text(problem, "error").props["role"] = "alert"
            if done:
                text("The password was changed.", "tone-ok").props["role"] = "status"
            field("Present password", kind="secret", name="old_password")
            field(
                "New password", kind="secret", name="new_password", hint="At least 10 characters."
            )
            box(tag="input", type_="hidden", name="next", value="/account")
            text("Changing it signs out every other browser.", "hint")
            with row():
                button("Change the password", kind="primary", submit=True, testid="change-password")
