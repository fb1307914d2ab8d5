"""Executions: one row a run, and its finished steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text, tuple_, union
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, defer, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from db import connectors, contacts
from db.base import (
    BY_DATABASE,
    Base,
    Count,
    Flag,
    Json,
    JsonList,
    JsonWithDefault,
    Made,
    NewId,
    TextWithDefault,
)
from db.contacts import Contact
from db.entries import Entries, entry_told

LIVE: Final = ("pending", "running")
FEW: Final = 500  # contacts that a search may name one by one
MANY: Final = 50  # connectors that it may not
_NAMES: Final = (Contact.first_name, Contact.last_name, Contact.email)


class Execution(Base):
    __tablename__ = "connector_executions"

    id: Mapped[NewId]
    connector_id: Mapped[UUID]
    workspace_id: Mapped[str]
    contact_id: Mapped[UUID | None]
    flow_run_id: Mapped[str | None]
    bulk_id: Mapped[UUID | None]
    retry_of: Mapped[UUID | None]
    status: Mapped[TextWithDefault]
    outcome: Mapped[str | None]
    steps_executed: Mapped[JsonList] = mapped_column(Entries, server_default=BY_DATABASE)
    current_step: Mapped[str | None]
    input_data: Mapped[JsonWithDefault]
    output_data: Mapped[Json | None]
    error_message: Mapped[str | None]
    error_code: Mapped[str | None]
    error_hint: Mapped[str | None]
    execution_time_ms: Mapped[int | None]
    trigger_run_id: Mapped[str | None]
    trigger: Mapped[TextWithDefault]
    attempt: Mapped[Count]
    connector_version: Mapped[int]
    cancel_requested: Mapped[Flag]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Made]
    run_at: Mapped[Made]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


_NEWEST_FIRST: Final = (Execution.created_at.desc(), Execution.id.desc())
Question = TypeVar("Question", bound=Select[*tuple[Any, ...]])


class ExecutionStep(Base):
    """A finished step (or item, attempt, page): the checkpoint, written once."""

    __tablename__ = "execution_steps"

    execution_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    path: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    # As it was sent: nobody looks into it here, and jsonb would take it apart first.
    entry: Mapped[Json] = mapped_column(JSON(none_as_null=True))
    result: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which executions a list is about."""

    connector_id: UUID | None = None
    status: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    contact_id: UUID | None = None
    bulk_id: UUID | None = None
    trigger: str | None = None
    error_code: str | None = None
    step_id: str | None = None  # the step that ended it
    on_hold: bool = False  # they wait for a quota or a login
    q: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[UUID, ...] | None = None


async def newest(
    session: AsyncSession,
    workspace_id: str,
    narrowed: Narrowed,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
    steps: bool = False,
    light: bool = False,
) -> list[Execution]:
    """`light`: without what went in and what came out, which a list does not show."""
    question = select(Execution)
    if light:
        for heavy in (Execution.input_data, Execution.output_data):
            question = question.options(defer(heavy, raiseload=True))
    if not steps:
        question = question.options(defer(Execution.steps_executed, raiseload=True))
    fitting = await _newest_of(question, session, workspace_id, narrowed, limit, after)
    rows = list(await session.scalars(fitting))
    if steps:
        await _show_steps_so_far(session, rows)
    return rows


async def find(session: AsyncSession, workspace_id: str, execution_id: UUID) -> Execution | None:
    """With the steps finished so far, where it is still under way."""
    row = await session.scalar(
        select(Execution).where(
            Execution.workspace_id == workspace_id, Execution.id == execution_id
        )
    )
    if row is not None:
        await _show_steps_so_far(session, [row])
    return row


