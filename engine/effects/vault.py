"""Keeps secrets while they rest: sealed with a key of their workspace, bound to their place."""

import base64
import binascii
import hmac
import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.effects.binding import bound
from engine.effects.failures import SecretUnreadable
from engine.effects.master_key import MasterKey
from engine.effects.secret import MASK, Secret

_VERSION = b"\x01"
_SALT, _COMMITMENT, _NONCE, _TAG = 32, 32, 12, 16
_SHORTEST = 1 + _SALT + _COMMITMENT + _NONCE + _TAG
_KEPT_KEYS = 256


class DataKey:
    """The key of one workspace. Printing it shows nothing."""

    __slots__ = ("_key", "id")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.id = _derived(key, b"", b"data key id", 16).hex()

    def for_one_text(self, salt: bytes, place: bytes) -> tuple[bytes, bytes]:
        """A key used once, and a commitment: GCM alone would open under two keys."""
        both = _derived(self._key, salt, place, 64)
        return both[:32], both[32:]

    def __repr__(self) -> str:
        return f"DataKey({MASK})"

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("A data key is not stored this way.")


class MasterKeys(Protocol):
    """One master key, or several while it is changed."""

    def current(self) -> MasterKey: ...

    def named(self, kek_id: str) -> MasterKey | None: ...


class Vault:
    """Seals and opens single fields of credentials."""

    def __init__(self, masters: MasterKeys) -> None:
        self._masters = masters
        self._unwrapped: OrderedDict[tuple[str, bytes], DataKey] = OrderedDict()

    def new_data_key(self, workspace_id: str) -> tuple[str, bytes]:
        """A new key for a workspace: which key locks it, and the locked key to store."""
        master = self._masters.current()
        return master.id, master.wrap(os.urandom(32), workspace_id)

    def rewrap(self, workspace_id: str, kek_id: str, wrapped: bytes) -> tuple[str, bytes]:
        """The same data key, locked with the current master key. Raises SecretUnreadable."""
        master = self._masters.current()
        return master.id, master.wrap(self._opened(workspace_id, kek_id, wrapped), workspace_id)

    def unwrap(self, workspace_id: str, kek_id: str, wrapped: bytes) -> DataKey:
        """Raises SecretUnreadable."""
        known = self._unwrapped.get((workspace_id, wrapped))
        if known is None:
            known = DataKey(self._opened(workspace_id, kek_id, wrapped))
            self._unwrapped[workspace_id, wrapped] = known
            if len(self._unwrapped) > _KEPT_KEYS:
                self._unwrapped.popitem(last=False)
        self._unwrapped.move_to_end((workspace_id, wrapped))
        return known

    def _opened(self, workspace_id: str, kek_id: str, wrapped: bytes) -> bytes:
        master = self._masters.named(kek_id)
        if master is None:
            raise SecretUnreadable(f"locked with {kek_id}, which is not here")
        return master.unwrap(wrapped, workspace_id)

    def seal(
        self, key: DataKey, workspace_id: str, credential_id: str, field: str, text: str
    ) -> str:
        """A text that only opens for the same workspace, credential and field."""
        place = _place(key, workspace_id, credential_id, field)
        salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
        own, commitment = key.for_one_text(salt, place)
        locked = AESGCM(own).encrypt(nonce, text.encode("utf-8"), place)
        return base64.b64encode(_VERSION + salt + commitment + nonce + locked).decode()

    def open(
        self, key: DataKey, workspace_id: str, credential_id: str, field: str, sealed: str
    ) -> Secret:
        """Raises SecretUnreadable."""
        place = _place(key, workspace_id, credential_id, field)
        data = _unpacked(sealed)
        salt, rest = data[1 : 1 + _SALT], data[1 + _SALT :]
        commitment, rest = rest[:_COMMITMENT], rest[_COMMITMENT:]
        own, expected = key.for_one_text(salt, place)
        if not hmac.compare_digest(commitment, expected):
            raise SecretUnreadable("sealed for another place, or with another key")
        try:
            return Secret(AESGCM(own).decrypt(rest[:_NONCE], rest[_NONCE:], place).decode())
        except InvalidTag:
            raise SecretUnreadable("the sealed text was changed") from None

    def open_with_any(
        self,
        keys: Sequence[DataKey],
        workspace_id: str,
        credential_id: str,
        field: str,
        sealed: str,
    ) -> Secret:
        """With the first that fits. Raises SecretUnreadable."""
        for key in keys:
            with suppress(SecretUnreadable):
                return self.open(key, workspace_id, credential_id, field, sealed)
        raise SecretUnreadable(f"sealed for another place, or with none of {len(keys)} keys")


def _place(key: DataKey, workspace_id: str, credential_id: str, field: str) -> bytes:
    return bound("credential", "1", workspace_id, credential_id, field, key.id)


def _unpacked(sealed: str) -> bytes:
    try:
        data = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise SecretUnreadable("not a sealed text") from None
    if len(data) < _SHORTEST or data[:1] != _VERSION:
        raise SecretUnreadable("not a sealed text")
    return data


def _derived(key: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, purpose).derive(key)
