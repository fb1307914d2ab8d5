"""The master key's files: the one in use, the next one while it is changed, and the one before."""

import os
from pathlib import Path

from engine.effects.master_key import (
    MasterKey,
    MasterKeyRefused,
    create_file,
    read_file,
    settle_folder,
)


class KeyFiles:
    """All keys of one console. Another process may change them at any time, so that whoever
    meets an unknown key looks again."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self.next = self._path.with_name(f"{self._path.name}.next")
        self.before = self._path.with_name(f"{self._path.name}.old")
        self._known: dict[str, MasterKey] = {}
        self._look()

    @classmethod
    def load_or_create(cls, path: str | Path, encrypted_rows_exist: bool) -> "KeyFiles":
        """Never makes a new key while something is locked with the old one."""
        MasterKey.load_or_create(path, encrypted_rows_exist)
        return cls(path)

    def current(self) -> MasterKey:
        """What new keys are locked with: already the next one, where there is one."""
        return self._read(self.next) or self.in_use()

    def named(self, kek_id: str) -> MasterKey | None:
        if kek_id not in self._known:
            self._look()
        return self._known.get(kek_id)

    def in_use(self) -> MasterKey:
        found = self._read(self._path)
        if found is None:
            raise MasterKeyRefused(f"The master key {self._path} is missing.")
        return found

    def prepare(self) -> MasterKey:
        """Makes the next key, or finds the one that was made."""
        create_file(self.next)
        return self.current()

    def promote(self) -> None:
        """The next key becomes the one in use. Cut off anywhere, it can be done again."""
        if not self.next.exists():
            return
        beside = self.before.with_name(f".{self.before.name}")
        beside.unlink(missing_ok=True)
        os.link(self._path, beside)
        beside.replace(self.before)
        beside.unlink(missing_ok=True)  # nothing is renamed where both are one file already
        settle_folder(self._path)
        self.next.replace(self._path)
        settle_folder(self._path)

    def before_key(self) -> MasterKey | None:
        return self._read(self.before)

    def forget_before(self) -> None:
        self.before.unlink()
        settle_folder(self._path)

    def _look(self) -> None:
        for place in (self._path, self.next, self.before):
            self._read(place)

    def _read(self, place: Path) -> MasterKey | None:
        try:
            key = MasterKey(read_file(place))
        except FileNotFoundError:
            return None
        return self._known.setdefault(key.id, key)
