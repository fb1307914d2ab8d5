"""Looking again and again while a page is open, as long as there is something to be seen."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.services.problems import ServiceProblem


def every(seconds: float, look: Callable[[], Awaitable[None]], *, active: bool = True) -> ui.timer:
    """Ends with the first look that is refused, which is told once: whoever has left the workspace
    is not asked for each second. A database that is away is looked for again."""

    async def once() -> None:
        try:
            await look()
        except ServiceProblem:
            timer.deactivate()
            raise

    timer = ui.timer(seconds, once, active=active)
    return timer
