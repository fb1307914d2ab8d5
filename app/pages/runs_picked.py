"""What is ticked in the list of runs, and what one may do with all of it."""

from collections.abc import Sequence
from uuid import UUID

from app.pages.runs_asked import Asked, narrowed
from app.pages.runs_many import Many
from app.pages.visit import Visit
from app.services.all import Services
from app.services.history import Narrowed
from components.controls import box, button, menu, menu_item, text
from components.listing import Listing
from components.texts import _, ngettext, number


class Picked:
    listing: Listing

    def __init__(self, visit: Visit, services: Services, asked: Asked, many: Many) -> None:
        self.visit, self.services, self.asked, self.many = visit, services, asked, many
        self.ids: list[str] = []
        self.all_that_fit = False
        self.bar = box("picked-bar", role="region", aria_label=_("Chosen runs"))
        self.bar.props["data-testid"] = "picked"
        self.bar.set_visibility(False)

    async def show(self, ids: Sequence[str]) -> None:
        self.ids, self.all_that_fit = list(ids), False
        self._draw()

    def _draw(self) -> None:
        self.bar.clear()
        self.bar.set_visibility(bool(self.ids))
        if not self.ids:
            return
        with self.bar:
            count = len(self.ids)
            chosen = ngettext("{n} chosen", "{n} chosen", count).format(n=number(count))
            words = _("All that fit are chosen") if self.all_that_fit else chosen
            text(words, "strong numbers").props["role"] = "status"
            if not self.all_that_fit and len(self.ids) == len(self.listing.rows):
                button(
                    _("Choose all that fit, not only those shown"),
                    kind="link",
                    on_press=self.choose_all,
                    testid="pick-all",
                )
            box("grow")
            with menu(_("Run again"), icon="rotate-cw", kind="small"):
                menu_item(
                    _("From the failed step"),
                    icon_name="skip-forward",
                    on_press=lambda: self.many.again(self._which(), "failed_step", "same"),
                    testid="many-failed",
                )
                menu_item(
                    _("From the start"),
                    icon_name="rotate-cw",
                    on_press=lambda: self.many.again(self._which(), "start", "same"),
                    testid="many-start",
                )
                menu_item(
                    _("From the start, with the latest version"),
                    icon_name="history",
                    on_press=lambda: self.many.again(self._which(), "start", "latest"),
                )
            button(
                _("Stop"),
                icon="circle-slash",
                kind="small",
                on_press=lambda: self.many.cancel(self._which()),
                testid="many-cancel",
            )
            button(_("Choose none"), kind="small ghost", on_press=self.choose_none)

    def choose_all(self) -> None:
        self.all_that_fit = True
        self._draw()

    def choose_none(self) -> None:
        self.listing.choose([])
        self.ids = []
        self._draw()

    def _which(self) -> Narrowed:
        """All that fit are found anew: also those that came while one was reading."""
        if self.all_that_fit:
            return narrowed(self.asked)
        return Narrowed(ids=tuple(UUID(one) for one in self.ids))
