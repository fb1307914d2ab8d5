"""Names in messages: which are known, and which was probably meant."""

import difflib
from collections.abc import Iterable
from itertools import islice


def listed(names: Iterable[object], *, most: int = 30) -> str:
    """The names in one line, cut where it gets long."""
    known = [str(name)[:40] for name in islice(names, most + 1)]
    if not known:
        return "nothing yet"
    return ", ".join(known[:most]) + (", …" if len(known) > most else "")


def closest(name: str, names: Iterable[object]) -> str:
    """Did you mean …? Or nothing, where no name is close."""
    known = [str(other)[:40] for other in islice(names, 200)]
    found = difflib.get_close_matches(name[:40], known, n=1, cutoff=0.7)
    return f"Did you mean “{found[0]}”?" if found else ""
