"""An answer becomes values, however its service spells them."""

import json
from typing import Any

import pytest

from engine.effects.egress import Answer, Sent
from engine.run.answers import Reading, read

KOELN = {"city": "Köln", "none": None}
SPELLED = json.dumps(KOELN, ensure_ascii=False)


def reading(body: bytes, kind: str = "application/json") -> Reading:
    sent = Sent("GET", "https://api.example.com/", (), "")
    headers = (("content-type", kind),)
    return read(Answer(200, headers, body, len(body), 1.0, sent.url, sent))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (SPELLED.encode("utf-8-sig"), "application/json"),
        (SPELLED.encode("utf-16"), "application/json"),
        (SPELLED.encode("utf-16-le"), "application/json"),
        (SPELLED.encode("utf-16-be"), "application/json"),
        (SPELLED.encode("latin-1"), "application/json"),
        (SPELLED.encode("latin-1"), "application/json; charset=ISO-8859-1"),
        (SPELLED.encode("latin-1"), "application/json; charset=nobody-knows-it"),
        (SPELLED.encode("utf-16"), "application/json; charset='utf-16'"),
        (SPELLED.encode(), "text/plain"),
        (SPELLED.encode(), ""),
    ],
)
def test_data_is_read_in_whatever_charset_it_comes(body: bytes, kind: str) -> None:
    assert reading(body, kind).body == KOELN


def test_one_broken_sign_does_not_make_nonsense_of_the_others() -> None:
    assert reading('{"a": "Köln ?"}'.encode().replace(b"?", b"\xff")).body == {"a": "Köln �"}


@pytest.mark.parametrize(
    ("body", "kind", "values"),
    [
        (b'{"a": 1}\n{"a": 2}\n', "application/x-ndjson", [{"a": 1}, {"a": 2}]),
        (b'{"a": 1}', "application/jsonl", [{"a": 1}]),
        (b'{"a": 1}\r\n\r\n{"a": 2}', "application/json", [{"a": 1}, {"a": 2}]),
        (b"[1, 2]\n[3]", "text/plain", [[1, 2], [3]]),
        (b'\x1e{"a": 1}\n\x1e{"a": 2}\n', "application/json-seq", [{"a": 1}, {"a": 2}]),
        ('{"a": "x\u2028y"}\n{}'.encode(), "application/x-jsonlines", [{"a": "x\u2028y"}, {}]),
        (b'1\n"two"\nnull\n', "application/x-ndjson", [1, "two", None]),
        (b'[\n1,\n2\n]', "application/x-ndjson", [1, 2]),
    ],
)  # fmt: skip
def test_values_one_a_line_are_a_list(body: bytes, kind: str, values: list[Any]) -> None:
    read = reading(body, kind)
    assert (read.body, read.is_data) == (values, True)


@pytest.mark.parametrize(
    "body",
    [b'{"a": 1}\n{"a":', b"1\n2", b"a,b\n1,2", b'{"a": 1}\nDone.', b"[" * 99 + b"]" * 99, b"{\n}}"],
)
def test_what_only_looks_like_values_is_text(body: bytes) -> None:
    read = reading(body, "text/plain")
    assert (read.body, read.is_data) == (body.decode(), False)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "application/xml"),
        ("<html><meta charset=windows-1252>", "text/html"),
        ("<a>", "text/xml; charset=latin-1"),
        ("<a>", "text/xml"),
    ],
)
def test_a_page_is_read_in_the_charset_it_names_itself(head: str, kind: str) -> None:
    assert reading(f"{head}Köln".encode("latin-1"), kind).body == f"{head}Köln"
