"""Puts the console together: services, routes, pages and what happens every now and then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from app import download_routes, oauth_routes, pages, password_routes, sign_in_routes
from app.api import application
from app.api.everything import routers, sight
from app.api.idempotency import Keeper
from app.furnish import services_of
from app.guard import Guard
from app.parts import Parts, parts
from app.services.all import Services
from app.services.contact_triggers import ContactSweep
from app.services.feeding import Feeding
from app.services.schedules import ScheduleSweep
from app.services.telling import Telling
from app.services.watching import Watching
from app.settings import Settings
from app.signin import Browsers
from app.working import Working
from db.logins import Logins
from db.session import Database
from engine.effects.master_key import MasterKey
from engine.effects.vault import MasterKeys


@dataclass(slots=True)
class Console:
    """Everything of one process; `web` answers once `start` was awaited."""

    web: FastAPI
    api: FastAPI
    parts: Parts
    services: Services
    working: Working
    works: bool = False

    @property
    def database(self) -> Database:
        return self.parts.database

    async def start(self, *, with_worker: bool = True) -> None:
        self.services.live.start()
        self.works = with_worker
        if with_worker:
            await self.working.start()

    async def stop(self) -> None:
        if self.works:
            await self.working.stop()
        await self.services.live.close()
        await self.services.invitations.close()
        await self.parts.close()


def build(
    settings: Settings, logins: Logins, master: MasterKeys, *, with_pages: bool = True
) -> Console:
    """Only makes: nothing runs and nothing is connected before `start`."""
    made = parts(settings, logins, master)
    services = services_of(made)
    browsers = Browsers(services.accounts)
    api = application.build(
        routers(services, made.database),
        accounts=services.accounts,
        keeper=Keeper(made.database, made.safe),
        sight=sight(services),
    )
    web = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    sign_in_routes.add_to(web, services.accounts, browsers)
    password_routes.add_to(web, services.invitations, services.accounts, browsers)
    oauth_routes.add_to(web, services.connecting)
    download_routes.add_to(web, services)
    if with_pages:
        pages.add_to(web, services)
    web.add_middleware(Guard, api=api, browsers=browsers)
    working = Working(
        made.database,
        logins.console_url,
        made.doors,
        services.credentials.opened,
        slots=settings.concurrency,
        keep_days=settings.retention_days,
        every=_every(made, services),
    )
    return Console(web, api, made, services, working)


def _every(made: Parts, services: Services) -> dict[str, tuple[int, Callable[[], Awaitable[None]]]]:
    """What a worker does by the clock: its name, how many seconds apart, what."""
    database, executions, bulk = made.database, services.executions, services.bulk
    telling = Telling(database, made.safe, made.egress, made.mail, made.settings.address)
    return {
        "pauses": (1, made.pauses.look),
        "last used": (20, made.used.write),
        "key health": (5, made.health.write),
        "feed": (1, Feeding(database).look),
        "many runs": (1, services.run_many.carry_on),
        "template usage": (60, services.ratings.count_usage),
        "template quality": (600, services.ratings.measure),
        "canaries": (60, services.canaries.look),
        "alerts": (5, telling.look),
        "usage": (900, services.usage.count_yesterday),
        "watch": (60, Watching(database).look),
        "schedules": (1, ScheduleSweep(database, executions, bulk).look),
        "contacts": (1, ContactSweep(database, executions, bulk).look),
    }


def described() -> dict[str, Any]:
    """The OpenAPI document; nothing is connected for it."""
    nowhere = Logins("postgresql://nowhere", "postgresql://nowhere")
    with TemporaryDirectory() as folder:
        master = MasterKey.load_or_create(Path(folder) / "master.key", False)
        console = build(Settings(), nowhere, master, with_pages=False)
    return console.api.openapi()
