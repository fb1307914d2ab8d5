"""The queue's tables: which execution is due in which workspace, ids only."""

from uuid import UUID

from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BY_DATABASE, Base, Count, Flag, Json, Made


class Job(Base):
    """An unfinished execution. visible_at is ready time, retry time and lease end in one."""

    __tablename__ = "engine_jobs"

    execution_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=BY_DATABASE)
    visible_at: Mapped[Made]
    owner: Mapped[str | None]
    fence: Mapped[int] = mapped_column(BigInteger, server_default=BY_DATABASE)
    takeovers: Mapped[Count]
    cancelled: Mapped[Flag]
    state: Mapped[Json | None]


class Lane(Base):
    """One workspace's place in the ring: how many at once, when next, when last served."""

    __tablename__ = "engine_lanes"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    cap: Mapped[Count]
    next_at: Mapped[Made]
    served_at: Mapped[Made]
