"""The banner that says that somebody else works on the same draft, with both sides."""

from nicegui import background_tasks, ui

from app.pages.builder.bench import Bench, What
from app.pages.differences import list_changes
from app.services.drafts import Opened
from app.services.problems import ServiceProblem
from components.changes import Change, changes
from components.controls import box, button, icon, row, text
from components.texts import _

MOST = 6


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
        background_tasks.create(self._compare(), name="builder: compare two drafts")

    async def _compare(self) -> None:
        bench = self.bench
        with self.place:
            try:
                theirs = await bench.services.drafts.open(
                    await bench.visit.me(), bench.connector_id
                )
            except ServiceProblem:
                return
        if self.place.is_deleted:
            return
        self.place.clear()
        with self.place:
            self._draw(theirs)

    def _draw(self, theirs: Opened) -> None:
        bench = self.bench
        with box("news warn", role="group", aria_label=_("Someone else changed this draft")):
            icon("triangle-alert")
            with box("stack grow"):
                text(_("Someone else changed this draft."), "headline")
                text(
                    _("Your last changes are not saved yet. Choose which ones stay."), "soft small"
                )
                with box("sides"):
                    _side(_("What they did"), changes(bench.kept, theirs.document))
                    _side(_("What you did"), changes(bench.kept, bench.draft.document))
                with row():
                    button(_("Load what they made"), kind="small", on_press=ui.navigate.reload)
                    button(
                        _("Keep mine instead"),
                        kind="small",
                        on_press=lambda: self._keep(theirs.revision),
                        testid="keep-mine",
                    )

    def _keep(self, revision: int) -> None:
        self.place.set_visibility(False)
        self.place.clear()
        self.bench.save_over(revision)


def _side(title: str, found: list[Change]) -> None:
    with box("stack tight"):
        text(title, "strong small")
        list_changes(found[:MOST])
        if len(found) > MOST:
            text(_("and {value} more").format(value=len(found) - MOST), "hint")
        if not found:
            text(_("Nothing that is still different."), "hint")
