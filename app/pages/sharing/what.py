"""What goes out with a template: its steps, where they send, what they write, and the notes."""

import copy
from typing import Any

from app.pages.sharing.sharing import Sharing
from components import kinds
from components.controls import badge, box, icon, row, stack, text, tick
from components.sentences import translated
from components.texts import _
from engine.errors import BadDefinition
from engine.model.definition import load
from engine.model.parts import Definition, HttpStep, all_steps
from engine.model.sentences import describe_mapping, host_of, hosts

PARTS = ("config", "input_schema", "field_mappings")


class What:
    def __init__(self, sharing: Sharing) -> None:
        self.sharing = sharing
        self.with_notes = copy.deepcopy(sharing.said["config"])
        self.notes = list(_notes(self.with_notes.get("steps") or []))

    def draw(self) -> None:
        try:
            read = load({name: self.sharing.said[name] for name in PARTS})
        except BadDefinition:
            return
        with box("card", id="what", data_testid="what"):
            with box("part-head"):
                text(_("What will be shared"), tag="h2")
                text(_("Everything on this page, and nothing else: no key, no contact."), "hint")
            draw_steps(read)
            with box("two"):
                draw_hosts(read)
                draw_writes(read)
            self._notes()

    def _notes(self) -> None:
        if not self.notes:
            return
        with stack("tight"):
            text(_("Notes on its steps"), tag="h3")
            for step, note in self.notes:
                text(f"{step}: {note}", "said small")
        tick(_("Share these notes, too"), True, on_change=self._share_notes, testid="share-notes")

    async def _share_notes(self, shared: bool) -> None:
        config = copy.deepcopy(self.with_notes)
        if not shared:
            _forget_notes(config)
        await self.sharing.set("config", config)


def draw_steps(read: Definition) -> None:
    with box("told", tag="ol"):
        for step in all_steps(read.steps):
            with box(tag="li"), stack("tight grow"):
                text(step.name or step.id, "strong small", tag="span")
                text(kinds.sentence(step.model_dump(mode="json")), "soft small", tag="span")
                if isinstance(step, HttpStep):
                    with row("wrap"):
                        badge(f"{step.request.method} {host_of(step.request.url)}", "", "globe")
                        if step.credential:
                            badge(step.credential, "", "key-round")


def draw_hosts(read: Definition) -> None:
    with stack("tight"):
        text(_("Where data goes"), tag="h3")
        for host in hosts(read) or (_("Nowhere: it calls no service."),):
            with row():
                icon("globe", "quiet")
                text(host, "small", tag="span")


def draw_writes(read: Definition) -> None:
    with stack("tight"):
        text(_("What it writes to the contact"), tag="h3")
        if not read.field_mappings:
            text(_("Nothing: it only sends."), "small soft")
        for one in read.field_mappings:
            with row():
                icon("pencil", "quiet")
                text(translated(describe_mapping(one)), "small", tag="span")


def _notes(steps: list[Any]) -> list[tuple[str, str]]:
    return [
        (str(step.get("name") or step["id"]), str(step["notes"]))
        for step in _every(steps)
        if step.get("notes")
    ]


def _forget_notes(config: dict[str, Any]) -> None:
    for step in _every(config.get("steps") or []):
        step.pop("notes", None)


def _every(steps: list[Any]) -> list[dict[str, Any]]:
    found = []
    for step in steps:
        found.append(step)
        for inner in (step, *step.get("branches", ()), *step.get("attempts", ())):
            found += _every(inner.get("steps") or [])
    return found
