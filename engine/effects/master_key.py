"""The key that locks all others: a file of 32 bytes that only we can read."""

import os
import stat
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.effects.binding import bound
from engine.effects.failures import SecretUnreadable
from engine.effects.secret import MASK

SIZE = 32
_NONCE = 12


class MasterKeyRefused(Exception):
    """The console does not start with a key file like this one."""


class MasterKey:
    """Locks data keys. A key service of a cloud would offer the same two calls."""

    def __init__(self, key: bytes) -> None:
        if len(key) != SIZE:
            raise MasterKeyRefused(f"The master key has {len(key)} bytes and needs {SIZE}.")
        self._cipher = AESGCM(key)
        self.id = "local-" + sha256(b"connector console master key" + key).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"MasterKey({MASK})"

    def current(self) -> "MasterKey":
        return self

    def named(self, kek_id: str) -> "MasterKey | None":
        return self if kek_id == self.id else None

    @classmethod
    def load_or_create(cls, path: str | Path, encrypted_rows_exist: bool) -> "MasterKey":
        """Never makes a new key while something is locked with the old one."""
        path = Path(path)
        try:
            return cls(read_file(path))
        except FileNotFoundError:
            pass
        if encrypted_rows_exist:
            raise MasterKeyRefused(
                f"The master key {path} is missing, and stored secrets are locked with it. "
                "Put the file back from your backup."
            )
        create_file(path)
        return cls(read_file(path))

    def wrap(self, key: bytes, workspace_id: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, self._place(workspace_id))

    def unwrap(self, wrapped: bytes, workspace_id: str) -> bytes:
        try:
            return self._cipher.decrypt(
                wrapped[:_NONCE], wrapped[_NONCE:], self._place(workspace_id)
            )
        except (InvalidTag, ValueError):
            raise SecretUnreadable("the data key does not belong here") from None

    def _place(self, workspace_id: str) -> bytes:
        return bound("data key", "1", workspace_id, self.id)


def read_file(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise MasterKeyRefused(f"The master key {path} cannot be read: {error.strerror}.") from None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise MasterKeyRefused(f"The master key {path} is not a plain file.")
        if state.st_uid != os.geteuid():
            raise MasterKeyRefused(f"The master key {path} belongs to another user.")
        if state.st_mode & 0o077:
            raise MasterKeyRefused(
                f"The master key {path} is open to other users. Run: chmod 600 {path}"
            )
        key = os.read(handle, SIZE + 1)
    finally:
        os.close(handle)
    if len(key) != SIZE:
        raise MasterKeyRefused(f"The master key {path} does not have {SIZE} bytes.")
    return key


def create_file(path: Path) -> None:
    """Whole or not at all, and once: a second process that starts now finds the first one's key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(SIZE))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
    settle_folder(path)


def settle_folder(path: Path) -> None:
    """A name in a folder survives a power cut only once the folder was written, too."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
