"""The CSV file in a request, sent as it is or as the part `file` of a form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.services.problems import NotReadable, bad_field

IN_MEMORY: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Sent:
    file: BinaryIO
    mapping: str | None = None
    match: str | None = None


@asynccontextmanager
async def rows_of(request: Request) -> AsyncIterator[Sent]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with _form(request) as sent:
            yield sent
    elif kind in ("text/csv", "text/plain", "application/csv", "application/vnd.ms-excel"):
        with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            async for piece in request.stream():
                file.write(piece)
            yield Sent(cast(BinaryIO, file))
    else:
        raise NotReadable(
            "This is not marked as a CSV file.",
            hint="Send it with Content-Type: text/csv, or as the part `file` of a form.",
        )


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[Sent]:
    try:
        form = await request.form(max_files=1, max_fields=10)
    except HTTPException as error:
        if error.status_code == 413:
            raise
        raise NotReadable(f"The form cannot be read: {error.detail}") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise bad_field("file", "The form has no part `file` with a file in it.")
        yield Sent(file.file, _text(form.get("mapping")), _text(form.get("match")))
    finally:
        await form.close()


def _text(part: object) -> str | None:
    return part if isinstance(part, str) and part else None
