"""The steps of a connector as cards: shows them, and tells what people want done with them."""

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

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
        self._props["flow"] = {"steps": [], "selected": ""}
        self.on("step-select", lambda event: on_select(str(event.args or "")))
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
        drawn = {
            "steps": list(steps),
            "selected": selected,
            "focus": focus,
            "start": start,
            "end": end,
            "readonly": readonly,
        }
        if drawn != self._props["flow"]:
            self._props["flow"] = drawn


__all__ = ["FlowCanvas"]
