"""What a template says now, against what people have: steps, keys, and what they agreed to."""

from collections.abc import Mapping
from typing import Any

from app.pages.differences import list_changes
from app.pages.market.history import Slots, named
from app.services.reviewing import Look
from components.changes import changes
from components.controls import box, icon, row, text
from components.texts import _, later
from engine.model.consent import Ask

ASKS = {
    "host": later("Data goes to {what}, which nobody agreed to yet."),
    "slot": later("It asks for a key of {what}."),
    "slot_host": later("The key of {service} may go to {what}."),
    "auth": later("The key of {service} is put in another way: {what}."),
    "fields": later("It asks for more of {service}: {what}."),
}


def draw_differences(seen: Look) -> None:
    with box("card", data_testid="differences"):
        if seen.before is None:
            text(_("Never published before"), tag="h2")
            text(_("Everything in it is new to people."), "hint")
        else:
            title = _("Changed since version {n}").format(n=seen.version)
            text(title, tag="h2")
            found = changes(_document(seen.before), _document(_now(seen)))
            if found:
                list_changes(found)
            else:
                text(_("Its steps are the same."), "soft small")
        if seen.asks:
            text(_("What people are asked to agree to"), tag="h3")
        for ask in seen.asks:
            with row().style("align-items: flex-start"):
                icon("shield", "tone-warn" if seen.before is not None else "quiet")
                text(in_words(ask, seen.template.slots), "small", tag="span")


def in_words(ask: Ask, slots: Slots) -> str:
    return _(ASKS[ask.kind]).format(**named(ask, slots))


def _now(seen: Look) -> dict[str, Any]:
    return {name: getattr(seen.template, name) for name in ("config", "field_mappings")}


def _document(content: Mapping[str, Any]) -> dict[str, Any]:
    """As the builder keeps it: its steps beside its settings."""
    return {
        "steps": (content.get("config") or {}).get("steps") or [],
        "field_mappings": content.get("field_mappings") or [],
    }
