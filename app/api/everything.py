"""Every route of the API, in the order in which its documentation shows them."""

from fastapi import APIRouter

from app.api import (
    admin_canaries,
    admin_templates,
    admin_users,
    alert_limits,
    alerts,
    api_keys,
    audit,
    bulk,
    connector_versions,
    connectors,
    contact_triggers,
    contacts,
    credentials,
    docs,
    error_groups,
    events,
    executing,
    executions,
    health,
    hooks,
    members,
    publishing,
    reviews,
    schedules,
    schema,
    templates,
    testing,
    undo,
    updates,
    usage,
    webhooks,
    workspaces,
)
from app.api.sight import Sight
from app.services.all import Services
from db.session import Database


def routers(services: Services, database: Database) -> list[APIRouter]:
    return [
        connectors.router(services.connectors, services.checking),
        connector_versions.router(services.connectors),
        testing.router(services.testing),
        events.router(services.live),  # before /executions/{id}, which would take its address
        executing.router(services.executions, services.history, services.holds, services.live),
        executions.router(services.history, services.exporting),
        error_groups.router(services.error_groups),
        undo.router(services.undo),
        bulk.router(services.bulk),
        schedules.router(services.schedules),
        contact_triggers.router(services.contact_triggers),
        webhooks.router(services.webhooks),
        hooks.router(services.webhooks),
        contacts.router(services.contacts, services.imports),
        credentials.router(services.credentials, services.credential_tests, services.moving),
        updates.router(services.updates),
        templates.router(services.templates),
        publishing.router(services.publishing, services.ratings),
        reviews.router(services.ratings),
        admin_templates.router(services.publishing, services.reviewing, services.ratings),
        admin_canaries.router(services.canaries),
        workspaces.router(services.workspaces),
        members.router(services.workspaces),
        api_keys.router(services.api_keys),
        admin_users.router(services.admins),
        alerts.router(services.alerts),
        alert_limits.router(services.alerts),
        audit.router(services.audit),
        usage.router(services.usage),
        schema.router(),
        docs.router(),
        health.router(database),
    ]


def sight(services: Services) -> Sight:
    return Sight(
        services.workspaces,
        services.admins,
        {
            "connector_id": services.connectors.get,
            "execution_id": services.history.get,
            "bulk_id": services.bulk.get,
            "schedule_id": services.schedules.get,
            "contact_id": services.contacts.get,
            "credential_id": services.credentials.get,
            "template_id": services.templates.get,
        },
    )
