"""What is known while a connector is built: values from the sample contact and from tests."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from components.asked import example_of, questions, title_of
from components.draft import Draft, Place
from components.expression_input import Known, Offer
from components.fields import field_label
from components.kinds import HOLE, readable, title
from components.loops import extra_offers, left_behind, loop_offers, loop_values, short
from components.mapping_table import MappedField
from components.texts import _, later
from components.visible import Around
from engine.errors import RunStopped
from engine.model import jsonpath, mapping
from engine.model.contact import FIELDS
from engine.model.parts import FieldMapping
from engine.model.slots import compile_json
from engine.model.values import as_text

WHOLE = {"status": later("Status code"), "headers": later("Headers"), "body": later("Whole answer")}
CALLED = {
    ("branch", "taken"): later("Way taken"),
    ("for_each", "items"): later("Results, as a list"),
    ("http", "items"): later("Items of all pages"),
    ("waterfall", "winner"): later("Who found it"),
    ("waterfall", "cost"): later("What it cost"),
}


@dataclass(slots=True)
class Samples:
    """The sample contact, and the newest entry of each step that was tested."""

    contact: dict[str, Any] = field(default_factory=dict)
    entries: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    workspace: dict[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by service
    usual: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # before a key is given
    input: dict[str, Any] = field(default_factory=dict)
    now: str = ""

    def scope(self, draft: Draft, step_id: str | None = None) -> dict[str, Any]:
        """What expressions see before this step; before the mappings where it is None."""
        scope: dict[str, Any] = {
            "contact": self.contact,
            "input": self.input,
            "workspace": self.workspace,
            "execution": {"id": "test", "attempt": 1},
            "now": self.now,
            "steps": {},
        }
        for one in draft.visible(step_id):
            if isinstance(one, Around):
                scope |= loop_values(one.loop, scope)
            elif (values := self.values(one.step, scope)) is not None:
                scope["steps"][one.step["id"]] = values
        step = draft.find(step_id) if step_id else None
        if step and step["kind"] == "http":
            service = str(step.get("credential"))
            settings = self.settings.get(service) or self.usual.get(service) or {}
            scope["credential"] = {"settings": dict(settings)}
        return scope

    def known(
        self, draft: Draft, step_id: str | None = None, extra: Mapping[str, Any] | None = None
    ) -> Known:
        """`extra`: names that only exist at this place, like {"result": {…}}, with samples."""
        scope = self.scope(draft, step_id) | dict(extra or {})
        filled, unknown = _contact_offers(self.contact)
        also = ["contact.data", "input", *(extra or {})]
        special = extra_offers(extra or {})
        steps: list[Offer] = []
        untested: dict[str, str] = {}
        for one in draft.visible(step_id):
            if isinstance(one, Around):
                special += loop_offers(one.loop, scope)
                name = str(one.loop.get("as") or "item")
                also += [name, f"{name}_index"]
                continue
            steps += _step_offers(one, scope)
            path = f"steps.{one.step['id']}"
            also += [f"{path}.{name}" for name in left_behind(one.step)]
            if one.step["id"] not in scope["steps"] and left_behind(one.step):
                untested[path] = title(one.step)
        offers = [
            *special,
            *filled,
            *_input_offers(draft),
            *steps,
            *unknown,
            Offer(
                "workspace.name",
                _("Workspace name"),
                self.workspace.get("name", ""),
                _("Workspace"),
            ),
            Offer("now", _("Now"), self.now, _("Time")),
        ]
        also += ["workspace.id", "execution.id", "execution.attempt"]
        if "credential" in scope:
            also.append("credential.settings")
            offers += _setting_offers(scope["credential"]["settings"])
        return Known(offers, scope, untested, also)

    def values(self, step: dict[str, Any], scope: dict[str, Any]) -> dict[str, Any] | None:
        """What the step leaves behind; None where nobody knows before a test."""
        if step["kind"] == "set":
            return _set_values(step, scope)
        entry = self.entries.get(step["id"])
        if entry is None or entry["status"] not in ("success", "not_found"):
            return None
        if step["kind"] != "http":
            return dict(entry.get("extracted") or {})
        answer = entry.get("response") or {}
        values = {name: answer.get(name) for name in WHOLE}
        return values | _kept(step, entry, answer)

    def fields(self, draft: Draft, known: Known | None = None) -> list[MappedField]:
        """Every contact field, with what is written to it and what that changes on the sample."""
        known = known or self.known(draft)
        labels = {one.path: f"{one.number} {one.label}".strip() for one in known.offers}
        changes = _changes(draft, self.contact, known.scope)
        said = {m["field"]: m for m in draft.document["field_mappings"] if "field" in m}
        rows = []
        for name in dict.fromkeys([*FIELDS, *said]):
            before = short(mapping.read(self.contact, name))
            one = said.get(name)
            if one is None:
                rows.append(MappedField(name, field_label(name), before=before))
                continue
            text = as_text(one.get("value"))
            change = changes.get(name)
            rows.append(
                MappedField(
                    name,
                    field_label(name),
                    parts=parts_of(text, labels, known),
                    write=str(one.get("write") or "overwrite"),
                    before=before,
                    after=short(change.after) if change else "",
                    changes=change is not None and change.action != "keep",
                    note=_note(one, change, known),
                )
            )
        return rows


def parts_of(text: str, labels: Mapping[str, str], known: Known) -> list[dict[str, Any]]:
    """A text as chips and words: what the mapping table and cards show."""
    parts: list[dict[str, Any]] = []
    last = 0
    for hole in HOLE.finditer(text):
        if hole.start() > last:
            parts.append({"text": text[last : hole.start()]})
        path = hole[1].split("|")[0].strip()
        label = labels.get(path) or path.removeprefix("steps.")
        parts.append({"chip": label, "missing": not known.has(path)})
        last = hole.end()
    if last < len(text):
        parts.append({"text": text[last:]})
    return parts


def _contact_offers(contact: Mapping[str, Any]) -> tuple[list[Offer], list[Offer]]:
    """What the sample has, and what it has not: the first are offered first."""
    plain = [
        Offer(f"contact.{name}", field_label(name), short(contact.get(name)), _("Contact"))
        for name in FIELDS
    ]
    data = contact.get("data") or {}
    plain += [
        Offer(f"contact.data.{name}", readable(name), short(value), _("Contact, other data"))
        for name, value in data.items()
        if name.isidentifier()
    ]
    return [one for one in plain if one.sample], [one for one in plain if not one.sample]


def _setting_offers(settings: Mapping[str, Any]) -> list[Offer]:
    return [
        Offer(f"credential.settings.{name}", readable(name), short(value), _("Key"))
        for name, value in settings.items()
    ]


def _input_offers(draft: Draft) -> list[Offer]:
    return [
        Offer(f"input.{name}", title_of(name, one), short(example_of(one)), _("Asked before a run"))
        for name, one in questions(draft.document)
    ]


def _step_offers(place: Place, scope: Mapping[str, Any]) -> list[Offer]:
    step = place.step
    values = scope["steps"].get(step["id"]) or {}
    kept = [name for name in left_behind(step) if name not in WHOLE]
    group = f"{place.number} {title(step)}"
    return [
        Offer(
            f"steps.{step['id']}.{name}",
            _(CALLED.get((step["kind"], name), "")) or readable(name),
            short(values.get(name)),
            group,
            place.number,
        )
        for name in kept
    ]


def _set_values(step: dict[str, Any], scope: dict[str, Any]) -> dict[str, Any] | None:
    """Set steps need no test: their values are worked out like in a run."""
    try:
        return dict(compile_json(step.get("values") or {}, lenient=True)(scope))
    except RunStopped:
        return None


def _kept(step: dict[str, Any], entry: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """A name that is kept only since the test is read from the answer that is there."""
    before = entry.get("extracted") or {}
    found = {}
    for name, path in (step.get("extract") or {}).items():
        try:
            found[name] = jsonpath.compile_path(path)(answer.get("body"))
        except jsonpath.InvalidPath:
            found[name] = None
        if found[name] is None and answer.get("truncated"):
            found[name] = before.get(name)
    return found


def _changes(
    draft: Draft, contact: dict[str, Any], scope: dict[str, Any]
) -> dict[str, mapping.Change]:
    compiled: list[mapping.CompiledMapping] = []
    for one in draft.document["field_mappings"]:
        try:
            compiled += mapping.compile_mappings([FieldMapping.model_validate(one)])
        except (ValidationError, RunStopped):
            continue
    try:
        mapped = mapping.evaluate(compiled, scope)
    except RunStopped:
        return {}
    return {change.field: change for change in mapping.apply(copy.deepcopy(contact), mapped)}


def _note(said: Mapping[str, Any], change: mapping.Change | None, known: Known) -> str:
    if waits := known.waits_for(as_text(said.get("value"))):
        return _("Test “{waits}” to see it").format(waits=waits)
    if change is None:
        return _("Nothing found on this sample")
    if change.after == change.before and said.get("write") != "if_empty":
        return _("Stays as it is")
    return _("Skipped: already filled")
