"""The marketplace behind the scenes: for the admins of the service."""

from app.pages.admin.canaries import add as canaries
from app.pages.admin.featured import add as featured
from app.pages.admin.template import add as template
from app.pages.admin.templates import add as templates
from app.services.all import Services


def add(services: Services) -> None:
    for page in (templates, template, featured, canaries):
        page(services)
