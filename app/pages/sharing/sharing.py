"""What is about to be shared, as the parts of its page and the gates beside them know it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from app.pages.visit import Visit
from db.templates import Template


class Sharing:
    """`said` is what would be published; every field writes into it, and the gates look again."""

    def __init__(
        self,
        visit: Visit,
        said: dict[str, Any],
        template: Template | None,
        connector_id: UUID | None,
        on_shared: Callable[[], Awaitable[None]],
    ) -> None:
        self.visit, self.said, self.template = visit, said, template
        self.connector_id, self.on_shared = connector_id, on_shared
        self.unread: dict[str, str] = {}  # places whose text is no JSON
        self.look: Callable[[], Awaitable[None]] = _nobody_looks

    async def set(self, name: str, value: Any) -> None:
        self.said[name] = value
        await self.look()


async def _nobody_looks() -> None:
    """The gates are not there yet."""
