"""Several pieces of work of one caller as one transaction: all of them are kept, or none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.actors import Caller


class Whole:
    """The transaction of one task. Tasks it begins are work of their own, and so is what is done
    in another name."""

    def __init__(self, who: Caller, session: AsyncSession) -> None:
        self._who, self._session = who, session
        self._task = asyncio.current_task()
        self._open = 0

    def takes(self, who: Caller) -> bool:
        return who == self._who and asyncio.current_task() is self._task

    @asynccontextmanager
    async def piece(self) -> AsyncIterator[AsyncSession]:
        """As a transaction: undone where it raises, and afterwards its rows stay as they are."""
        saved = await self._session.begin_nested()
        self._open += 1
        try:
            yield self._session
            await saved.commit()
        except DBAPIError as error:
            if not error.connection_invalidated:
                await saved.rollback()
            raise
        except BaseException:
            await saved.rollback()
            raise
        finally:
            self._open -= 1
            if not self._open:
                self._session.expunge_all()


under_way: ContextVar[Whole | None] = ContextVar("under_way", default=None)
