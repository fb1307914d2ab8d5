"""What every mapped class shares: how Python types and columns correspond."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, mapped_column

BY_DATABASE = FetchedValue()  # the column has a default there; the row comes back with it

Json = dict[str, Any]
JsonList = list[Any]

NewId = Annotated[UUID, mapped_column(primary_key=True, server_default=BY_DATABASE)]
GrowingId = Annotated[int, mapped_column(BigInteger, primary_key=True, server_default=BY_DATABASE)]
Made = Annotated[datetime, mapped_column(server_default=BY_DATABASE)]
Changed = Annotated[
    datetime, mapped_column(server_default=BY_DATABASE, server_onupdate=FetchedValue())
]
JsonWithDefault = Annotated[Json, mapped_column(JSONB, server_default=BY_DATABASE)]
ListWithDefault = Annotated[JsonList, mapped_column(JSONB, server_default=BY_DATABASE)]
Flag = Annotated[bool, mapped_column(server_default=BY_DATABASE)]
Count = Annotated[int, mapped_column(server_default=BY_DATABASE)]
# Left to the runs: a person who inserts the row may not even say that it is empty.
NotYet = Annotated[datetime | None, mapped_column(server_default=BY_DATABASE)]
TextWithDefault = Annotated[str, mapped_column(Text, server_default=BY_DATABASE)]


class Base(DeclarativeBase):
    # What the database fills in comes back with the statement: nothing is loaded later by surprise.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - SQLAlchemy reads it from the class
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text(),
        int: Integer(),
        UUID: Uuid(),
        bytes: LargeBinary(),
        datetime: TIMESTAMP(timezone=True),
        Json: JSONB(none_as_null=True),
        JsonList: JSONB(none_as_null=True),
        list[str]: ARRAY(Text()),
    }
