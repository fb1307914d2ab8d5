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
from collections.abc import Iterator, Sequence
from typing import Any

from components import kinds
from components.step_tree import (
    Place,
    Step,
    free,
    inner_lists,
    list_in,
    places_in,
    put,
    rename,
    same_place,
)
from engine.errors import BadDefinition, Problem
from engine.model import definition
from engine.model.parts import Definition

Document = dict[str, Any]
MOST_UNDO = 300
SETTINGS = ("input_schema", "field_mappings", "timeout_ms", "max_retries", "continue_on_error")


def blank(name: str) -> Document:
    return {"name": name, "description": "", "steps": [], "field_mappings": []}


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
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

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

    def earlier(self, step_id: str | None) -> list[Place]:
        """The steps whose values may be used there; all of them for mappings (None)."""
        before: list[Place] = []
        for one in self.places():
            if one.step["id"] == step_id:
                break
            before.append(one)
        return before

    def fingerprint(self, step_id: str) -> str:
        """Of all that decides a step's answer: another one makes the last test stale.

        What is kept of the answer does not: it is read anew from the answer that is there.
        """
        step = dict(self.find(step_id) or {})
        for unimportant in ("name", "notes", "extract"):
            step.pop(unimportant, None)
        return hashlib.sha256(json.dumps(step, sort_keys=True).encode()).hexdigest()[:16]

    def raw(self) -> dict[str, Any]:
        """The definition as it stands, strict or not."""
        said = {name: self.document[name] for name in SETTINGS if name in self.document}
        return {"config": {"version": 1, "steps": self.document["steps"]}, **said}

    def definition(self) -> Definition:
        """The strict definition; BadDefinition with everything that is wrong with it."""
        return definition.load(copy.deepcopy(self.raw()))

    def problems(self) -> tuple[Problem, ...]:
        try:
            self.definition()
        except BadDefinition as bad:
            return bad.problems
        return ()

    # Changing

    def add(self, list_id: str, index: int, kind: str) -> str:
        step = kinds.new_step(kind, self._new_id(kind))
        with_list = self._change(step["id"])
        target = list_in(with_list["steps"], list_id)
        target.insert(max(0, min(index, len(target))), step)
        return str(step["id"])

    def remove(self, step_id: str) -> None:
        place = self.place(step_id)
        if place is not None:
            list_in(self._change(step_id)["steps"], place.list_id).pop(place.index)

    def duplicate(self, step_id: str) -> str | None:
        """The copy stands behind its model; what is inside it gets new ids, too."""
        place = self.place(step_id)
        if place is None:
            return None
        twin = copy.deepcopy(place.step)
        given = {one.step["id"] for one in self.places()}
        for inner in places_in([twin], "root", ""):
            old = inner.step["id"]
            inner.step["id"] = free(f"{old}_copy", given)
            given.add(inner.step["id"])
            rename(twin, f"steps.{old}", f"steps.{inner.step['id']}")
        twin["name"] = f"{kinds.title(place.step)} (copy)"
        list_in(self._change(twin["id"])["steps"], place.list_id).insert(place.index + 1, twin)
        return str(twin["id"])

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

    def set(self, step_id: str, path: Sequence[str | int], value: Any) -> None:
        """One setting of a step; None takes it away. Typing on in one field is one change."""
        if self.find(step_id) is None:
            return
        document = self._change(step_id, typing=f"{step_id}:{path}")
        step = next(
            one.step
            for one in places_in(document["steps"], "root", "")
            if one.step["id"] == step_id
        )
        put(step, path, value)

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
        mine = next(
            p.step for p in places_in(document["steps"], "root", "") if p.step["id"] == step_id
        )
        mine[holder] = {new if name == old else name: value for name, value in kept.items()}
        rename(document, f"steps.{step_id}.{old}", f"steps.{step_id}.{new}")
        return True

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

    def _new_id(self, kind: str) -> str:
        taken = {one.step["id"] for one in self.places()}
        return next(f"{kind}_{n}" for n in range(1, 10_000) if f"{kind}_{n}" not in taken)

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
        if not here:
            return None
        self._typing = ""
        document, focus = here.pop()
        there.append((self.document, focus))
        self.document = document
        return focus


__all__ = ["Document", "Draft", "Place", "Step", "blank", "inner_lists"]
