"""A connector while it is being edited: forgiving, with undo; strict only when it is asked for.

>>> draft = Draft(blank("Find people"))
>>> step = draft.add("root", 0, "http")
>>> draft.set(step, ("request", "url"), "https://api.hunter.io/v2/people")
>>> [problem.message for problem in draft.problems()]
[]
>>> draft.undo(), draft.undo()
('http_1', 'http_1')
>>> draft.document["steps"]
[]
"""

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from components import kinds
from components.bundles import fitted
from components.copies import copy_name, twin
from components.moves import shifted
from components.step_tree import (
    Place,
    Step,
    find_in,
    free,
    inner_lists,
    list_in,
    places_in,
    put,
    rename,
    same_place,
)
from components.texts import _, later
from components.visible import Seen, visible
from engine.errors import Mending, Problem
from engine.model import definition
from engine.model.mending import mended
from engine.model.parts import Definition

Document = dict[str, Any]
MOST_UNDO = 300
FIRST = later("First call")
HERE = "the place of a new step"  # no id a step can have
INHERITED = ("when", "on_error", "notes", "disabled")
SETTINGS = ("input_schema", "field_mappings", "timeout_ms", "max_retries", "continue_on_error")


def blank(name: str) -> Document:
    return {"name": name, "description": "", "steps": [], "field_mappings": []}


def begun() -> Document:
    """What a new connector begins with: one call, to be filled in."""
    first = kinds.new_step("http", "http_1") | {"name": _(FIRST)}
    return blank(_("Untitled connector")) | {"steps": [first]}


