"""How a template asks for keys: a title, help, an example and a link for each field."""

from collections.abc import Callable
from typing import Any

from app.pages.sharing.json_field import json_field
from app.pages.sharing.sharing import Sharing
from components.controls import box, field, fold, icon, row, text
from components.texts import _, later

WORDS = (
    ("title", later("What it is called")),
    ("help", later("Where people find it")),
    ("example", later("What it looks like")),
    ("docs_url", later("A page that explains it")),
)


def draw_slots(sharing: Sharing) -> None:
    with box("card", id="slots"):
        with box("part-head"):
            text(_("Keys it asks for"), tag="h2")
            text(_("Whoever installs it gives their own. Yours stays here."), "hint")
        if not sharing.said["slots"]:
            text(_("None: it works without a key."), "soft small")
        for number, slot in enumerate(sharing.said["slots"]):
            _slot(sharing, slot, number)


def _slot(sharing: Sharing, slot: dict[str, Any], number: int) -> None:
    with box("slot-card", id=f"slots-{number}", data_testid=f"slot-{slot['service_name']}"):
        with row():
            icon("key-round", "quiet")
            text(slot["service_name"], "mono quiet small", tag="span")
        with box("two"):
            field(
                _("Service"),
                slot.get("title") or "",
                on_change=_setter(sharing, slot, "title"),
                testid=f"slot-title-{number}",
            )
            field(
                _("Goes only to these hosts"),
                ", ".join(slot.get("allowed_hosts") or []),
                on_change=_setter(sharing, slot, "allowed_hosts", _hosts),
                testid=f"slot-hosts-{number}",
            )
        for one in slot.get("fields") or []:
            _field(sharing, one)
        with fold(_("How the key is put in")):
            json_field(sharing, _("Place of the key"), slot, "auth", f"slots[{number}].auth")
            json_field(
                sharing, _("A call that proves it works"), slot, "test", f"slots[{number}].test"
            )


def _field(sharing: Sharing, one: dict[str, Any]) -> None:
    with box("field-words"):
        with row():
            text(one["name"], "mono quiet small", tag="span")
            if one.get("secret") is False:
                text(_("may be read by steps"), "quiet small", tag="span")
        with box("two"):
            for name, words in WORDS:
                field(
                    _(words),
                    one.get(name) or "",
                    optional=name != "title",
                    placeholder="https://" if name == "docs_url" else "",
                    on_change=_setter(sharing, one, name, _or_nothing(name)),
                    testid=f"{one['name']}-{name}",
                )


def _setter(
    sharing: Sharing,
    holder: dict[str, Any],
    name: str,
    read: Callable[[str], Any] = str.strip,
) -> Callable[[str], Any]:
    async def set_it(value: str) -> None:
        holder[name] = read(value)
        await sharing.look()

    return set_it


def _hosts(words: str) -> list[str]:
    return [host.strip() for host in words.split(",") if host.strip()]


def _or_nothing(name: str) -> Callable[[str], Any]:
    """A link that is not given is none; other words are empty."""
    return lambda value: value.strip() or (None if name == "docs_url" else "")
