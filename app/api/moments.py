"""Points in time as callers write them: each becomes UTC, as all our times are."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(at: datetime) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:  # the year 0 of somebody's zone
        raise ValueError("This time is too far away.") from error


# A time without a zone is meant in UTC where it only narrows a list; where something is to
# happen at it, the zone must be said.
Moment = Annotated[datetime, AfterValidator(_in_utc)]
ZonedMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
