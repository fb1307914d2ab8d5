"""Link headers: <https://api.example.com/list?page=2>; rel="next"."""

import re

_LINK = re.compile(r"<([^<>]{1,8192})>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\";,]+))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))", re.IGNORECASE)


def next_link(header: str) -> str | None:
    """The address of the next page, if the header names one."""
    for address, parameters in _LINK.findall(header):
        rel = _REL.search(parameters)
        if rel and "next" in (rel[1] or rel[2]).lower().split():
            return str(address)
    return None
