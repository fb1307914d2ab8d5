"""Views of the list of runs: filters under a name, and a link that shows them to somebody else."""

from collections.abc import Callable, Sequence

from app.pages.runs_asked import NAMES, Asked, address
from app.pages.visit import Visit
from app.services.all import Services
from app.services.problems import BadInput
from components.clipboard import copy_address
from components.controls import (
    box,
    button,
    field,
    icon_button,
    menu,
    menu_item,
    menu_rule,
    row,
    sheet,
    stack,
    text,
)
from components.frame import notice
from components.texts import _
from db.saved_views import SavedView


class Views:
    def __init__(self, visit: Visit, services: Services, asked: Callable[[], Asked]) -> None:
        self.visit, self.services, self.asked = visit, services, asked
        self.known: Sequence[SavedView] = ()
        self.shown: tuple[SavedView | None, tuple[SavedView, ...]] | None = None
        self.place = box("row")

    async def load(self) -> None:
        self.known = await self.services.saved_views.listed(await self.visit.me(), "runs")
        self.draw()

    def draw(self) -> None:
        """Named after the view that is shown. Somebody may have it open: without need it stays."""
        here = {name: value for name, value in self.asked().items() if value}
        current = next((one for one in self.known if _filled(one.asked) == here), None)
        shown = current, tuple(self.known)
        if shown == self.shown:
            return
        self.shown = shown
        self.place.clear()
        with self.place, menu(current.name if current else _("Views"), icon="star"):
            for one in self.known:
                menu_item(one.name, icon_name="list", href=address(one.asked))
            if self.known:
                menu_rule()
            menu_item(
                _("Save this view…"), icon_name="save", on_press=self.ask_name, testid="save-view"
            )
            menu_item(
                _("Copy a link to it"), icon_name="link", on_press=self.copy, testid="copy-view"
            )
            if self.known:
                menu_item(_("Delete views…"), icon_name="trash-2", on_press=self.ask_which)

    def ask_name(self) -> None:
        with sheet(_("Save this view"), testid="view") as asked:
            name = field(_("Name"), autofocus=True, on_enter=lambda: save(), testid="view-name")
            text(_("Only you see it in this menu. A link shows it to others, too."), "hint")

        async def save() -> None:
            filters = {key: self.asked()[key] for key in NAMES if self.asked()[key]}
            try:
                self.known = await self.services.saved_views.save(
                    await self.visit.me(), "runs", str(name.value or ""), filters
                )
            except BadInput as bad:
                name.failed(bad.problems[0].message)
                return
            asked.close()
            self.draw()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Save"), kind="primary", on_press=save, testid="view-save")
        asked.show()

    def copy(self) -> None:
        copy_address(address(self.asked()))
        notice(_("The link was copied. Members of this workspace see the same runs with it."))

    def ask_which(self) -> None:
        with sheet(_("Delete views"), testid="views") as asked:
            place = stack("tight")

        def draw() -> None:
            place.clear()
            with place:
                for one in self.known:
                    with row():
                        text(one.name, "grow cut")
                        icon_button(
                            "trash-2",
                            _("Delete the view “{name}”").format(name=one.name),
                            on_press=lambda one=one: drop(one),
                        )
                if not self.known:
                    text(_("There are none any more."), "hint")

        async def drop(one: SavedView) -> None:
            await self.services.saved_views.remove(await self.visit.me(), one.id)
            await self.load()
            draw()

        draw()
        with asked.footer:
            button(_("Done"), kind="primary", on_press=asked.close)
        asked.show()


def _filled(asked: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if value and name in NAMES}
