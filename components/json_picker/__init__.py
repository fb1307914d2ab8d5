"""An answer as a tree: click a value to use it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from components.drawn import show_drawn


class JsonPicker(ui.element, component="json_picker.js"):
    """`on_pick(path, value, label)`: the path is an RFC 9535 JSONPath into the answer."""

    def __init__(self, *, on_pick: Callable[[str, Any, str], Any] | None = None) -> None:
        super().__init__()
        self._shown = 0
        show_drawn(self, "drawn", {"data": None, "usable": on_pick is not None})
        self._usable = on_pick is not None
        if on_pick:
            self.on(
                "pick",
                lambda event: on_pick(
                    event.args["path"], event.args["value"], str(event.args["label"])
                ),
            )

    def show(
        self,
        data: Any,
        *,
        root: str = "answer",
        mapped: Mapping[str, Sequence[str]] | None = None,
        verb: str = "",
        dimmed: bool = False,
        searchable: str = "",
        fresh: bool = True,
    ) -> None:
        """`mapped`: path → where its value goes. `searchable`: what the search field says.

        `fresh`: another answer, so nothing stays open.
        """
        self._shown += fresh
        drawn = {
            "data": data,
            "root": root,
            "mapped": {path: list(names) for path, names in (mapped or {}).items()},
            "verb": verb,
            "dimmed": dimmed,
            "searchable": searchable,
            "usable": self._usable,
            "key": self._shown,
        }
        show_drawn(self, "drawn", drawn)


__all__ = ["JsonPicker"]
