"""Makes every service of a console out of its parts, and hands them to one another."""

from dataclasses import replace

from app.live import Live
from app.parts import Parts
from app.practice import host as practice
from app.services import first_start
from app.services.accounts import Accounts
from app.services.admins import Admins
from app.services.alerts import Alerts
from app.services.all import Services
from app.services.answers import Answers
from app.services.api_keys import ApiKeys
from app.services.audit import Audit
from app.services.bulk import Bulk
from app.services.canaries import Canaries
from app.services.catalogue import Catalogue
from app.services.checking import Checking
from app.services.connecting import Connecting
from app.services.connectors import Connectors
from app.services.contact_import import ContactImport
from app.services.contact_triggers import ContactTriggers
from app.services.contacts import Contacts
from app.services.credential_test import CredentialTest
from app.services.credentials import Credentials
from app.services.describing import Descriptions
from app.services.drafts import Drafts
from app.services.error_groups import ErrorGroups
from app.services.executions import Executions
from app.services.exporting import Exporting
from app.services.history import History
from app.services.holds import Holds
from app.services.installing import Installing
from app.services.invitations import Invitations
from app.services.moving import Moving
from app.services.publishing import Publishing
from app.services.ratings import Ratings
from app.services.reviewing import Reviewing
from app.services.run_many import RunMany
from app.services.run_numbers import RunNumbers
from app.services.saved_views import SavedViews
from app.services.schedules import Schedules
from app.services.sharing import Sharing
from app.services.templates import Templates
from app.services.testing import Testing
from app.services.token_shelf import TokenShelf
from app.services.tokens import of_project
from app.services.undo import Undo
from app.services.updates import Updates
from app.services.usage import Usage
from app.services.webhooks import Webhooks
from app.services.workspaces import Workspaces
from app.settings import Settings
from db.listen import listen


def services_of(parts: Parts) -> Services:
    database, safe, doors, settings = parts.database, parts.safe, parts.doors, parts.settings
    connectors = Connectors(database, parts.egress.policy)
    alerts = Alerts(database, safe, has_mail=parts.mail.trusted is not None)
    executions, admins = Executions(database), Admins(database)
    credentials = Credentials(database, safe)
    publishing = Publishing(database, credentials, TokenShelf(database, safe), admins)
    templates = Templates(database, connectors, credentials)
    testing = Testing(database, connectors, credentials.opened, doors)
    # An answer kept from before would say nothing about the service of today.
    asking = Testing(database, connectors, credentials.opened, replace(doors, cache=None))
    return Services(
        accounts=_accounts(parts),
        admins=admins,
        alerts=alerts,
        answers=Answers(database),
        api_keys=ApiKeys(database),
        audit=Audit(database),
        bulk=Bulk(database),
        catalogue=Catalogue(_practice(settings)),
        canaries=Canaries(database, admins, asking, alerts),
        checking=Checking(connectors, credentials, parts.egress.policy),
        connecting=Connecting(credentials, safe, parts.tokens),
        connectors=connectors,
        contact_triggers=ContactTriggers(database),
        contacts=Contacts(database),
        credential_tests=CredentialTest(credentials, doors),
        credentials=credentials,
        descriptions=Descriptions(parts.egress),
        drafts=Drafts(database, connectors),
        error_groups=ErrorGroups(database),
        executions=executions,
        exporting=Exporting(database),
        history=History(database),
        holds=Holds(database),
        imports=ContactImport(database),
        installing=Installing(database, templates, credentials, testing, parts.apart),
        invitations=Invitations(database, parts.passwords, parts.mail, settings.address),
        live=Live(
            database,
            lambda hint, gap: listen(parts.logins.console_url, ["console_events"], hint, gap),
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


def _accounts(parts: Parts) -> Accounts:
    settings = parts.settings
    tokens = of_project(
        settings.supabase_issuer,
        settings.supabase_jwt_secret,
        settings.supabase_jwks_url,
        parts.egress,
    )
    accounts = Accounts(parts.database, parts.passwords, tokens)
    accounts.on_first_password_gone.append(lambda: first_start.forget(settings.folder))
    return accounts


def _practice(settings: Settings) -> str:
    """Where the practice service of this data folder answers, if connectors may call it."""
    if not practice.is_known(settings.folder):
        return ""
    address = practice.address(settings.folder)
    return address if address in settings.allow_private.split(",") else ""
