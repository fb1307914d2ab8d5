"""What happened in executions, in sentences; ids become visible in order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base


class ExecutionEvent(Base):
    __tablename__ = "execution_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, server_default=BY_DATABASE)
    workspace_id: Mapped[str]
    execution_id: Mapped[UUID]
    connector_id: Mapped[UUID]
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(primary_key=True, server_default=BY_DATABASE)
    step_id: Mapped[str | None]
    status: Mapped[str | None]
    outcome: Mapped[str | None]
    sentence: Mapped[str]
