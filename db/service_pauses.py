"""Hosts that are left alone for a while by all who call them with one credential.

A service asked for it, does not answer properly, or has nothing left to give to this account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Place:
    """One credential at one host."""

    workspace_id: str
    credential_id: UUID
    host: str

    @property
    def named(self) -> dict[str, object]:
        return {
            "workspace": self.workspace_id, "credential": self.credential_id, "host": self.host
        }  # fmt: skip


async def put(connection: Connection, place: Place, until: datetime) -> None:
    """The longer of two stays. A credential that is gone needs no pause."""
    await connection.execute(
        """
        insert into service_pauses as p (workspace_id, credential_id, host, until)
        select %(workspace)s, c.id, %(host)s, %(until)s from workspace_api_credentials c
         where c.workspace_id = %(workspace)s and c.id = %(credential)s
            on conflict (workspace_id, credential_id, host) do update
           set until = greatest(p.until, excluded.until)
        """,
        {**place.named, "until": until},
    )


async def shut(
    connection: Connection,
    place: Place,
    why: str,
    now: datetime,
    *,
    first_s: float,
    longest_s: float,
    asked_s: float | None,
) -> tuple[datetime, int] | None:
    """Until when nobody calls, and the how-manieth time in a row it is.

    Each time twice as long, where the service does not say how long. Of many who find out in
    the same moment, one counts.
    """
    cursor = await connection.execute(
        """
        insert into service_pauses as p (workspace_id, credential_id, host, until, why)
        select %(workspace)s, c.id, %(host)s,
               %(now)s::timestamptz + make_interval(secs => coalesce(%(asked)s, %(first)s)), %(why)s
          from workspace_api_credentials c
         where c.workspace_id = %(workspace)s and c.id = %(credential)s
            on conflict (workspace_id, credential_id, host) do update
           set why = excluded.why, trial_until = null,
               times = case when p.why <> excluded.why then 1
                            when p.until > %(now)s then p.times else p.times + 1 end,
               until = case when p.until > %(now)s and p.why = excluded.why
                            then greatest(p.until, %(now)s::timestamptz
                                          + make_interval(secs => coalesce(%(asked)s, 0)))
                            else greatest(p.until, %(now)s::timestamptz
                                 + make_interval(secs => coalesce(%(asked)s, least(%(longest)s,
                                   %(first)s * power(2, case when p.why <> excluded.why then 0
                                                             else least(p.times, 20) end)))))
                            end
     returning until, times
        """,
        {**place.named, "why": why, "now": now, "first": first_s, "longest": longest_s,
         "asked": asked_s},
    )  # fmt: skip
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else None


async def take_trial(
    connection: Connection, place: Place, now: datetime, until: datetime
) -> tuple[bool, bool]:
    """Whether the one call that may try is ours, and whether nobody shuts the host any more."""
    cursor = await connection.execute(
        """
        with ours as (
            update service_pauses set trial_until = %(until)s
             where workspace_id = %(workspace)s and credential_id = %(credential)s
               and host = %(host)s and until <= %(now)s
               and (trial_until is null or trial_until <= %(now)s)
         returning 1)
        select exists (select from ours), not exists (
               select from service_pauses where workspace_id = %(workspace)s
                  and credential_id = %(credential)s and host = %(host)s)
        """,
        {**place.named, "now": now, "until": until},
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else (False, True)


async def open_again(connection: Connection, place: Place) -> None:
    """One call got through. What the service itself asked for stays."""
    await connection.execute(
        """
        delete from service_pauses
         where workspace_id = %(workspace)s and credential_id = %(credential)s
           and host = %(host)s and why <> 'asked'
        """,
        place.named,
    )


async def open_all(connection: Connection, workspace_id: str, credential_id: UUID) -> None:
    """A person knows better than what we learnt of the service."""
    await connection.execute(
        """
        delete from service_pauses
         where workspace_id = %s and credential_id = %s and why <> 'asked'
        """,
        [workspace_id, credential_id],
    )


async def going_on(connection: Connection, now: datetime) -> Sequence[TupleRow]:
    """(workspace_id, credential_id, host, until, why, trial_until) of all workspaces."""
    cursor = await connection.execute(
        """
        select workspace_id, credential_id, host, until, why, trial_until from service_pauses
         where until > %s or why <> 'asked'
        """,
        [now],
    )
    return await cursor.fetchall()
