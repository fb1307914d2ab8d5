"""Points in time as callers write them: each becomes UTC, as all our times are."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

LOST_PLUS: Final = re.compile(r"(:\d\d[\d.:]*) (\d\d:?\d\d)")


def _plus_found(text: Any) -> Any:
    """A plus sign in an address is a space, unless it was written as %2B."""
    return LOST_PLUS.sub(r"\1+\2", text) if isinstance(text, str) else text


def _in_utc(at: datetime) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:  # the year 0 of somebody's zone
        raise ValueError("This time is too far away.") from error


# A time without a zone is meant in UTC where it only narrows a list; where something is to
# happen at it, the zone must be said.
Moment = Annotated[datetime, BeforeValidator(_plus_found), AfterValidator(_in_utc)]
ZonedMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
