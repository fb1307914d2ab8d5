"""Unpacks an answer's body, never further than the limit."""

import zlib

from engine.effects.connection import Raw
from engine.model.limits import DECODED_BYTES

OFFERED = "gzip, deflate"


class BodyTooLarge(Exception):
    pass


class BodyUnreadable(Exception):
    pass


def decoded(raw: Raw) -> bytes:
    """One coding at most: a few stacked ones turn 2 KB into 1 GB."""
    body = raw.body[0] if len(raw.body) == 1 else b"".join(raw.body)
    if not raw.coding or not body:
        return body
    line = raw.coding.decode("latin-1").lower()
    codings = [coding for part in line.split(",") if (coding := part.strip())]
    codings = [coding for coding in codings if coding != "identity"]
    if not codings:
        return body
    if len(codings) > 1:
        raise BodyUnreadable("stacked content codings")
    if codings[0] in ("gzip", "x-gzip"):
        return _gunzip(body)
    if codings[0] == "deflate":
        return _inflate(body)
    raise BodyUnreadable("content coding")


def _gunzip(body: bytes) -> bytes:
    whole = b""
    while body[:2] == b"\x1f\x8b":  # a gzip file may have several members
        piece, body = _unpack(body, zlib.MAX_WBITS | 16, DECODED_BYTES - len(whole))
        whole = whole + piece if whole else piece
    if body and not whole:
        raise BodyUnreadable("not gzip")
    return whole


def _inflate(body: bytes) -> bytes:
    """The standard says zlib; some services send the bare stream."""
    try:
        return _unpack(body, zlib.MAX_WBITS, DECODED_BYTES)[0]
    except BodyUnreadable:
        return _unpack(body, -zlib.MAX_WBITS, DECODED_BYTES)[0]


def _unpack(body: bytes, window: int, room: int) -> tuple[bytes, bytes]:
    unpacker = zlib.decompressobj(window)
    try:
        piece = unpacker.decompress(body, room + 1)
    except zlib.error as error:
        raise BodyUnreadable(f"corrupt body: {error}") from None
    if len(piece) > room:
        raise BodyTooLarge("unpacked")
    if not unpacker.eof:
        raise BodyUnreadable("the packed body ends early")
    return piece, unpacker.unused_data
