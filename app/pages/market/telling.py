"""What a template does, where data goes, and what it needs, in words people can agree to."""

from collections.abc import Iterable, Mapping
from typing import Any

from components import kinds
from components.controls import badge, box, icon, row, stack, text
from components.fields import field_label
from components.sentences import translated
from components.step_tree import inner_lists
from components.texts import _, listed
from db.templates import Template
from engine.model.definition import load
from engine.model.leaving import EARLIER, EVERYTHING, INPUT, Leaving, leaving
from engine.model.parts import Definition
from engine.model.sentences import describe_mapping


def read(parts: Template | Mapping[str, Any]) -> Definition:
    names = ("config", "input_schema", "field_mappings")
    if isinstance(parts, Mapping):
        return load({name: parts[name] for name in names})
    return load({name: getattr(parts, name) for name in names})


def flow(steps: list[dict[str, Any]]) -> None:
    """The steps as they follow each other, ways and loops inside of theirs."""
    with box("preview", tag="ol"):
        for step in steps:
            kind = kinds.kind_of(step)
            with box("preview-step", tag="li"):
                with box("preview-card"):
                    with box("preview-icon").style(f"--kind: {kind.color}"):
                        icon(kind.icon)
                    with stack("tight grow"):
                        text(kinds.title(step), "strong small")
                        text(kinds.sentence(step), "soft small")
                for _id, title, inside in inner_lists(step):
                    with box("preview-way"):
                        text(title, "quiet small strong")
                        flow(inside)


def where_data_goes(definition: Definition) -> None:
    """One line a host: which calls, and what of the contact goes along."""
    calls = leaving(definition)
    if not calls:
        text(_("Nowhere: it calls no service."), "quiet")
    with box("told", tag="ul"):
        for host in dict.fromkeys(one.host for one in calls):
            mine = [one for one in calls if one.host == host]
            with box(tag="li"):
                icon("globe")
                with stack("tight grow"):
                    with row("wrap"):
                        text(translated(host), "strong mono", tag="span")
                        for method in dict.fromkeys(one.method for one in mine):
                            badge(method)
                    text(_sent(mine), "soft small")


def writes(definition: Definition) -> None:
    if not definition.field_mappings:
        text(_("Nothing: it only sends."), "quiet")
    with box("told", tag="ul"):
        for one in definition.field_mappings:
            with box(tag="li"):
                icon("pencil")
                text(translated(describe_mapping(one)), tag="span")


def needs(slots: list[Any]) -> None:
    if not slots:
        text(_("No key. It works at once."), "quiet")
    with box("told", tag="ul"):
        for slot in slots:
            with box(tag="li"):
                icon("key-round")
                with stack("tight grow"):
                    text(need(slot), tag="span")
                    hosts = ", ".join(str(one) for one in slot.get("allowed_hosts") or ())
                    text(_("It goes to {hosts} only.").format(hosts=hosts), "quiet small")
                    several = [one for one in slot.get("fields") or () if one.get("docs_url")]
                    for field in several:
                        docs(field, alone=len(several) == 1)


def need(slot: Mapping[str, Any]) -> str:
    wanted = ", ".join(str(one.get("title") or one["name"]) for one in slot.get("fields") or ())
    title = slot.get("title") or slot["service_name"]
    return f"{title}: {wanted or _('a login')}"


def docs(field: Mapping[str, Any], *, alone: bool = True) -> None:
    """`alone`: nobody has to be told which field it is about."""
    if str(field.get("docs_url") or "").startswith("https://"):
        link = box("docs", tag="a", href=field["docs_url"], target="_blank", rel="noreferrer")
        with link:
            title = str(field.get("title") or field["name"])
            words = _("Where do I find “{name}”?").format(name=title)
            text(_("Where do I find this?") if alone else words, tag="span")
            icon("external-link")


def _sent(calls: list[Leaving]) -> str:
    said = in_words(dict.fromkeys(field for one in calls for field in one.fields))
    if not said:
        return _("Nothing about the contact.")
    return _("What goes there: {fields}").format(fields=said)


def in_words(fields: Iterable[str]) -> str:
    named = {
        EVERYTHING: _("everything about the contact"),
        EARLIER: _("values from earlier answers"),
        INPUT: _("what you type in at the start"),
    }
    return listed([named.get(one) or field_label(one) for one in fields])
