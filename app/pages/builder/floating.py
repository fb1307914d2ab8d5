"""The floating panel over the canvas: values of earlier steps, while a field waits for one."""

from typing import Any

from app.pages.builder.bench import Bench, What
from app.pages.builder.picking import Picking
from components import kinds
from components.controls import box, icon_button, text
from components.fields import field_label
from components.json_picker import JsonPicker
from components.loops import left_behind
from components.texts import _
from components.visible import Around
from engine.model.contact import FIELDS


class Floating:
    def __init__(self, bench: Bench, picking: Picking) -> None:
        self.bench, self.picking = bench, picking
        self.roots: dict[str, str] = {}  # what stands first in the tree → the step
        self.items: dict[str, str] = {}  # … → what a loop calls its item
        self.shown: Any = None
        with box("floating", tag="section", aria_label=_("Values to insert")) as self.panel:
            with box("floating-head"):
                text(_("Insert a value"), "strong grow", tag="h2")
                icon_button("x", _("Close"), kind="ghost small", on_press=self.close)
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
        data: dict[str, Any] = {_("Contact"): {k: v for k, v in filled.items() if v is not None}}
        self.roots, self.items = {}, {}
        scope = bench.samples.scope(bench.draft, bench.target_step)
        for seen in bench.draft.visible(bench.target_step):
            if isinstance(seen, Around):
                item = str(seen.loop.get("as") or "item")
                name = _("{item}, one of “{loop}”").format(
                    item=kinds.readable(item), loop=kinds.title(seen.loop)
                )
                self.items[name] = item
                data[name] = scope.get(item, _("Test the list first"))
            elif left_behind(seen.step):
                name = f"{seen.number} {kinds.title(seen.step)}"
                self.roots[name] = str(seen.step["id"])
                data[name] = self._values(seen.step, scope)
        fresh = data != self.shown
        self.shown = data
        self.tree.show(
            data, root=_("Known here"), verb=_("Insert"), searchable=_("Search values"), fresh=fresh
        )

    def _values(self, step: dict[str, Any], scope: dict[str, Any]) -> Any:
        """A call shows its whole answer, any other step what it leaves behind."""
        found = scope["steps"].get(step["id"])
        if step["kind"] == "http":
            entry = self.bench.newest().get(step["id"], {})
            found = (entry.get("response") or {}).get("body")
        return found if found is not None else _("Test this step first")

    def pick(self, path: str, value: Any, label: str) -> None:
        root = f"${_below(_('Contact'))}"
        contact = {f"{root}{_below(field_label(name))}": name for name in FIELDS}
        if path in contact:
            self.picking.use(f"contact.{contact[path]}", label)
            return
        for name in (*self.items, *self.roots):
            root = f"${_below(name)}"
            if path != root and not path.startswith((f"{root}.", f"{root}[")):
                continue
            inside = path.removeprefix(root)
            if name in self.items:
                self.picking.use(f"{self.items[name]}{inside}", label)
            else:
                self.picking.pick(f"${inside}", value, label, self.roots[name])
            return

    def close(self) -> None:
        self.panel.set_visibility(False)


def _below(key: str) -> str:
    """As the tree spells a path to this key."""
    if key.isidentifier() and key.isascii():
        return f".{key}"
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"
