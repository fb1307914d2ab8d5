"""Where a template's requests may go: hosts written out, or parts the slot's owner fills in."""

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from engine.errors import RunStopped
from engine.model.expressions import Hole
from engine.model.urls import shape

_STAND_IN = "owners-part"


def hosts_refused(
    url: str, allowed: Sequence[str] | None, told: Collection[str] = ()
) -> str | None:
    """Why a request may not go there. `allowed`: the slot's hosts; None without a slot. `told`:
    settings that come with the slot's token, where a whole address may be; it is held against
    the allowed hosts at each call."""
    try:
        address = shape(url)
    except RunStopped as problem:
        return problem.message
    if address.base == "\0" and _is_told(address.host_holes[0], told):
        return None
    if not address.base.lower().startswith("https://"):
        return "A template calls over https only."
    for hole in address.host_holes:
        if any(name.keys[:2] != ("credential", "settings") for name in hole.names):
            return "Only {{ credential.settings… }} may be part of the host."
    host = urlsplit(address.base.replace("\0", _STAND_IN)).netloc.lower()
    if not re.fullmatch(r"[a-z0-9.-]+", host) or "." not in host:
        return "The address has no proper host."
    if allowed is None:
        return None if not address.host_holes else "Without a slot the host must be written out."
    wide = any(one.startswith("*.") and host.endswith(one[1:].lower()) for one in allowed)
    if host not in (one.lower() for one in allowed) and not wide:
        return f"{address.base} is not among the slot's allowed hosts."
    return None


def _is_told(hole: Hole, told: Collection[str]) -> bool:
    wanted = [name.keys for name in hole.names]
    return len(wanted) == 1 and wanted[0] in [("credential", "settings", name) for name in told]
