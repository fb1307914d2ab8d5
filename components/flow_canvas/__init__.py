"""The steps of a connector as cards: shows them, and tells what people want done with them."""

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

from components.drawn import show_drawn

SORTABLE = "../../assets/sortable"


class FlowCanvas(ui.element, component="flow_canvas.js", esm={"console-sortable": SORTABLE}):
    """Cards: `{"id", "kind", "number", "title", "sentence", "icon", "color", "mark", "state",
    "off", "note", "lists"}`.

    `state`: good, bad, none (no match), stale, fresh (never tested), running, todo or "".
    `lists`: the inner steps of a branch, loop or waterfall, each
    `{"id", "title", "steps": [card]}`; the outermost is "root".
    """

    def __init__(
        self,
        *,
        on_select: Callable[[str], Any],
        on_add: Callable[[str, int], Any],
        on_move: Callable[[str, str, int], Any],
        on_remove: Callable[[str], Any],
        on_duplicate: Callable[[str], Any],
        on_shift: Callable[[str, str], Any],
        on_skip: Callable[[str], Any],
        on_copy: Callable[[str], Any],
        on_paste: Callable[[str, str], Any],
    ) -> None:
        super().__init__()
        self._moments = 0
        self._selected = ""
        show_drawn(self, "flow", {"steps": []})
        self.on("step-select", lambda event: self._chosen(str(event.args or ""), on_select))
        self.on("step-add", lambda event: on_add(event.args["list"], int(event.args["index"])))
        self.on(
            "step-move",
            lambda event: on_move(event.args["id"], event.args["list"], int(event.args["index"])),
        )
        self.on("step-remove", lambda event: on_remove(str(event.args)))
        self.on("step-duplicate", lambda event: on_duplicate(str(event.args)))
        self.on("step-shift", lambda event: on_shift(event.args["id"], event.args["way"]))
        self.on("step-skip", lambda event: on_skip(str(event.args)))
        self.on("step-copy", lambda event: on_copy(str(event.args)))
        self.on("step-paste", lambda event: on_paste(event.args["text"], event.args["after"]))

    def _chosen(self, step_id: str, on_select: Callable[[str], Any]) -> Any:
        """The canvas has shown it already."""
        self._selected = step_id
        return on_select(step_id)

    def copy(self, text: str) -> None:
        """Into the reader's own clipboard."""
        self.run_method("toClipboard", text)

    def show(
        self,
        steps: Sequence[dict[str, Any]],
        *,
        selected: str = "",
        focus: str = "",
        start: str = "",
        end: str = "",
        readonly: bool = False,
    ) -> None:
        """`focus`: put the keyboard on this card, once."""
        if focus:
            self._moments += 1
            focus = f"{focus} {self._moments}"
        self._selected = selected
        drawn = {
            "steps": steps,
            "selected": selected,
            "focus": focus,
            "start": start,
            "end": end,
            "readonly": readonly,
        }
        show_drawn(self, "flow", drawn)

    def select(self, step_id: str) -> None:
        """Another card is open, and nothing else has changed."""
        if step_id != self._selected:
            self._selected = step_id
            self.run_method("select", step_id)


__all__ = ["FlowCanvas"]
