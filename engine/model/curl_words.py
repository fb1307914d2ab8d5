"""A cURL command cut into its words, as a shell would; nothing in it is ever run."""

import re
import shlex
from typing import Final

from engine.errors import StepFailed

LONGEST: Final = 100_000


class NotCurl(StepFailed):
    """What was pasted is no cURL command that a step can do."""


def words(command: str) -> list[str]:
    if len(command) > LONGEST:
        raise NotCurl("This is too long for a cURL command.")
    joined = re.sub(r"[\\^`]\r?\n", " ", command.strip())
    # Browsers write $'…' where a text holds quotes of its own.
    joined = re.sub(r"\$'((?:[^'\\]|\\.)*)'", lambda found: shlex.quote(_plain(found[1])), joined)
    try:
        found = shlex.split(joined)
    except ValueError as error:
        raise NotCurl("A quotation mark in this command is never closed.") from error
    if not found or found[0] not in ("curl", "curl.exe"):
        raise NotCurl("This is no cURL command.", hint="It begins with the word curl.")
    return found[1:]


def _plain(text: str) -> str:
    signs = {"n": "\n", "t": "\t", "r": "\r"}
    spelled = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", lambda found: signs.get(found[1], found[1]), spelled)
