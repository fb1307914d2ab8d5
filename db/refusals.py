"""What Postgres refuses, named, so that a service can say it in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError


class Refused(Exception):
    """A rule of the database held: nothing of this transaction is kept."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class NotPermitted(Refused):
    """A policy or a grant says no."""


class Taken(Refused):
    """Something unique is there already."""


class NotThere(Refused):
    """What this points to does not exist."""


class LastOwnerStays(Refused):
    """Somebody has to be left who may decide."""


class BelongsToOthers(Refused):
    """Somebody who is not this workspace's alone."""


class KeyReplaced(Refused):
    """The master key is being changed, and this process has not looked since."""


BELONGS_TO_OTHERS: Final = "belongs_to_others"
KEY_REPLACED: Final = "master_key_replaced"
LAST_OWNER: Final = "last_owner_stays"


@contextmanager
def refusals() -> Iterator[None]:
    """Around the statements whose refusal has a meaning for the one who asked."""
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        if state == "42501":
            raise NotPermitted(rule) from error
        if state == "23505":
            raise Taken(rule) from error
        if state == "23503":
            raise NotThere(rule) from error
        if rule == LAST_OWNER:
            raise LastOwnerStays(rule) from error
        if rule == BELONGS_TO_OTHERS:
            raise BelongsToOthers(rule) from error
        if rule == KEY_REPLACED:
            raise KeyReplaced(rule) from error
        raise
