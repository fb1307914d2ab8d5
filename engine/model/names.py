"""Names: which was probably meant, how people say them, and new ones for values."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice


def listed(names: Iterable[object], *, most: int = 30) -> str:
    """The names in one line, cut where it gets long."""
    known = [str(name)[:40] for name in islice(names, most + 1)]
    if not known:
        return "nothing yet"
    return ", ".join(known[:most]) + (", …" if len(known) > most else "")


def nearest(name: str, names: Iterable[object]) -> str:
    """The name that was probably meant, or nothing."""
    known = [str(other)[:40] for other in islice(names, 200)]
    found = difflib.get_close_matches(name[:40], known, n=1, cutoff=0.7)
    return found[0] if found else ""


def closest(name: str, names: Iterable[object]) -> str:
    """Did you mean …? Or nothing, where no name is close."""
    found = nearest(name, names)
    return f"Did you mean “{found}”?" if found else ""


def name_for(label: str) -> str:
    """A name for a value from what the service calls it: givenName → given_name, #2 → item_2."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", label)
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", plain).strip("_").lower()
    if not name:
        return "value"
    return name if not name[0].isdigit() else f"item_{name}"


def readable(name: str) -> str:
    """first_name → First name, given_name → Given name"""
    words = name.replace("_", " ").strip()
    words = "e-mail" if words == "email" else words
    return words[:1].upper() + words[1:]
