"""Setting a password by a link, and asking for one: plain forms, since a cookie is set."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from app.services.accounts import Accounts
from app.services.invitations import SET_PASSWORD, Invitations
from app.services.problems import BadInput, NotAllowed, TooMany
from app.sign_in_routes import SIGN_IN, back_to, fields, keep, own_forms_only
from app.signin import Browsers

FORGOT = "/forgot-password"


def add_to(
    web: Starlette, invitations: Invitations, accounts: Accounts, browsers: Browsers
) -> None:
    async def set_password(request: Request) -> Response:
        form = await fields(request)
        token = form.get("token", "")
        try:
            started = await invitations.set_password(token, form.get("new_password", ""))
        except BadInput:
            return back_to(SET_PASSWORD, token=token, problem="weak")
        except NotAllowed:
            return back_to(SET_PASSWORD, problem="over")
        if before := await browsers.of(request):
            await accounts.sign_out(before.session_id)
        return keep(request, back_to("/"), started)

    async def forgot(request: Request) -> Response:
        form = await fields(request)
        address = request.client.host if request.client else "unknown"
        try:
            await invitations.forgot(form.get("email", ""), address)
        except TooMany:
            return back_to(FORGOT, problem="often")
        return back_to(SIGN_IN, done="asked")

    for path, endpoint in ((SET_PASSWORD, set_password), (FORGOT, forgot)):
        web.add_route(path, own_forms_only(endpoint), ["POST"], include_in_schema=False)
