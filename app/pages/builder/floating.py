"""The floating panel over the canvas: values of earlier steps, while a field waits for one."""

from typing import Any

from app.pages.builder.bench import Bench, What
from app.pages.builder.picking import Picking
from components import kinds
from components.controls import box, icon_button, text
from components.json_picker import JsonPicker
from components.samples import field_label
from engine.model.contact import FIELDS


class Floating:
    def __init__(self, bench: Bench, picking: Picking) -> None:
        self.bench, self.picking = bench, picking
        self.roots: dict[str, tuple[str, str]] = {}
        self.shown: Any = None
        with box("floating", tag="section", aria_label="Values to insert") as self.panel:
            with box("floating-head"):
                text("Insert a value", "strong grow", tag="h2")
                icon_button("x", "Close", kind="ghost small", on_press=self.close)
            self.tree = JsonPicker(on_pick=self.pick)
        self.panel.set_visibility(False)
        bench.watch(self.redraw)

    def redraw(self, what: What) -> None:
        if what == "selection":
            self.close()
        elif what in ("target", "tests", "sample", "structure"):
            self.draw()

    def draw(self) -> None:
        """Only steps before the field: a value cannot come from the future."""
        bench = self.bench
        waits = bench.target is not None and not bench.target.is_deleted and bench.target_step
        self.panel.set_visibility(bool(waits))
        if not waits:
            return
        filled = {field_label(n): bench.samples.contact.get(n) for n in FIELDS}
        data: dict[str, Any] = {"Contact": {k: v for k, v in filled.items() if v is not None}}
        self.roots = {}
        for place in bench.draft.earlier(bench.target_step):
            last = bench.tests.get(place.step["id"], {})
            name = f"{place.number} {kinds.title(place.step)}"
            self.roots[name] = (place.step["id"], place.step["kind"])
            newest = last.get(True) or last.get(False)
            entry = newest.entry if newest else {}
            answer = (entry.get("response") or {}).get("body")
            found = answer if place.step["kind"] == "http" else entry.get("extracted")
            data[name] = found if found is not None else "Test this step first"
        fresh = data != self.shown
        self.shown = data
        self.tree.show(
            data, root="Known here", verb="Insert", searchable="Search values", fresh=fresh
        )

    def pick(self, path: str, value: Any, label: str) -> None:
        contact = {f"$.Contact{_below(field_label(name))}": name for name in FIELDS}
        if path in contact:
            self.picking.use(f"contact.{contact[path]}", label)
            return
        for name, (step_id, _) in self.roots.items():
            root = f"${_below(name)}"
            if path == root or path.startswith((f"{root}.", f"{root}[")):
                self.picking.pick(f"${path.removeprefix(root)}", value, label, step_id)
                return

    def close(self) -> None:
        self.panel.set_visibility(False)


def _below(key: str) -> str:
    """As the tree spells a path to this key."""
    if key.isidentifier() and key.isascii():
        return f".{key}"
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"
