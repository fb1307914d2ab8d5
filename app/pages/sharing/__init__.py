"""Sharing connectors as templates: the way out, the way in from a file, and how it went."""

from app.pages.sharing import connector, file, mine
from app.services.all import Services


def add(services: Services) -> None:
    for page in (connector, file, mine):
        page.add(services)
