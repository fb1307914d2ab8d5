"""Entries of `steps_executed` as their column keeps them: an answer is in it as text.

As jsonb the answer would be taken apart, its members sorted and its numbers spelled anew: it would
not be what the service said any more, and that is a tenth of the server's work for a run.
"""

from typing import Any

import orjson
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from db.base import Json, JsonList

AS_TEXT = "body_as_text"


def kept(entries: list[Json] | None) -> list[Json] | None:
    return None if entries is None else [_kept(entry) for entry in entries]


def told(entries: JsonList) -> JsonList:
    """As they were before. Those written by earlier versions are so already."""
    return [entry_told(entry) for entry in entries]


def entry_told(entry: Json) -> Json:
    answer = entry.get("response")
    if not answer or AS_TEXT not in answer:
        return entry
    rest = {name: value for name, value in answer.items() if name != AS_TEXT}
    return {**entry, "response": {**rest, "body": orjson.loads(answer[AS_TEXT])}}


def _kept(entry: Json) -> Json:
    answer = entry.get("response")
    if not answer or type(answer["body"]) not in (dict, list):
        return entry
    rest = {name: value for name, value in answer.items() if name != "body"}
    return {**entry, "response": {**rest, AS_TEXT: orjson.dumps(answer["body"]).decode()}}


class Entries(TypeDecorator[JsonList]):
    """The column, for mapped classes, which only read it: runs write it (db/records.py)."""

    impl = JSONB
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> JsonList | None:
        return None if value is None else told(value)
