"""Who is asking: the only four kinds of caller the tables know, and how Postgres learns it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import LiteralString
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or their API key. Without a workspace: all they are a member of."""

    user_id: UUID
    workspace_id: str | None = None
    role: str | None = None  # as seen at sign-in, for courtesy; the policies look it up again


@dataclass(frozen=True, slots=True)
class Runner:
    """A run, acting inside one workspace and nowhere else."""

    workspace_id: str


@dataclass(frozen=True, slots=True)
class Signin:
    """The door: may find a session, a key or a password, and count failures."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The queue: which execution is due where, ids only."""


Caller = Actor | Runner | Signin | Engine


class MissingActor(TypeError):
    """Nobody said who is asking, so nothing was asked."""


@lru_cache(maxsize=32)
def introduce(*settings: str) -> LiteralString:
    """One statement, one round trip, gone at commit and at rollback. `settings`: more to be set.

    Times come in UTC, whatever zone the server, the database or the login was given. Its last
    column tells whether the pooled connection still holds what the end of a transaction does not
    clear: cursors WITH HOLD, temporary tables, LISTENs of whoever had it before. (A cursor without
    a name is this very question.)
    """
    more = "".join([f" set_config('{name}', %s, true)," for name in settings])
    return (
        "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true),"
        " set_config('app.workspace_id', %s, true), set_config('TimeZone', 'UTC', true),"
        f"{more} pg_my_temp_schema() <> 0 or exists (select from pg_cursors where name <> '')"
        " or exists (select from pg_listening_channels())"
    )


LEFTOVERS = ("close all", "discard temp", "unlisten *")


def introduction(who: Caller) -> tuple[str, str, str]:
    """The first three values of introduce(): role, claims, workspace of a run."""
    match who:
        case Actor(user_id, workspace_id):
            claims = {"sub": str(user_id), "role": "authenticated"}
            if workspace_id is not None:
                claims["workspace_id"] = workspace_id
            return "authenticated", orjson.dumps(claims).decode(), ""
        case Runner(workspace_id):
            return "console_run", "", workspace_id
        case Signin():
            return "console_signin", "", ""
        case Engine():
            return "console_engine", "", ""
    raise MissingActor("Say who is asking: an Actor, a Runner, Signin() or Engine().")
