"""Keeps keys out of what everybody can read: a template says where a secret goes, never what."""

import re
from collections.abc import Iterator
from typing import Any

from engine.errors import Problem

_KEYS = re.compile(
    r"(?<![a-z0-9])(sk|pk|rk)[-_](live|test|proj)?[-_]?[A-Za-z0-9]{16,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"
    r"|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PLACES = re.compile(
    r"authorization|proxy-authorization|cookie|x-?api-?key|api-?key|apikey|api-?token|x-?auth.*|"
    r"access-?token|access-?key|auth-?token|secret|client-?secret|password|token|bearer"
)


def shaped_like_a_key(text: str) -> bool:
    return _KEYS.search(text) is not None


def looks_like_a_secret(raw: Any, path: str = "") -> list[Problem]:
    """Texts shaped like a key anywhere, and anything at all where requests carry keys."""
    return list(_walk(raw, path, in_request=False))


def _walk(value: Any, path: str, *, in_request: bool) -> Iterator[Problem]:
    if type(value) is str and shaped_like_a_key(value):
        yield Problem(path, "This looks like a key. A template holds no secret.")
    elif type(value) is dict:
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            if in_request and type(inner) is str and _names_a_secret(name):
                yield Problem(here, "A key is put in by the credential, never written in a step.")
            holds_request = in_request or name in ("headers", "query", "form")
            yield from _walk(inner, here, in_request=holds_request and not path.endswith(".auth"))
    elif type(value) is list:
        for number, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{number}]", in_request=in_request)


def _names_a_secret(name: str) -> bool:
    return bool(_PLACES.fullmatch(name.lower().replace("_", "-")))
