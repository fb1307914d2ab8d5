"""The banner that says that somebody else is working on the same draft."""

from nicegui import ui

from app.pages.builder.bench import Bench, What
from components.controls import box, error_card


class Meanwhile:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.place = box("banner", role="status")
        self.place.set_visibility(False)
        bench.watch(self.redraw)

    def redraw(self, what: What) -> None:
        if what != "saved" or not self.bench.outdated or self.place.visible:
            return
        self.place.set_visibility(True)
        with self.place:
            error_card(
                "Someone else changed this draft.",
                "Your last change is not saved. Load theirs, then do yours again.",
                tone="warn",
                action="Load what they made",
                on_action=ui.navigate.reload,
            )
