"""All services of one console, as pages and routes are given them."""

from dataclasses import dataclass

from app.live import Live
from app.services.accounts import Accounts
from app.services.admins import Admins
from app.services.alerts import Alerts
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
from app.services.undo import Undo
from app.services.updates import Updates
from app.services.usage import Usage
from app.services.webhooks import Webhooks
from app.services.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Services:
    accounts: Accounts
    admins: Admins
    alerts: Alerts
    answers: Answers
    api_keys: ApiKeys
    audit: Audit
    bulk: Bulk
    catalogue: Catalogue
    canaries: Canaries
    checking: Checking
    connecting: Connecting
    connectors: Connectors
    contact_triggers: ContactTriggers
    contacts: Contacts
    credential_tests: CredentialTest
    credentials: Credentials
    descriptions: Descriptions
    drafts: Drafts
    error_groups: ErrorGroups
    executions: Executions
    exporting: Exporting
    history: History
    holds: Holds
    imports: ContactImport
    installing: Installing
    invitations: Invitations
    live: Live
    moving: Moving
    publishing: Publishing
    ratings: Ratings
    run_many: RunMany
    run_numbers: RunNumbers
    saved_views: SavedViews
    reviewing: Reviewing
    schedules: Schedules
    sharing: Sharing
    templates: Templates
    testing: Testing
    undo: Undo
    updates: Updates
    usage: Usage
    webhooks: Webhooks
    workspaces: Workspaces
