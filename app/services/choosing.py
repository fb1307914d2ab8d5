"""Which contacts something is about: a list of them, or a filter like that of the contact list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.problems import BadInput, Complaint, NotFound, Wrong, bad_field
from db import choosing
from db.choosing import MOST
from db.contacts import FIELDS

Filter = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    contact_ids: Sequence[UUID] | None = None
    filter: Filter | None = None
    limit: int | None = None

    @property
    def nobody(self) -> bool:
        return self.contact_ids is None and self.filter is None


def checked(chosen: Chosen) -> Chosen:
    """One of the two, and only fields there are."""
    if chosen.contact_ids is not None and chosen.filter is not None:
        raise bad_field("filter", "Give contact_ids or a filter, not both.")
    wrong: list[Complaint] = []
    for name, value in (chosen.filter or {}).items():
        path = f"filter.{name}"
        if name == "q":
            if not isinstance(value, str):
                wrong.append(Wrong(path, "This must be text."))
        elif name in FIELDS:
            if not isinstance(value, str | None):
                wrong.append(Wrong(path, "This must be text, or null for “has none”."))
        elif not name.startswith("data.") or not all(name.split(".")):
            wrong.append(
                Wrong(path, "There is no such field. Use q, a field of contacts or data.name.")
            )
        elif isinstance(value, dict | list):
            wrong.append(Wrong(path, "Only a single value can be looked for."))
    if wrong:
        raise BadInput(wrong)
    return chosen


async def contacts_of(
    session: AsyncSession, workspace_id: str, chosen: Chosen, *, those_there: bool = False
) -> list[UUID]:
    """Each once; one that is not there is an error, unless it may have gone since it was named."""
    most = min(chosen.limit or MOST, MOST)
    if chosen.contact_ids is None:
        return await choosing.matching(session, workspace_id, chosen.filter or {}, most)
    ids = list(dict.fromkeys(chosen.contact_ids))
    there = await choosing.there(session, workspace_id, ids)
    if len(there) < len(ids) and not those_there:
        raise NotFound("contact")
    return [one for one in ids if one in there][:most]


async def how_many(session: AsyncSession, workspace_id: str, chosen: Chosen) -> int:
    """As many as are there now: a hundred thousand are counted, not fetched."""
    if chosen.contact_ids is not None:
        return len(await contacts_of(session, workspace_id, chosen, those_there=True))
    most = min(chosen.limit or MOST, MOST)
    return await choosing.how_many(session, workspace_id, chosen.filter or {}, most)
