"""The marketplace behind the scenes: for the admins of the service."""

from app.pages.admin import canaries, featured, template, templates
from app.services.all import Services


def add(services: Services) -> None:
    for page in (templates, template, featured, canaries):
        page.add(services)
