"""Addresses in answers, such as those of <https://api.example.com/list?page=2>; rel="next"."""

import re
from urllib.parse import quote, unquote

from engine.effects.secret import MASK

_MASK_IN_URL = quote(MASK)
_LINK = re.compile(r"<([^<>]{1,8192})>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\";,]+))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))", re.IGNORECASE)


def next_link(header: str) -> str | None:
    """The address of the next page, if the header names one."""
    for address, parameters in _LINK.findall(header):
        rel = _REL.search(parameters)
        if rel and "next" in (rel[1] or rel[2]).lower().split():
            return str(address)
    return None


def without_masks(url: str) -> str:
    """Without the key that some services repeat in it: it was masked on arrival, and the call
    brings its own."""
    if _MASK_IN_URL not in url:
        return url
    address, mark, query = url.partition("?")
    kept = [member for member in query.split("&") if MASK not in unquote(member)]
    return f"{address}{mark}{'&'.join(kept)}"
