"""Which headers a connector may set; the others would change whom we speak to, and as whom."""

import re
from functools import lru_cache
from typing import Final

# fmt: off
OURS: Final = frozenset({
    "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer",
    "upgrade", "http2-settings", "expect", "accept-encoding", "x-forwarded-for",
    "x-forwarded-host", "x-forwarded-proto", "forwarded", "via", "x-real-ip", "metadata",
    "metadata-flavor", "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds",
})
# fmt: on
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}", re.A)


@lru_cache(maxsize=1024)
def may_set(name: str) -> bool:
    folded = name.lower()
    return (
        _TOKEN.fullmatch(name) is not None
        and folded not in OURS
        and not folded.startswith(("proxy-", "sec-"))
    )
