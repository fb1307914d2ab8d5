"""A call as a cURL command that anybody may see: where a secret stood, there is a variable."""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

MASK: Final = "••••"
_MASKED: Final = re.compile(f"{re.escape(MASK)}|{re.escape(quote(MASK))}", re.IGNORECASE)
_CURLS_OWN: Final = frozenset(
    {"host", "content-length", "accept-encoding", "connection", "user-agent", "accept"}
)
Pairs = Iterable[tuple[str, str]]


def as_curl(method: str, url: str, headers: Pairs, body: str, *, service: str = "") -> str:
    """`headers` and `body` as they are shown, with every secret masked.

    >>> print(as_curl("GET", "https://x.test/a?key=••••", [], "", service="hunter"))
    curl 'https://x.test/a?key='"$HUNTER_KEY"
    """
    name = variable(service)
    lines = [_method(method, bool(body)) + _quoted(url, name)]
    for header, value in headers:
        if header.lower() == "authorization" and value.startswith(f"Basic {MASK}"):
            lines.append(f'-u "${name}_USER:${name}_PASSWORD"')
        elif header.lower() not in _CURLS_OWN or MASK in value:
            lines.append(f"-H {_quoted(f'{header}: {value}', name)}")
    if body:
        lines.append(f"--data-raw {_quoted(body, name)}")
    return " \\\n  ".join(lines)


def with_login(
    url: str, headers: Pairs, body: Any, auth: Mapping[str, Any]
) -> tuple[str, list[tuple[str, str]], Any]:
    """Where the credential will put its secret, as the mask of one."""
    kind, name = auth.get("type"), str(auth.get("name") or "")
    made = list(headers)
    if kind == "header":
        made.append((name, f"{auth.get('prefix') or ''}{MASK}"))
    elif kind == "query":
        url += f"{'&' if urlsplit(url).query else '?'}{quote(name)}={MASK}"
    elif kind == "basic":
        made.append(("Authorization", f"Basic {MASK}"))
    elif kind == "secret_url":
        query = urlsplit(url).query
        url = MASK + (f"?{query}" if query else "")
    elif kind == "body_field":
        body = {**body, name: MASK} if type(body) is dict else body
    elif kind not in (None, "none", "signed"):
        made.append(("Authorization", f"Bearer {MASK}"))
    return url, made, body


def variable(service: str) -> str:
    """google-sheets is GOOGLE_SHEETS; what stands for its key is $GOOGLE_SHEETS_KEY."""
    name = re.sub(r"[^A-Z0-9]+", "_", service.upper()).strip("_") or "SERVICE"
    return f"_{name}" if name[0].isdigit() else name


def _method(method: str, sends: bool) -> str:
    if method == "HEAD":
        return "curl --head "
    if method == ("POST" if sends else "GET"):
        return "curl "
    return f"curl -X {method} "


def _quoted(text: str, name: str) -> str:
    """One word for the shell, in which only our variable means something."""
    pieces = [shlex.quote(one) if one else "" for one in _MASKED.split(text)]
    return f'"${name}_KEY"'.join(pieces) or "''"
