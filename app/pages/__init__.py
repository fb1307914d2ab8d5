"""What people see, one file an address."""

from fastapi import FastAPI
from nicegui import ui

from app.pages import (
    account,
    admin,
    admin_usage,
    admin_users,
    alerts,
    audit,
    builder,
    bulk,
    bulk_one,
    connectors,
    contact,
    contacts,
    credential,
    credentials,
    home,
    members,
    nowhere,
    run,
    runs,
    runs_charts,
    runs_errors,
    set_password,
    sharing,
    sign_in,
    style,
    template,
    templates,
    triggers,
    usage,
)
from app.pages.open_pages import OPEN
from app.services.all import Services
from components.texts import _


def add_to(web: FastAPI, services: Services) -> None:
    """Puts every page into the application; once in a process."""
    services.accounts.on_sign_out.append(OPEN.close)
    style.add()
    sign_in.add(services)
    set_password.add(services)
    for page in (
        home,
        connectors,
        builder,
        sharing,
        templates,
        template,
        runs,
        runs_errors,  # before /runs/{id}, which would take their addresses
        runs_charts,
        run,
        bulk,
        bulk_one,
        triggers,
        contacts,
        contact,
        credentials,
        credential,
        members,
        admin,
        admin_usage,
        admin_users,
        account,
        alerts,
        audit,
        usage,
    ):
        page.add(services)
    nowhere.add(services)
    ui.run_with(
        web,
        title=_("Connector Console"),
        language="en-US",
        reconnect_timeout=30,
        show_welcome_message=False,
        tailwind=False,
    )
