"""Stands between a process and its database, and can act at the nth message on the way."""

import contextlib
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

Act = Callable[[], None]


class Relay:
    """Whoever connects to `url` reaches the database at the address given.

    What is sent in one go counts as one message: a statement, or several that travel together.
    """

    def __init__(self, folder: Path, url: str) -> None:
        told = conninfo_to_dict(url)
        self._behind = f"{told['host']}/.s.PGSQL.5432"
        self._act: Act | None = None
        self._at, self._lost, self.count = 0, "question", 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen(64)
        login = f"{told['user']}:{quote(str(told['password']), safe='')}"
        self.url = f"postgresql://{login}@/{told['dbname']}?host={quote(str(folder), safe='')}"
        _in_a_thread(self._accept)

    def close(self) -> None:
        self._listener.close()

    def count_anew(self) -> None:
        self._act, self.count = None, 0

    def act_at(self, number: int, lost: str, act: Act) -> None:
        """At this message from now: before it arrives (`lost` is the question), or when the
        database has done what it says and answers (`lost` is the answer)."""
        self.count, self._at, self._lost, self._act = 0, number, lost, act

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._behind)
            told = threading.Event()  # the answer is the one that gets lost
            _in_a_thread(partial(self._there, near, far, told))
            _in_a_thread(partial(self._back, near, far, told))

    def _there(self, near: socket.socket, far: socket.socket, told: threading.Event) -> None:
        while sent := _read(near):
            self.count += 1
            if self._act is not None and self.count == self._at:
                if self._lost == "question":
                    self._act()
                    break
                told.set()
            _send(far, sent)
        _end(near, far)

    def _back(self, near: socket.socket, far: socket.socket, told: threading.Event) -> None:
        while sent := _read(far):
            if self._act is not None and told.is_set():
                self._act()
                break
            _send(near, sent)
        _end(near, far)


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _read(end: socket.socket) -> bytes:
    try:
        return end.recv(1 << 20)
    except OSError:
        return b""


def _send(end: socket.socket, sent: bytes) -> None:
    try:
        end.sendall(sent)
    except OSError:
        return


def _end(*ends: socket.socket) -> None:
    for one in ends:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
