"""The embedded Postgres: started by the first process that needs it, stopped by the last.

with EmbeddedPostgres(folder) as server:
    server.url("console")

It listens on a socket in a closed folder only, and asks for a password even there. A killed
process leaves nothing behind: its locks go with it, and the next one starts the server again.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from pwd import struct_passwd
from types import TracebackType
from urllib.parse import quote

import psycopg

from db.postgres_binaries import PostgresFailed, programs, run, unprivileged_account, version
from db.reviving import Reviving

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",  # our questions are short: compiling them costs more than it gains
    "log_min_messages": "warning",
}
LONGEST_SOCKET = 100  # a socket's path may not be longer than about this
PATIENCE_S = 20.0


class EmbeddedPostgres:
    def __init__(
        self,
        folder: Path,
        *,
        settings: dict[str, str] | None = None,
        account: struct_passwd | None = None,
    ) -> None:
        self._folder = folder.expanduser().resolve()
        self._data = self._folder / "data"
        self._password = self._folder / "password"
        self._account = account or unprivileged_account()
        self._settings = SETTINGS | (settings or {})
        self._member = -1
        self._reviving: Reviving | None = None

    def url(self, database: str, user: str = "postgres", password: str | None = None) -> str:
        secret = password or self._password.read_text()
        host = quote(str(self._socket_folder), safe="")
        return f"postgresql://{user}:{quote(secret, safe='')}@/{database}?host={host}"

    def derived_password(self, purpose: str) -> str:
        """The same for every process that shares the server, and telling nothing of the first."""
        words = f"{purpose} {self._password.read_text()}"
        return hashlib.sha256(words.encode()).hexdigest()

    def __enter__(self) -> "EmbeddedPostgres":
        self._open_folder()
        with self._start_lock():
            self._ensure_it_runs()
            self._member = self._lock("members.lock", fcntl.LOCK_SH)
        self._reviving = Reviving(self._data / "postmaster.pid", self._start_again)
        self._reviving.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reviving:
            self._reviving.end()
        with self._start_lock():
            if self._is_last():
                self._control("-m", "fast", "-w", "stop", check=False)
            os.close(self._member)

    # -- who uses it --

    def _lock(self, name: str, how: int) -> int:
        """Kernel locks: they end with the process, however it ends."""
        held = os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(held, how)
        return held

    @contextlib.contextmanager
    def _start_lock(self) -> Iterator[None]:
        held = self._lock("start.lock", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(held)

    def _is_last(self) -> bool:
        try:
            fcntl.flock(self._member, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    # -- where it lives --

    def _open_folder(self) -> None:
        if self._account is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        self._folder.chmod(0o711)
        # The account must be able to walk down to it. Opening root's own folders is not ours to do.
        for parent in self._folder.parents:
            if not parent.stat().st_mode & 0o001:
                raise PostgresFailed(
                    f"{parent} is closed to the account {self._account.pw_name}, as which Postgres"
                    " has to run. Choose a data folder such as /var/lib/connector-console."
                )

    @property
    def _socket_folder(self) -> Path:
        near = self._folder / "run"
        if len(os.fsencode(near)) + len("/.s.PGSQL.5432") < LONGEST_SOCKET:
            return near
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"postgres-{name}"

    def _make_socket_folder(self) -> Path:
        folder = self._socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give(folder)
        owner = self._account.pw_uid if self._account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid != owner:
            raise PostgresFailed(f"{folder} belongs to somebody else.")
        return folder

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)

    # -- its life --

    def _ensure_it_runs(self) -> None:
        if not self._answers():
            self._make()
            self._start()

    def _start_again(self) -> None:
        with self._start_lock():
            self._ensure_it_runs()

    def _answers(self) -> bool:
        """By asking it: a process that has died may still look alive to the system."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=3) as connection:
                row = connection.execute("show data_directory").fetchone()
                return row is not None and Path(row[0]).resolve() == self._data
        except (psycopg.OperationalError, FileNotFoundError):
            return False

    def _make(self) -> None:
        """All or nothing: made beside its place, then renamed."""
        if (self._data / "PG_VERSION").exists():
            self._refuse_another_major_version()
            return
        new, password = self._folder / "data.new", self._folder / "password.new"
        for half_made in (self._data, new):
            shutil.rmtree(half_made, ignore_errors=True)
        if not self._password.exists():
            _write_secret(self._password, secrets.token_urlsafe(24))
        _write_secret(password, self._password.read_text())
        new.mkdir(mode=0o700)
        self._give(new)
        self._give(password)
        try:
            self._run(
                "initdb", "-D", new, "-U", "postgres", f"--pwfile={password}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
                "--locale=C.UTF-8", "--no-instructions",
            )  # fmt: skip
        finally:
            password.unlink()
        new.rename(self._data)

    def _refuse_another_major_version(self) -> None:
        has, brings = (self._data / "PG_VERSION").read_text().strip(), version().split(".")[0]
        if has != brings:
            raise PostgresFailed(
                f"{self._data} was made by Postgres {has}, and this installation brings {brings}."
                " Export with the old one, then import."
            )

    def _start(self) -> None:
        settings = self._settings | {"unix_socket_directories": str(self._make_socket_folder())}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self._data / "server.log"
        give_up = time.monotonic() + PATIENCE_S
        while True:  # after a kill -9 its old helpers need a moment to leave
            self._bury()
            self._control("-w", "-t", "60", "-l", log, "-o", options, "start", check=False)
            if self._answers():
                return
            if time.monotonic() > give_up:
                raise PostgresFailed(
                    "The embedded Postgres does not start.", log.read_text()[-3000:]
                )
            time.sleep(0.25)

    def _bury(self) -> None:
        """A container's first process inherits a killed server, which still blocks its lock."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
            os.waitpid(pid, os.WNOHANG)

    def _control(self, *words: str | Path, check: bool) -> None:
        self._run("pg_ctl", "-D", self._data, *words, check=check)

    def _run(self, program: str, *words: str | Path, check: bool = True) -> None:
        command = [programs(self._folder, self._account) / program, *words]
        run(command, folder=self._folder, account=self._account, check=check)


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
