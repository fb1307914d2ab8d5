"""The banner that says that somebody else works on the same draft, with both sides."""

from nicegui import background_tasks

from app.pages.builder.bench import Bench, What
from app.pages.differences import list_changes
from app.services.drafts import Opened
from app.services.problems import ServiceProblem
from components.changes import Change, changes
from components.controls import box, button, icon, row, text
from components.frame import notice
from components.merging import merged
from components.texts import _, later

MOST = 6
APART = later("Your last changes are not saved yet. They do not touch the same step: keep both.")
CROSSED = later("Your last changes are not saved yet. Choose which ones stay.")


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
        self._draw_anew(theirs)

    def _draw(self, theirs: Opened) -> None:
        bench = self.bench
        with box("news warn", role="group", aria_label=_("Someone else changed this draft")):
            icon("triangle-alert")
            with box("stack grow"):
                text(_("Someone else changed this draft."), "headline")
                both = merged(bench.kept, bench.draft.document, theirs.document)
                text(_(APART if both else CROSSED), "soft small")
                with box("sides"):
                    _side(_("What they did"), changes(bench.kept, theirs.document))
                    _side(_("What you did"), changes(bench.kept, bench.draft.document))
                with row():
                    self._choices(theirs, both is not None)

    def _choices(self, theirs: Opened, apart: bool) -> None:
        if apart:
            button(
                _("Keep both"),
                kind="small primary",
                on_press=lambda: self._both(theirs),
                testid="keep-both",
            )
        button(
            _("Take theirs"),
            kind="small",
            on_press=lambda: self._take(theirs),
            testid="take-theirs",
        )
        button(
            _("Keep mine instead"),
            kind="small",
            on_press=lambda: self._keep(theirs),
            testid="keep-mine",
        )

    def _both(self, theirs: Opened) -> None:
        """What was typed since the banner came is in it, too."""
        bench = self.bench
        both = merged(bench.kept, bench.draft.document, theirs.document)
        if both is None:
            self._draw_anew(theirs)
            return
        bench.draft.become(both)
        self._keep(theirs)
        notice(_("Both changes are kept."), tone="ok")

    def _take(self, theirs: Opened) -> None:
        """Nothing of one's own is lost: it is one undo away."""
        self._put_away()
        self.bench.draft.become(theirs.document)
        self.bench.agree(theirs)
        notice(_("You see what they made."), hint=_("Undo brings back what you had."))

    def _keep(self, theirs: Opened) -> None:
        self._put_away()
        self.bench.agree(theirs)
        self.bench.changed("structure")

    def _draw_anew(self, theirs: Opened) -> None:
        self.place.clear()
        with self.place:
            self._draw(theirs)

    def _put_away(self) -> None:
        """Not cleared yet: the button that was pressed is still at work inside of it."""
        self.place.set_visibility(False)


def _side(title: str, found: list[Change]) -> None:
    with box("stack tight"):
        text(title, "strong small")
        list_changes(found[:MOST])
        if len(found) > MOST:
            text(_("and {value} more").format(value=len(found) - MOST), "hint")
        if not found:
            text(_("Nothing that is still different."), "hint")
