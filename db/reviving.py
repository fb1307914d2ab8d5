"""Brings a server back that ended while somebody still needed it."""

import logging
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from db.postgres_binaries import PostgresFailed

log = logging.getLogger(__name__)


class Reviving:
    """Looks once a second, in a thread of its own: whoever serves has no time to."""

    def __init__(self, pid_file: Path, start: Callable[[], None], *, every_s: float = 1.0) -> None:
        self._pid_file, self._start, self._every_s = pid_file, start, every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reviving", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            if is_running(self._pid_file):
                continue
            try:
                self._start()
                log.warning("The embedded Postgres had ended; it was started again.")
            except (PostgresFailed, OSError, subprocess.SubprocessError) as problem:
                log.error("The embedded Postgres does not start again: %s", problem)


def is_running(pid_file: Path) -> bool:
    """By the process it wrote down at its start; asking it each second would cost a connection."""
    try:
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, 0)
    except PermissionError:  # it runs, as another account
        return True
    except (OSError, ValueError, IndexError):
        return False
    return not _is_a_ghost(pid)


def _is_a_ghost(pid: int) -> bool:
    """Ended, and only not yet taken note of by whoever started it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (OSError, IndexError):
        return False
