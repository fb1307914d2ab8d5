"""Makes the parts and hands them to one another; the only file that knows them all."""

import asyncio
import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from fastapi import FastAPI

from app import download_routes, oauth_routes, pages, password_routes, sign_in_routes
from app.api import application
from app.api.everything import routers
from app.api.idempotency import Keeper
from app.guard import Guard
from app.live import Live
from app.practice import host as practice
from app.services import first_start
from app.services.accounts import Accounts
from app.services.admins import Admins
from app.services.alerts import Alerts
from app.services.all import Services
from app.services.answer_cache import AnswerCache
from app.services.answers import Answers
from app.services.api_keys import ApiKeys
from app.services.audit import Audit
from app.services.bulk import Bulk
from app.services.canaries import Canaries
from app.services.catalogue import Catalogue
from app.services.connecting import Connecting
from app.services.connectors import Connectors
from app.services.contact_import import ContactImport
from app.services.contact_triggers import ContactSweep, ContactTriggers
from app.services.contacts import Contacts
from app.services.credential_test import CredentialTest
from app.services.credentials import Credentials
from app.services.describing import Descriptions
from app.services.drafts import Drafts
from app.services.error_groups import ErrorGroups
from app.services.executions import Executions
from app.services.exporting import Exporting
from app.services.feeding import Feeding
from app.services.history import History
from app.services.holds import Holds
from app.services.installing import Apart, Installing
from app.services.invitations import Invitations
from app.services.key_health import KeyHealth
from app.services.last_used import LastUsed
from app.services.moving import Moving
from app.services.passwords import Passwords
from app.services.publishing import Publishing
from app.services.ratings import Ratings
from app.services.reviewing import Reviewing
from app.services.run_many import RunMany
from app.services.run_numbers import RunNumbers
from app.services.safe import Safe
from app.services.saved_views import SavedViews
from app.services.schedules import Schedules, ScheduleSweep
from app.services.service_paces import ServicePaces
from app.services.service_pauses import ServicePauses
from app.services.sharing import Sharing
from app.services.telling import Telling
from app.services.templates import Templates
from app.services.testing import Testing
from app.services.token_shelf import TokenShelf
from app.services.tokens import UserTokens, of_project
from app.services.undo import Undo
from app.services.updates import Updates
from app.services.usage import Usage
from app.services.watching import Watching
from app.services.webhooks import Webhooks
from app.services.workspaces import Workspaces
from app.settings import Settings
from app.signin import Browsers
from app.working import Working
from db.listen import listen
from db.logins import Logins
from db.session import Database
from engine.effects.egress import Egress
from engine.effects.mail import Mail
from engine.effects.master_key import MasterKey
from engine.effects.passing import Passing
from engine.effects.policy import Policy
from engine.effects.signed_in import SignedIn
from engine.effects.tokens import Tokens
from engine.effects.vault import MasterKeys, Vault
from engine.run.doors import Doors


@dataclass(slots=True)
class Console:
    """Everything of one process; `web` answers once `start` was awaited."""

    web: FastAPI
    api: FastAPI
    services: Services
    working: Working
    database: Database
    egress: Egress
    mail: Mail
    tokens: Tokens
    passwords: Passwords
    works: bool = False

    async def start(self, *, with_worker: bool = True) -> None:
        self.services.live.start()
        self.works = with_worker
        if with_worker:
            await self.working.start()

    async def stop(self) -> None:
        if self.works:
            await self.working.stop()
        await self.services.live.close()
        await self.tokens.close()
        await self.services.invitations.close()
        await self.egress.close()
        self.mail.close()
        await self.database.close()
        self.passwords.close()


def build(
    settings: Settings, logins: Logins, master: MasterKeys, *, with_pages: bool = True
) -> Console:
    """Only makes: nothing runs and nothing is connected before `start`."""
    database = Database(logins.console_url, pool_size=16)
    egress = Egress(Policy.from_settings(settings.allow_private))
    passwords, safe = Passwords(), Safe(database, Vault(master))
    tokens = Tokens(egress, TokenShelf(database, safe), now=_now)
    pauses = ServicePauses(database, _now)
    used, health = LastUsed(database, _now), KeyHealth(database, _now)
    way = SignedIn(egress, tokens, used.note, health.note)
    doors = _doors(way, tokens, database, pauses)
    accounts = Accounts(database, passwords, _tokens(settings, egress))
    accounts.on_first_password_gone.append(lambda: first_start.forget(settings.folder))
    known = Catalogue(_practice(settings)), Descriptions(egress)
    mail = Mail(egress.policy, settings.mail_server)
    alerts = Alerts(database, safe, has_mail=mail.trusted is not None)
    apart = partial(_apart, doors, egress)
    invitations = Invitations(database, passwords, mail, settings.address)
    services = _services(
        logins, database, accounts, safe, tokens, doors, known, alerts, invitations, apart
    )
    browsers = Browsers(services.accounts)
    api = application.build(
        routers(services, database),
        accounts=services.accounts,
        keeper=Keeper(database, safe),
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
        database,
        logins.console_url,
        doors,
        services.credentials.opened,
        slots=settings.concurrency,
        keep_days=settings.retention_days,
        every={
            "pauses": (1, pauses.look),
            "last used": (20, used.write),
            "key health": (5, health.write),
            "feed": (1, Feeding(database).look),
            "template usage": (60, services.ratings.count_usage),
            "template quality": (600, services.ratings.measure),
            "canaries": (60, services.canaries.look),
            "alerts": (5, Telling(database, safe, egress, mail, settings.address).look),
            "usage": (900, services.usage.count_yesterday),
            "watch": (60, Watching(database).look),
            "schedules": (1, ScheduleSweep(database, services.executions, services.bulk).look),
            "contacts": (1, ContactSweep(database, services.executions, services.bulk).look),
        },
    )
    return Console(web, api, services, working, database, egress, mail, tokens, passwords)


