"""A template's versions: when each was published, and what was different in it."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from app.pages.differences import list_changes
from app.pages.visit import Visit
from app.services.all import Services
from components.changes import Change, changes
from components.controls import box, fold, moment, row, text
from components.texts import _, ngettext
from db.template_installs import TemplateVersion
from db.templates import Template
from engine.errors import BadDefinition
from engine.model.consent import Ask, asked_anew, consent
from engine.model.definition import load

MOST: Final = 20
Slots = Iterable[Mapping[str, Any]]


class History:
    def __init__(self, visit: Visit, services: Services, template: Template) -> None:
        self.visit, self.services, self.template = visit, services, template

    async def draw(self) -> None:
        me = await self.visit.me()
        found = await self.services.templates.versions(me, self.template.id, limit=MOST)
        if not found.items:
            return
        with box("card", data_testid="template-versions"):
            text(_("Versions"), tag="h2")
            for newer, older in zip(found.items, [*found.items[1:], None], strict=True):
                self._one(newer, older)

    def _one(self, newer: TemplateVersion, older: TemplateVersion | None) -> None:
        with box("stack tight"):
            with row():
                name = _("Version {version}").format(version=newer.version)
                text(name, "strong small grow", tag="span")
                moment(newer.created_at, "day").classes("quiet small")
            if older is None:
                return
            found = changes(document(older.content), document(newer.content))
            found += asked(older.content, newer.content)
            words = ngettext("{n} thing changed", "{n} things changed", len(found))
            with fold(words.format(n=len(found))):
                list_changes(found)


def document(parts: Mapping[str, Any]) -> dict[str, Any]:
    """As the diff reads connectors: steps beside the settings."""
    whole = deepcopy(dict(parts))
    return {
        "steps": (whole.get("config") or {}).get("steps") or [],
        "field_mappings": whole.get("field_mappings") or [],
    }


def asked(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Hosts, keys and ways of signing in that came with it."""
    try:
        before, after = (consent(load(_parts(one)), one.get("slots") or []) for one in (old, new))
    except BadDefinition:
        return []
    slots = new.get("slots") or []
    return [Change("added", said(one, slots)) for one in asked_anew(before, after)]


def named(ask: Ask, slots: Slots) -> dict[str, str]:
    """What is asked for, and of which service, by the name that its slot gives it."""
    titles = {str(one["service_name"]): str(one.get("title") or "") for one in slots}
    service = titles.get(ask.service) or ask.service
    what = (titles.get(ask.what) if ask.kind == "slot" else None) or ask.what
    return {"what": what, "service": service}


def said(ask: Ask, slots: Slots) -> str:
    """One thing that is asked for, in words."""
    sentences = {
        "host": _("Data goes to {what}, too"),
        "slot": _("It needs your key for {what}"),
        "slot_host": _("Your key for {service} may go to {what}"),
        "auth": _("It signs in at {service} in another way: {what}"),
        "fields": _("It asks for more of {service}: {what}"),
    }
    return sentences[ask.kind].format(**named(ask, slots))


def _parts(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in ("config", "input_schema", "field_mappings")}