# What a tree and a time line need of an entry; its call and its answer may be megabytes.
_LIGHT = """
select jsonb_build_object('id', one -> 'id', 'name', one -> 'name', 'kind', one -> 'kind',
           'status', one -> 'status', 'attempts', one -> 'attempts', 'path', one -> 'path',
           'started_at', one -> 'started_at', 'duration_ms', one -> 'duration_ms',
           'cached', one -> 'cached', 'error', one -> 'error',
           'cost', case when one ->> 'kind' = 'waterfall' then one -> 'extracted' -> 'cost' end)
"""
_FINISHED_LIGHT = text(f"""
{_LIGHT} from connector_executions e, jsonb_array_elements(e.steps_executed)
    with ordinality as step (one, position)
 where e.workspace_id = :workspace and e.id = :execution order by step.position
""")
_SO_FAR_LIGHT = text(f"""
{_LIGHT} from (select entry as one, position from execution_steps
                where workspace_id = :workspace and execution_id = :execution) step
 order by position
""")
_FINISHED_STEP = text("""
select one from connector_executions e, jsonb_array_elements(e.steps_executed) as step (one)
 where e.workspace_id = :workspace and e.id = :execution
   and coalesce(one ->> 'path', one ->> 'id') = :path limit 1
""")


async def outline(
    session: AsyncSession, workspace_id: str, execution_id: UUID
) -> tuple[Execution, list[Json]] | None:
    """The execution without `steps_executed`, and each step without its call and answer."""
    row = await session.scalar(
        select(Execution)
        .where(Execution.workspace_id == workspace_id, Execution.id == execution_id)
        .options(defer(Execution.steps_executed, raiseload=True))
    )
    if row is None:
        return None
    question = _SO_FAR_LIGHT if row.status in LIVE else _FINISHED_LIGHT
    values = {"workspace": workspace_id, "execution": execution_id}
    return row, list(await session.scalars(question, values))


async def step_of(
    session: AsyncSession, workspace_id: str, execution_id: UUID, path: str
) -> Json | None:
    """One whole entry, of a run under way or of one that has ended."""
    kept = await session.scalar(
        select(ExecutionStep.entry).where(
            ExecutionStep.workspace_id == workspace_id,
            ExecutionStep.execution_id == execution_id,
            ExecutionStep.path == path,
        )
    )
    if kept is not None:
        return kept
    values = {"workspace": workspace_id, "execution": execution_id, "path": path}
    found: Json | None = await session.scalar(_FINISHED_STEP, values)
    return found and entry_told(found)


async def status_of(session: AsyncSession, workspace_id: str, execution_id: UUID) -> str | None:
    return await session.scalar(
        select(Execution.status).where(
            Execution.workspace_id == workspace_id, Execution.id == execution_id
        )
    )


async def how_many(session: AsyncSession, workspace_id: str, narrowed: Narrowed, most: int) -> int:
    """Counted up to `most`: beyond that nobody cares for the exact number."""
    fitting = await _newest_of(select(Execution.id), session, workspace_id, narrowed, most)
    question = select(func.count()).select_from(fitting.subquery())
    return (await session.scalars(question)).one()


async def keys_of(
    session: AsyncSession, workspace_id: str, narrowed: Narrowed, most: int
) -> Sequence[Row[UUID, UUID, str, str | None, str | None]]:
    """(id, connector_id, status, outcome, error_code) of all that fit, newest first."""
    question = select(
        Execution.id,
        Execution.connector_id,
        Execution.status,
        Execution.outcome,
        Execution.error_code,
    )
    return (
        await session.execute(await _newest_of(question, session, workspace_id, narrowed, most))
    ).all()


async def started_again(
    session: AsyncSession, workspace_id: str, ids: Sequence[UUID]
) -> set[UUID | None]:
    """Which of these have an attempt after them."""
    question = select(Execution.retry_of).where(
        Execution.workspace_id == workspace_id, Execution.retry_of.in_(ids)
    )
    return set(await session.scalars(question))