class Draft:
    """The document, and what came before it. Every change says where to look afterwards."""

    def __init__(self, document: Document) -> None:
        self.document = copy.deepcopy(document)
        self.document.setdefault("steps", [])
        self.document.setdefault("field_mappings", [])
        self._past: list[tuple[Document, str]] = []
        self._future: list[tuple[Document, str]] = []
        self._typing = ""

    @property
    def can_undo(self) -> bool:
        return any(document != self.document for document, _focus in reversed(self._past))

    @property
    def can_redo(self) -> bool:
        return any(document != self.document for document, _focus in reversed(self._future))

    def undo(self) -> str | None:
        """Takes the last change back and says which step it was about; None without one."""
        return self._go(self._past, self._future)

    def redo(self) -> str | None:
        return self._go(self._future, self._past)

    # Looking

    def places(self) -> Iterator[Place]:
        """Every step in reading order, inner ones after the one they belong to."""
        yield from places_in(self.document["steps"], "root", "")

    def find(self, step_id: str) -> Step | None:
        return next((one.step for one in self.places() if one.step["id"] == step_id), None)

    def place(self, step_id: str) -> Place | None:
        return next((one for one in self.places() if one.step["id"] == step_id), None)

    def visible(self, place: str | None) -> list[Seen]:
        """What may be used there: earlier steps, and the loops around the place."""
        return visible(self.document["steps"], place)

    def earlier(self, place: str | None) -> list[Place]:
        """The steps whose values may be used there; all of them for mappings (None)."""
        return [one for one in self.visible(place) if isinstance(one, Place)]

    def new_id(self, kind: str) -> str:
        """An id that no step has yet."""
        taken = self._ids()
        return next(f"{kind}_{n}" for n in range(1, 10_000) if f"{kind}_{n}" not in taken)

    def fingerprint(self, step_id: str) -> str:
        """Of all that decides a step's answer: another one makes the last test stale.

        What is kept of the answer does not: it is read anew from the answer that is there.
        """
        return fingerprint(self.find(step_id) or {})

    def raw(self) -> dict[str, Any]:
        """The definition as it stands, strict or not."""
        said = {name: self.document[name] for name in SETTINGS if name in self.document}
        return {"config": {"version": 1, "steps": self.document["steps"]}, **said}

    def read(self) -> tuple[Definition | None, tuple[Problem, ...]]:
        """The strict definition where every setting has its form, and what is wrong with it."""
        read, problems = definition.read(copy.deepcopy(self.raw()))
        return read, tuple(problems[: definition.MOST_PROBLEMS])

    def problems(self) -> tuple[Problem, ...]:
        return self.read()[1]

    # Changing

    def mend(self, mending: Mending) -> None:
        """A change that was proposed with a problem."""
        before = self.raw()
        after = mended(before, mending)
        if after != before:
            document = self._change("")
            document["steps"] = after["config"]["steps"]
            document |= {name: after[name] for name in SETTINGS if name in after}

    def add(self, list_id: str, index: int, kind: str) -> str:
        return self.insert(list_id, index, kinds.new_step(kind, self.new_id(kind)))

    def insert(self, list_id: str, index: int, step: Step) -> str:
        """A step from elsewhere: what it brings is kept, its ids are made its own."""
        made = twin(step, self._ids())
        target = list_in(self._change(made["id"])["steps"], list_id)
        target.insert(max(0, min(index, len(target))), made)
        return str(made["id"])

    def bring(
        self,
        list_id: str,
        index: int,
        steps: Sequence[Step],
        *,
        asks: Mapping[str, Any] | None = None,
        instead_of: str = "",
        name: str = "",
    ) -> str:
        """Steps that belong together, as one change; `asks` are inputs they need from people.

        `instead_of`: a step whose place they take; the last one goes on under its id where others
        use it. `name`: for the whole connector, where it has none that anybody chose.
        """
        place = self.place(instead_of) if instead_of else None
        if place is not None:
            list_id, index = place.list_id, place.index
        document = self._change("")
        target = list_in(document["steps"], list_id)
        replaced = target.pop(place.index) if place is not None else None
        at = max(0, min(index, len(target)))
        target.insert(at, {"id": HERE, "kind": "stop"})
        seen = [one.step for one in self.earlier(HERE)]
        made = fitted(steps, seen, self._ids())
        target[at : at + 1] = made
        if replaced is not None:
            _inherit(document, made[-1], replaced)
        _ask(document, asks or {})
        if name:
            document["name"] = name
        self._past[-1] = (self._past[-1][0], str(made[-1]["id"]))
        return str(made[-1]["id"])

    def untouched(self) -> str:
        """The one step of a connector that was just begun; empty once anybody gave it anything."""
        steps = self.document["steps"]
        named = [kinds.new_step("http", "http_1") | {"name": name} for name in (FIRST, _(FIRST))]
        return str(steps[0]["id"]) if len(steps) == 1 and steps[0] in named else ""

    def remove(self, step_id: str) -> None:
        place = self.place(step_id)
        if place is not None:
            list_in(self._change(step_id)["steps"], place.list_id).pop(place.index)

    def duplicate(self, step_id: str) -> str | None:
        """The copy stands behind its model; what is inside it gets new ids, too."""
        place = self.place(step_id)
        if place is None:
            return None
        made = twin(place.step, self._ids(), ending="_copy")
        made["name"] = copy_name(
            kinds.title(place.step), {kinds.title(one.step) for one in self.places()}
        )
        list_in(self._change(made["id"])["steps"], place.list_id).insert(place.index + 1, made)
        return str(made["id"])

    def move(self, step_id: str, list_id: str, index: int) -> bool:
        """To this index of that list, counted without the step; never into itself."""
        place = self.place(step_id)
        if place is None or list_id.split("/")[0] in {
            one.step["id"] for one in places_in([place.step], "root", "")
        }:
            return False
        if same_place(self.document["steps"], place, list_id, index):
            return False
        steps = self._change(step_id)["steps"]
        # The target is looked up first: list ids name steps, and taking one out moves no ids.
        target = list_in(steps, list_id)
        step = list_in(steps, place.list_id).pop(place.index)
        target.insert(max(0, min(index, len(target))), step)
        return True

    def shift(self, step_id: str, way: str) -> bool:
        """By a key: up, down, left or right."""
        there = shifted(self.document["steps"], step_id, way)
        return there is not None and self.move(step_id, *there)

    def set(
        self, step_id: str, path: Sequence[str | int], value: Any, *, alone: bool = False
    ) -> None:
        """One setting of a step; None takes it away. Typing on in one field is one change.

        `alone`: a change of its own, like adding a row, however often it is done.
        """
        if self.find(step_id) is None:
            return
        document = self._change(step_id, typing="" if alone else f"{step_id}:{path}")
        put(find_in(document["steps"], step_id), path, value)

    def settle(self, name: str, value: Any) -> None:
        """One setting of the whole connector: its name, description, limits."""
        document = self._change("", typing=f":{name}")
        document[name] = value

    def keep(self, step_id: str, path: str, label: str) -> str | None:
        """The name under which the value at this path is kept, made where there is none yet."""
        step = self.find(step_id)
        if step is None or step["kind"] != "http":
            return None
        kept: dict[str, str] = step.get("extract") or {}
        for name, there in kept.items():
            if there == path:
                return name
        name = free(kinds.name_for(label), set(kept) | kinds.RESERVED)
        self.set(step_id, ("extract", name), path)
        return name

    def rename_kept(self, step_id: str, old: str, new: str) -> bool:
        """Everything that used the old name uses the new one."""
        step = self.find(step_id)
        holder = "values" if step and step["kind"] == "set" else "extract"
        kept = (step or {}).get(holder) or {}
        if step is None or old not in kept or new in kept or new in kinds.RESERVED:
            return False
        if not re.fullmatch(r"[A-Za-z_]\w{0,63}", new):
            return False
        document = self._change(step_id)
        mine = find_in(document["steps"], step_id)
        mine[holder] = {new if name == old else name: value for name, value in kept.items()}
        rename(document, f"steps.{step_id}.{old}", f"steps.{step_id}.{new}")
        return True

    def rename_item(self, step_id: str, new: str) -> bool:
        """What a loop calls one item; the steps inside follow."""
        loop = self.find(step_id)
        old = str((loop or {}).get("as") or "item")
        if loop is None or new == old or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", new):
            return False
        mine = find_in(self._change(step_id)["steps"], step_id)
        mine["as"] = new
        for name in ("steps", "result"):
            rename(mine.get(name) or {}, f"{old}_index", f"{new}_index")
            rename(mine.get(name) or {}, old, new)
        return True

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """What is changed inside of it is taken back by one undo."""
        before, past = self.document, list(self._past)
        yield
        if self.document is not before:
            self._past = [*past, (before, self._past[-1][1])][-MOST_UNDO:]
            self._typing = ""

    def become(self, document: Document) -> None:
        """Another document altogether, as one change."""
        self._change("")
        self.document = copy.deepcopy(document)

    # Mappings

    def mapping(self, field: str) -> dict[str, Any] | None:
        return next((m for m in self.document["field_mappings"] if m.get("field") == field), None)

    def map(self, field: str, value: str, write: str = "") -> None:
        """What is written to this field; an empty value takes the mapping away."""
        old = self.mapping(field)
        document = self._change("", typing=f"map:{field}")
        others = document["field_mappings"]
        at = next((i for i, m in enumerate(others) if m.get("field") == field), len(others))
        chosen = write or (old or {}).get("write") or "overwrite"
        if value or chosen == "clear":
            others[at : at + 1] = [{"field": field, "value": value, "write": chosen}]
        else:
            del others[at : at + 1]

    # Inside

    def _ids(self) -> frozenset[str]:
        return frozenset(str(one.step["id"]) for one in self.places())

    def _change(self, focus: str, *, typing: str = "") -> Document:
        if not typing or typing != self._typing:
            self._past.append((self.document, focus))
            del self._past[:-MOST_UNDO]
        self._typing = typing
        self._future.clear()
        self.document = copy.deepcopy(self.document)
        return self.document

    def _go(
        self, here: list[tuple[Document, str]], there: list[tuple[Document, str]]
    ) -> str | None:
        while here and here[-1][0] == self.document:
            here.pop()  # taken back in its own field already
        if not here:
            return None
        self._typing = ""
        document, focus = here.pop()
        there.append((self.document, focus))
        self.document = document
        return focus


def fingerprint(step: Step) -> str:
    decides = {k: v for k, v in step.items() if k not in ("name", "notes", "extract")}
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]


def _inherit(document: Document, step: Step, replaced: Step) -> None:
    """What was said about the step, and not about the service it asked, stays."""
    for name in INHERITED:
        if name in replaced:
            step[name] = replaced[name]
    used = re.compile(rf"(?<![\w.])steps\.{re.escape(replaced['id'])}(?!\w)")
    if used.search(json.dumps(document)):
        step["id"] = replaced["id"]


def _ask(document: Document, asks: Mapping[str, Any]) -> None:
    """Of people, before a run; what is asked already stays as it is."""
    properties = asks.get("properties") or {}
    if not properties:
        return
    schema = document.get("input_schema") or {}
    known = schema.get("properties") or {}
    required = [*(schema.get("required") or []), *(asks.get("required") or [])]
    document["input_schema"] = {
        **schema,
        "type": "object",
        "properties": {**properties, **known},
        "required": list(dict.fromkeys(required)),
    }


__all__ = ["Document", "Draft", "Place", "Step", "blank", "fingerprint", "inner_lists"]
