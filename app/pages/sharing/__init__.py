"""Sharing connectors as templates: the way out, the way in from a file, and how it went."""

from app.pages.sharing.connector import add as connector
from app.pages.sharing.file import add as file
from app.pages.sharing.mine import add as mine
from app.services.all import Services


def add(services: Services) -> None:
    for page in (connector, file, mine):
        page(services)