async def _newest_of(
    question: Question,
    session: AsyncSession,
    workspace_id: str,
    narrowed: Narrowed,
    most: int,
    after: tuple[datetime, UUID] | None = None,
) -> Question:
    """Words may be meant in several ways: the newest of each are read from its own index."""
    fitting = _conditions(workspace_id, narrowed)
    if after is not None:
        fitting.append(tuple_(Execution.created_at, Execution.id) < tuple_(*after))
    if narrowed.q:
        ways = await _about(session, workspace_id, narrowed.q)
        few = select(Execution.id).order_by(*_NEWEST_FIRST).limit(most)
        fitting = [Execution.id.in_(union(*(few.where(*fitting, way) for way in ways)))]
    return question.where(*fitting).order_by(*_NEWEST_FIRST).limit(most)


def _conditions(workspace_id: str, narrowed: Narrowed) -> list[ColumnElement[bool]]:
    found = [Execution.workspace_id == workspace_id]
    for name in ("connector_id", "contact_id", "bulk_id", "trigger", "error_code"):
        if (value := getattr(narrowed, name)) is not None:
            found.append(getattr(Execution, name) == value)
    if narrowed.step_id is not None:
        found.append(func.coalesce(Execution.current_step, "") == narrowed.step_id)
    if narrowed.ids is not None:
        found.append(Execution.id.in_(narrowed.ids))
    if narrowed.status:
        found.append(Execution.status.in_(narrowed.status))
    if narrowed.outcome:
        found.append(Execution.outcome.in_(narrowed.outcome))
        if set(narrowed.outcome) == {"failed"}:
            # They all have a code, and an index of their own.
            found.append(Execution.error_code.is_not(None))
    if narrowed.on_hold:
        found += [Execution.finished_at.is_(None), Execution.error_code.is_not(None)]
    if narrowed.since is not None:
        found.append(Execution.created_at >= narrowed.since)
    if narrowed.until is not None:
        found.append(Execution.created_at < narrowed.until)
    return found


async def _about(session: AsyncSession, workspace_id: str, words: str) -> list[ColumnElement[bool]]:
    """The id of the run, its contact, connector or flow run; else the contact's name or e-mail, or
    the connector's name."""
    flow_run = Execution.flow_run_id == words
    try:
        number = UUID(words)
    except ValueError:
        people = Execution.contact_id.in_(await _people(session, workspace_id, words))
        return [flow_run, people, *await _named(session, workspace_id, words)]
    ids = (Execution.id, Execution.contact_id, Execution.connector_id)
    return [flow_run, *(one == number for one in ids)]


async def _named(session: AsyncSession, workspace_id: str, words: str) -> list[ColumnElement[bool]]:
    """Each connector by itself, so that the newest of a rare one are found at once."""
    called = connectors.called(workspace_id, words)
    few = list(await session.scalars(called.limit(MANY)))
    if len(few) < MANY:
        return [Execution.connector_id == one for one in few]
    return [Execution.connector_id.in_(called)]


async def _people(
    session: AsyncSession, workspace_id: str, words: str
) -> Sequence[UUID] | Select[UUID]:
    """By their keys where they are few, so that their runs are found by these."""
    few = await contacts.matching(session, workspace_id, words, FEW, None)
    if len(few) < FEW:
        return few
    name = (Contact.first_name.concat(" ").concat(Contact.last_name), *_NAMES)
    return select(Contact.id).where(
        Contact.workspace_id == workspace_id,
        or_(*(part.icontains(words, autoescape=True) for part in name)),
    )


async def _show_steps_so_far(session: AsyncSession, rows: Sequence[Execution]) -> None:
    live = {row.id: row for row in rows if row.status in LIVE}
    if not live:
        return
    steps = await session.execute(
        select(ExecutionStep.execution_id, ExecutionStep.entry)
        .where(ExecutionStep.execution_id.in_(live))
        .order_by(ExecutionStep.execution_id, ExecutionStep.position)
    )
    entries: dict[UUID, list[Any]] = {number: [] for number in live}
    for execution_id, entry in steps:
        entries[execution_id].append(entry)
    for number, row in live.items():
        # Shown, not stored: the column itself is written once, at the end.
        set_committed_value(row, "steps_executed", entries[number])
