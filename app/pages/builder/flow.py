"""The middle: the steps as cards, and what people do with them there."""

from collections.abc import Callable

from app.pages.builder.adding import Adding
from app.pages.builder.bench import Bench, What
from app.pages.builder.cards import Cards
from components import kinds
from components.copies import packed
from components.flow_canvas import FlowCanvas
from components.frame import notice
from components.mapping_table import effect
from components.minimap import Minimap
from components.moves import near
from components.readers import readers
from components.texts import _, listed


class Flow:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.adding = Adding(bench, self.opened)
        self.canvas = FlowCanvas(
            on_select=bench.select,
            on_add=self.adding.ask,
            on_move=self.move,
            on_shift=self.shift,
            on_remove=self.remove,
            on_duplicate=self.duplicate,
            on_skip=self.skip,
            on_copy=self.copy,
            on_paste=self.adding.paste,
        )
        Minimap()
        bench.watch(self.redraw, first=True)
        self.show()

    def redraw(self, what: What) -> None:
        if what == "selection":
            self.canvas.select(self.bench.selected)
        elif what not in ("saved", "target"):
            self.show()

    def changed(self, focus: str) -> None:
        """One drawing for the change and for where the keyboard stands after it."""
        self.bench.card = focus
        self.bench.changed("structure")

    def show(self) -> None:
        bench, focus = self.bench, self.bench.card
        bench.card = ""
        self.canvas.show(
            Cards(bench).all(),
            selected=bench.selected,
            focus=focus,
            start=_("Starts with {contact_name}").format(contact_name=bench.contact_name)
            if bench.contact_id or bench.typed
            else _("Starts with a contact"),
            end=self._end(),
            readonly=bool(bench.why_not),
        )

    def opened(self, step_id: str) -> None:
        """A step is new here: it is open, and the keyboard stands on its card."""
        self.bench.selected = step_id
        self.changed(step_id)

    def move(self, step_id: str, list_id: str, index: int) -> None:
        if self.bench.draft.move(step_id, list_id, index):
            self.changed(step_id)

    def remove(self, step_id: str) -> None:
        step = self.bench.draft.find(step_id)
        if step is None or self.bench.why_not:
            return
        users = readers(self.bench.draft.document, step_id)
        self.bench.draft.remove(step_id)
        self.bench.changed("structure")
        notice(
            _("“{step}” was deleted.").format(step=kinds.title(step)),
            tone="warn" if users else "",
            hint=_("Its values are missing in {names}.").format(names=listed(users))
            if users
            else "",
            action=_("Undo"),
            on_action=self.undo,
        )

    def shift(self, step_id: str, way: str) -> None:
        if not self.bench.why_not and self.bench.draft.shift(step_id, way):
            self.changed(step_id)

    def duplicate(self, step_id: str) -> None:
        copy = self.bench.draft.duplicate(step_id)
        if copy is not None:
            self.opened(copy)

    def skip(self, step_id: str) -> None:
        """Left out, or taken in again."""
        step = self.bench.draft.find(step_id)
        if step is None or self.bench.why_not:
            return
        self.bench.draft.set(step_id, ("disabled",), None if step.get("disabled") else True)
        self.changed(step_id)

    def copy(self, step_id: str) -> None:
        step = self.bench.draft.find(step_id)
        if step is not None:
            self.canvas.copy(packed(step))
            notice(
                _("“{step}” is copied.").format(step=kinds.title(step)),
                hint=_("Ctrl+V puts it in after a step, here or in another connector."),
            )

    def undo(self) -> None:
        self._jump(self.bench.draft.undo)

    def redo(self) -> None:
        self._jump(self.bench.draft.redo)

    def _jump(self, go: Callable[[], str | None]) -> None:
        """To where the change was, so that one sees what came back, or beside what went."""
        bench = self.bench
        before = self._ids()
        focus = go()
        if focus is None:
            return
        bench.unread.clear()
        wanted = focus or bench.selected
        bench.selected = near(wanted, before, self._ids()) if wanted else ""
        self.changed(bench.selected)

    def _ids(self) -> list[str]:
        return [str(place.step["id"]) for place in self.bench.draft.places()]

    def _end(self) -> str:
        bench = self.bench
        said = effect(bench.fields(), bench.contact_name)
        return said or _("Nothing is written to the contact yet")
