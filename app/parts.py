"""What a process stands on: the database, the one way out, secrets, and the doors of its runs."""

import asyncio
import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from app.services.answer_cache import AnswerCache
from app.services.key_health import KeyHealth
from app.services.last_used import LastUsed
from app.services.passwords import Passwords
from app.services.safe import Safe
from app.services.service_paces import ServicePaces
from app.services.service_pauses import ServicePauses
from app.services.token_shelf import TokenShelf
from app.settings import Settings
from db.logins import Logins
from db.session import Database
from engine.effects.egress import Egress
from engine.effects.mail import Mail
from engine.effects.passing import Passing
from engine.effects.policy import Policy
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from engine.effects.vault import MasterKeys, Vault
from engine.run.doors import Doors


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    logins: Logins
    database: Database
    egress: Egress
    mail: Mail
    passwords: Passwords
    safe: Safe
    tokens: Tokens
    pauses: ServicePauses
    used: LastUsed
    health: KeyHealth
    doors: Doors

    def apart(self, tried: Collection[str]) -> Doors:
        """For keys that nobody kept yet: nothing that is learnt with them is kept either."""
        doors = self.doors
        passing = Passing(doors.egress, self.egress, tried, now, doors.renew, doors.log_in)
        there = replace(doors, egress=passing, renew=passing.renew, log_in=passing.log_in)
        return replace(there, cache=None, pauses=None, paces=None)

    async def close(self) -> None:
        await self.tokens.close()
        await self.egress.close()
        self.mail.close()
        await self.database.close()
        self.passwords.close()


def parts(settings: Settings, logins: Logins, master: MasterKeys) -> Parts:
    """Only makes: nothing is connected before it is used."""
    database = Database(logins.console_url, pool_size=16)
    egress = Egress(Policy.from_settings(settings.allow_private))
    safe = Safe(database, Vault(master))
    tokens = Tokens(egress, TokenShelf(database, safe), now=now)
    pauses = ServicePauses(database, now)
    used, health = LastUsed(database, now), KeyHealth(database, now)
    way = SignedIn(egress, tokens, used.note, health.note)
    return Parts(
        settings=settings,
        logins=logins,
        database=database,
        egress=egress,
        mail=Mail(egress.policy, settings.mail_server),
        passwords=Passwords(),
        safe=safe,
        tokens=tokens,
        pauses=pauses,
        used=used,
        health=health,
        doors=_doors(way, tokens, database, pauses),
    )


def now() -> datetime:
    return datetime.now(UTC)


def _doors(way: SignedIn, tokens: Tokens, database: Database, pauses: ServicePauses) -> Doors:
    """What runs and tests do to the world outside."""
    return Doors(
        egress=way,
        now=now,
        sleep=asyncio.sleep,
        monotonic=monotonic,
        random=random.random,
        cache=AnswerCache(database),
        renew=tokens.renew,
        log_in=tokens.ready,
        pauses=pauses,
        paces=ServicePaces(database),
    )
