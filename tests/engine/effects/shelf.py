"""The shelf of tokens in memory: several workers of a test share one."""

from dataclasses import replace

from engine.effects.credentials import Credential
from engine.effects.failures import LoginNotNow
from engine.effects.tokens import Held, Looked


class MemoryShelf:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, int]] = {}
        self.owners: dict[str, str] = {}
        self.notes: list[tuple[str, str | None]] = []
        self.away = 0  # how often it does not answer

    async def look(self, credential: Credential) -> Looked:
        text, serial = self.kept.get(credential.id, (None, 0))
        return Looked(Held.from_text(text, serial) if text else None, serial)

    async def take(self, credential: Credential, owner: str, lease_s: float) -> Looked:
        looked = await self.look(credential)
        ours = self.owners.setdefault(credential.id, owner) == owner
        return replace(looked, ours=ours)

    async def put(self, credential: Credential, held: Held, after: int) -> bool:
        if self.away > 0:
            self.away -= 1
            raise LoginNotNow("The shelf is out of reach.")
        if self.kept.get(credential.id, ("", 0))[1] != after:
            return False
        self.kept[credential.id] = (held.to_text(), held.serial)
        self.owners.pop(credential.id, None)
        return True

    async def give_back(self, credential: Credential, owner: str) -> None:
        if self.owners.get(credential.id) == owner:
            del self.owners[credential.id]

    async def note(self, credential: Credential, state: str, message: str | None) -> None:
        self.notes.append((state, message))
