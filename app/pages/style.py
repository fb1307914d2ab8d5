"""/look/console.….css: the style of every page, as one answer that browsers keep."""

from nicegui import app
from starlette.responses import Response

from components.look import A_YEAR
from components.sheets import address, style


def add() -> None:
    @app.get(address(), include_in_schema=False)
    def look() -> Response:
        kept = {"Cache-Control": f"public, max-age={A_YEAR}, immutable"}
        return Response(style(), media_type="text/css", headers=kept)
