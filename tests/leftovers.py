"""What tests start is gone when they are: at their end, and even when they are killed.

with own_folder("console-test-") as folder:
    start_something(folder)

A process belongs to a folder when the folder's name is in its command line or its environment.
A watcher in a session of its own reads through a pipe which folders are in use. The pipe closes
with us, however we end, and the watcher clears what was still in use then.
"""

import atexit
import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

PATIENCE_S = 5


@contextmanager
def own_folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """An empty folder; a test that leaves a process in it fails."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    _tell_watcher("+", folder)
    try:
        yield folder
        _, left = psutil.wait_procs(belonging_to(folder), PATIENCE_S)  # some need a moment to go
        assert not left, f"Left running: {left}"
    finally:
        clear(folder)
        _tell_watcher("-", folder)


def belonging_to(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter()
        if process.pid != os.getpid() and _knows(process, folder.name)
    ]


def clear(folder: Path) -> None:
    """Again and again: what is being started right now shows up in the next round only."""
    asking_ends = time.monotonic() + PATIENCE_S
    while processes := belonging_to(folder):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                _end(process, at_once=time.monotonic() > asking_ends)
        psutil.wait_procs(processes, 1)
    shutil.rmtree(folder, ignore_errors=True)


def _end(process: psutil.Process, *, at_once: bool) -> None:
    # Postgres gives back its shared memory when it is told to quit.
    asked = process.name().startswith("postgres") and not at_once
    process.send_signal(signal.SIGQUIT if asked else signal.SIGKILL)


def _knows(process: psutil.Process, name: str) -> bool:
    try:
        words = [*process.cmdline(), *process.environ().values()]
    except (psutil.Error, OSError):  # it has just ended, or is none of ours
        return False
    return any(name in word for word in words)


def _tell_watcher(sign: str, folder: Path) -> None:
    _watcher().write(f"{sign}{folder}\n")


@functools.cache
def _watcher() -> IO[str]:
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,  # by lines
        start_new_session=True,  # Ctrl+C is not for it
    )
    assert process.stdin
    atexit.register(process.communicate)
    return process.stdin


def _watch() -> None:
    used: set[str] = set()
    for line in sys.stdin:
        (used.add if line[0] == "+" else used.discard)(line[1:].rstrip("\n"))
    for folder in used:
        clear(Path(folder))


if __name__ == "__main__":
    _watch()
