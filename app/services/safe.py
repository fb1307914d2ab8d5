"""A workspace's safe: seals texts with its own key, which is made when it is first needed."""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from db import credentials
from db.refusals import KeyReplaced, refusals
from db.session import Actor, Database, Runner
from engine.effects.failures import SecretUnreadable
from engine.effects.secret import Secret
from engine.effects.vault import DataKey, Vault

ANSWERS = "answers"  # the place of answers that hold a secret, beside the credentials' ids


class Safe:
    """Acts as a run does: people can put secrets in, and no question of theirs reads one."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def seal_fields(
        self, workspace_id: str, credential_id: UUID, fields: Mapping[str, str]
    ) -> dict[str, str]:
        key = await self._key(workspace_id)
        return {
            name: self._vault.seal(key, workspace_id, str(credential_id), name, value)
            for name, value in fields.items()
        }

    async def open_fields(
        self, workspace_id: str, credential_id: UUID, sealed: Mapping[str, str]
    ) -> dict[str, Secret]:
        if not sealed:
            return {}
        keys = await self._keys(workspace_id)
        return {
            name: self._vault.open_with_any(keys, workspace_id, str(credential_id), name, text)
            for name, text in sealed.items()
        }

    async def seal(self, actor: Actor, text: str) -> str:
        """For an answer that holds a secret: it opens for the same person only."""
        place = actor.workspace_id or ""
        key = await self._key(place)
        return self._vault.seal(key, place, ANSWERS, str(actor.user_id), text)

    async def open(self, actor: Actor, sealed: str) -> str:
        place = actor.workspace_id or ""
        keys = await self._keys(place)
        user = str(actor.user_id)
        return self._vault.open_with_any(keys, place, ANSWERS, user, sealed).reveal()

    async def _key(self, workspace_id: str) -> DataKey:
        try:
            return await self._current(workspace_id)
        except KeyReplaced:  # in this very moment; the vault looks for the next one by itself
            return await self._current(workspace_id)

    async def _current(self, workspace_id: str) -> DataKey:
        runner = Runner(workspace_id)
        async with self._database.session_for(runner) as session:
            row = await credentials.data_key(session, workspace_id)
            if row is None:
                with refusals():
                    await credentials.keep_data_key(
                        session, workspace_id, *self._vault.new_data_key(workspace_id)
                    )
                row = await credentials.data_key(session, workspace_id)
        assert row is not None
        return self._vault.unwrap(workspace_id, row.kek_id, row.wrapped)

    async def _keys(self, workspace_id: str) -> list[DataKey]:
        """While a workspace's key is changed, some texts wait under the one before."""
        async with self._database.session_for(Runner(workspace_id)) as session:
            rows = await credentials.data_keys(session, workspace_id)
        keys: list[DataKey] = []
        for row in rows:
            with suppress(SecretUnreadable):
                keys.append(self._vault.unwrap(workspace_id, row.kek_id, row.wrapped))
        return keys
