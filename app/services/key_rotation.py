"""Changes the keys while everything runs: the master key, and the data key of each workspace.

Every step is done whole before it is told, and the next start goes on where the last one ended.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from app.services.token_shelf import PLACE as TOKEN
from db.key_rotations import BATCH, KEPT_HOURS, KeyRotations, Locked, Rotation, Sealed
from engine.effects.failures import SecretUnreadable
from engine.effects.key_files import KeyFiles
from engine.effects.master_key import MasterKeyRefused
from engine.effects.vault import DataKey, Vault

# Where sealed texts are kept for longer than a day: table, column, key, and the name of its one
# field (none: the column holds several by name).
PLACES: Final = (
    ("workspace_api_credentials", "credentials", "id", None),
    ("credential_tokens", "sealed", "credential_id", TOKEN),
    ("webhooks", "secret", "id", "secret"),
    ("alert_channels", "secrets", "id", None),
)


class KeyRotation:
    def __init__(self, keys: KeyRotations, files: KeyFiles) -> None:
        self._keys, self._files, self._vault = keys, files, Vault(files)

    def prepare(self) -> str:
        """Only the file, for consoles on other machines to have it before anything needs it."""
        self._files.prepare()
        return f"The next master key is {self._files.next}. Copy it beside the key of each console."

    def master(self) -> Iterator[str]:
        """New master key, all data keys locked with it; what was done is told as it is done."""
        rotation = self._begun()
        if rotation is None:
            old, new = self._files.in_use(), self._files.prepare()
            yield "The next master key is made."
            rotation = self._keys.begin("master", old.id, new.id)
        else:
            yield _going_on(rotation)
        assert rotation.new_kek is not None
        lost = yield from self._rewrap(rotation.new_kek)
        self._files.promote()
        yield "The new master key is in its place."
        told = {"kind": "master", "old": rotation.old_kek, "new": rotation.new_kek}
        self._keys.finish(rotation, told)
        yield f"The old one is kept as {self._files.before}: older backups open only with it."
        if lost:
            yield f"{lost} data keys open with no master key that is here; they were left alone."

    def data(self) -> Iterator[str]:
        """A new data key for each workspace, and everything sealed anew."""
        rotation = self._keys.under_way("data")
        if rotation is None:
            rotation = self._keys.begin("data")
        else:
            yield _going_on(rotation)
        due = self._keys.with_older_keys(rotation.started_at)
        for number, workspace_id in enumerate(due, start=1):
            self._keys.renew(workspace_id, *self._vault.new_data_key(workspace_id))
            yield f"Data keys: {number} of {len(due)} workspaces have a new one."
        texts = yield from self._reseal()
        self._keys.finish(rotation, {"kind": "data", "workspaces": len(due), "sealed": texts})
        yield "Every secret is sealed with its workspace's new key."

    def tidy(self) -> int:
        """Forgets data keys that were replaced more than a day ago and seal nothing any more."""
        gone = 0
        for workspace_id in self._keys.with_retired_keys(KEPT_HOURS):
            if not sum(closed for _, closed in self._reseal_one(workspace_id)):
                gone += self._keys.forget_retired(workspace_id)
        return gone

    def forget_before(self) -> tuple[bool, str]:
        """Whether it was done, and a sentence."""
        before = self._files.before_key()
        if before is None:
            return True, "There is no old master key."
        if self._keys.under_way("master") or self._keys.is_used(before.id):
            return False, "The old master key is still needed. Run: connector-console keys rotate"
        self._files.forget_before()
        return True, "The old master key is gone. Backups made before the change stay closed."

    def _begun(self) -> Rotation | None:
        """One whose next key got lost before anything was locked with it never began."""
        rotation = self._keys.under_way("master")
        if rotation is None or self._files.named(rotation.new_kek or ""):
            return rotation
        if self._keys.is_used(rotation.new_kek or ""):
            raise MasterKeyRefused(
                "The next master key is missing, and data keys are locked with it already. "
                f"Put the file {self._files.next} back from your backup."
            )
        self._keys.abandon(rotation)
        return None

    def _rewrap(self, new_kek: str) -> Generator[str, None, int]:
        lost: set[UUID] = set()
        done = 0
        # Again until nothing is left: a key may have been made while the others were changed.
        while rest := [one for one in self._keys.not_locked_with(new_kek) if one.id not in lost]:
            for first in range(0, len(rest), BATCH):
                some = rest[first : first + BATCH]
                renewed = [(one, *again) for one in some if (again := self._again(one))]
                lost |= {one.id for one in some} - {one[0].id for one in renewed}
                self._keys.rewrap(renewed)
                done += len(renewed)
                yield f"Master key: {done} data keys are locked with the new one."
        return len(lost)

    def _again(self, one: Locked) -> tuple[str, bytes] | None:
        with suppress(SecretUnreadable):
            return self._vault.rewrap(one.workspace_id, one.kek_id, one.wrapped)
        return None

    def _reseal(self) -> Generator[str, None, int]:
        """Again until a whole round finds nothing to do."""
        total = 0
        while True:
            moved, unread = 0, 0
            for workspace_id in self._keys.with_retired_keys():
                for count, closed in self._reseal_one(workspace_id):
                    moved, unread = moved + count, unread + closed
                    if count:
                        yield f"Sealed anew: {total + moved} values, so far."
            total += moved
            if not moved:
                break
        if unread:
            yield f"{unread} values open with no key that is here; they were left alone."
        return total

    def _reseal_one(self, workspace_id: str) -> Iterator[tuple[int, int]]:
        """How many values were sealed anew, and how many open with no key, some at a time."""
        current, *before = map(self._data_key, self._keys.keys_of(workspace_id))
        if current is None:
            yield 0, 1
            return
        keys = [current, *filter(None, before)]
        for table, column, key, field in PLACES:
            found = self._keys.sealed(workspace_id, table, column, key)
            for first in range(0, len(found), BATCH):
                yield self._reseal_some(keys, workspace_id, found[first : first + BATCH], field)

    def _reseal_some(
        self, keys: list[DataKey], workspace_id: str, some: Sequence[Sealed], field: str | None
    ) -> tuple[int, int]:
        renewed: list[tuple[Sealed, Any]] = []
        unread = 0
        for sealed in some:
            try:
                value = self._sealed_anew(keys, workspace_id, sealed, field)
            except SecretUnreadable:
                unread += 1
            else:
                renewed += [(sealed, value)] if value is not None else []
        return self._keys.reseal(workspace_id, renewed), unread

    def _sealed_anew(
        self, keys: list[DataKey], workspace_id: str, sealed: Sealed, field: str | None
    ) -> Any:
        """None: it is sealed with the current key already."""
        texts = {field: sealed.value} if field else sealed.value
        anew = {
            name: text
            if self._opens(keys[:1], workspace_id, str(sealed.id), name, text)
            else self._moved(keys, workspace_id, str(sealed.id), name, text)
            for name, text in texts.items()
        }
        if anew == texts:
            return None
        return anew[field] if field else anew

    def _moved(
        self, keys: list[DataKey], workspace_id: str, owner: str, name: str, text: str
    ) -> str:
        opened = self._vault.open_with_any(keys, workspace_id, owner, name, text)
        return self._vault.seal(keys[0], workspace_id, owner, name, opened.reveal())

    def _opens(
        self, keys: list[DataKey], workspace_id: str, owner: str, name: str, text: str
    ) -> bool:
        try:
            self._vault.open_with_any(keys, workspace_id, owner, name, text)
        except SecretUnreadable:
            return False
        return True

    def _data_key(self, locked: Locked) -> DataKey | None:
        with suppress(SecretUnreadable):
            return self._vault.unwrap(locked.workspace_id, locked.kek_id, locked.wrapped)
        return None


def _going_on(rotation: Rotation) -> str:
    return f"Going on with the change begun at {rotation.started_at:%Y-%m-%d %H:%M} UTC."