def _doors(way: SignedIn, tokens: Tokens, database: Database, pauses: ServicePauses) -> Doors:
    """What runs and tests do to the world outside."""
    return Doors(
        egress=way,
        now=_now,
        sleep=asyncio.sleep,
        monotonic=monotonic,
        random=random.random,
        cache=AnswerCache(database),
        renew=tokens.renew,
        log_in=tokens.ready,
        pauses=pauses,
        paces=ServicePaces(database),
    )


def _practice(settings: Settings) -> str:
    """Where the practice service of this data folder answers, if connectors may call it."""
    if not practice.is_known(settings.folder):
        return ""
    address = practice.address(settings.folder)
    return address if address in settings.allow_private.split(",") else ""


def _apart(doors: Doors, egress: Egress, tried: Collection[str]) -> Doors:
    """For keys that nobody kept yet: nothing that is learnt with them is kept either."""
    passing = Passing(doors.egress, egress, tried, _now, doors.renew, doors.log_in)
    there = replace(doors, egress=passing, renew=passing.renew, log_in=passing.log_in)
    return replace(there, cache=None, pauses=None, paces=None)


def _now() -> datetime:
    return datetime.now(UTC)


def _tokens(settings: Settings, egress: Egress) -> UserTokens | None:
    return of_project(
        settings.supabase_issuer,
        settings.supabase_jwt_secret,
        settings.supabase_jwks_url,
        egress,
    )


def _services(
    logins: Logins,
    database: Database,
    accounts: Accounts,
    safe: Safe,
    tokens: Tokens,
    doors: Doors,
    known: tuple[Catalogue, Descriptions],
    alerts: Alerts,
    invitations: Invitations,
    apart: Apart,
) -> Services:
    connectors = Connectors(database)
    executions, admins = Executions(database), Admins(database)
    credentials = Credentials(database, safe)
    publishing = Publishing(database, credentials, admins)
    templates = Templates(database, connectors, credentials)
    testing = Testing(database, connectors, credentials.opened, doors)
    # An answer kept from before would say nothing about the service of today.
    asking = Testing(database, connectors, credentials.opened, replace(doors, cache=None))
    return Services(
        accounts=accounts,
        admins=admins,
        alerts=alerts,
        answers=Answers(database),
        api_keys=ApiKeys(database),
        audit=Audit(database),
        bulk=Bulk(database),
        catalogue=known[0],
        canaries=Canaries(database, admins, asking, alerts),
        connecting=Connecting(credentials, safe, tokens),
        connectors=connectors,
        contact_triggers=ContactTriggers(database),
        contacts=Contacts(database),
        credential_tests=CredentialTest(credentials, doors),
        credentials=credentials,
        descriptions=known[1],
        drafts=Drafts(database, connectors),
        error_groups=ErrorGroups(database),
        executions=executions,
        exporting=Exporting(database),
        history=History(database),
        holds=Holds(database),
        imports=ContactImport(database),
        installing=Installing(database, templates, credentials, testing, apart),
        invitations=invitations,
        live=Live(
            database,
            lambda hint, gap: listen(logins.console_url, ["console_events"], hint, gap),
        ),
        moving=Moving(database, credentials, connectors),
        publishing=publishing,
        ratings=Ratings(database),
        run_many=RunMany(database, executions),
        run_numbers=RunNumbers(database),
        saved_views=SavedViews(database),
        reviewing=Reviewing(database, publishing, admins),
        schedules=Schedules(database),
        sharing=Sharing(database, publishing, connectors),
        templates=templates,
        testing=testing,
        undo=Undo(database),
        updates=Updates(database, connectors, credentials),
        usage=Usage(database),
        webhooks=Webhooks(database, safe, executions),
        workspaces=Workspaces(database),
    )


def described() -> dict[str, Any]:
    """The OpenAPI document; nothing is connected for it."""
    nowhere = Logins("postgresql://nowhere", "postgresql://nowhere")
    with TemporaryDirectory() as folder:
        master = MasterKey.load_or_create(Path(folder) / "master.key", False)
        console = build(Settings(), nowhere, master, with_pages=False)
    return console.api.openapi()
