"""The top bar: what is saved, what is wrong, undo, test, publish."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from app.pages.builder.bench import Bench, What
from app.pages.builder.flow import Flow
from app.pages.builder.publishing import Publishing
from app.pages.builder.sample_contact import SampleContact
from app.pages.builder.starting import Starting
from app.pages.builder.trying import Trying
from app.pages.builder.versions import Versions
from components.controls import box, button, icon_button, menu, menu_item, menu_rule, moment
from components.frame import Frame, notice
from components.sentences import translated
from components.texts import _, ngettext


class Top:
    def __init__(
        self,
        bench: Bench,
        page: Frame,
        flow: Flow,
        trying: Trying,
        publishing: Publishing,
        sample: SampleContact,
        starting: Starting,
        versions: Versions,
    ) -> None:
        self.bench, self.page, self.starting = bench, page, starting
        with page.lead:
            self.trouble = button(
                testid="trouble",
                kind="small trouble",
                icon="triangle-alert",
                on_press=publishing.explain,
            )
            with box(
                "quiet small cut saved",
                role="status",
                data_testid="saved",
                data_lost_words=_("Not saved: no connection"),
            ):
                self.saved = moment(datetime.now(UTC), "minute")
        with page.side:
            sample.draw()
            self.undo = icon_button("undo-2", _("Undo (Ctrl+Z)"), on_press=flow.undo, testid="undo")
            self.redo = icon_button(
                "redo-2", _("Redo (Ctrl+Shift+Z)"), on_press=flow.redo, testid="redo"
            )
            self.test = button(
                _("Test all"), icon="play", on_press=trying.everything, testid="test-all"
            )
            self.publish = button(
                _("Publish"), icon="rocket", on_press=publishing.publish, testid="publish"
            )
            self.run = button(_("Run"), icon="zap", on_press=starting.run, testid="run-now")
            with menu(name=_("More"), kind="ghost"):
                menu_item(_("Versions"), icon_name="history", on_press=versions.show)
                menu_item(
                    _("Settings of the connector"),
                    icon_name="settings",
                    on_press=lambda: bench.select(""),
                )
                menu_item(
                    _("Publish as template"),
                    icon_name="store",
                    href=f"/connectors/{bench.connector_id}/share",
                    testid="share",
                )
                menu_rule()
                menu_item(
                    _("Discard the draft"),
                    icon_name="rotate-ccw",
                    danger=True,
                    on_press=publishing.discard,
                )
        self._keys(page, flow, trying)
        bench.watch(self.redraw, first=True)
        self.redraw("saved")

    def _keys(self, page: Frame, flow: Flow, trying: Trying) -> None:
        keys: dict[str, Callable[[], Any]] = {
            "undo": flow.undo,
            "redo": flow.redo,
            "save": lambda: notice(_("Every change is saved by itself."), tone="ok"),
            "test": lambda: trying.step() if self.bench.selected else trying.everything(),
        }
        for name, do in keys.items():
            page.on_key(name, do)

    def redraw(self, what: What) -> None:
        bench = self.bench
        self.page.heading.say(bench.draft.document.get("name") or _("Untitled connector"))
        self.saved.say(self._saved(), self._saved_at())
        self._say_trouble()
        self.undo.because("" if bench.draft.can_undo else _("There is nothing to undo."))
        self.redo.because("" if bench.draft.can_redo else _("There is nothing to redo."))
        running = bool(bench.running)
        self.test.say(
            _("Cancel") if running else _("Test all"), icon="square" if running else "play"
        )
        self.test.because(self._why_no_test())
        self.publish.because(self._why_not_publish())
        self.run.because(self.starting.why_not())
        self._next()

    def _say_trouble(self) -> None:
        bad, odd = len(self.bench.problems), len(self.bench.advice)
        self.trouble.set_visibility(bool(bad or odd))
        if bad:
            many = _("{count} things to mend").format(count=bad)
            self.trouble.say(_("1 thing to mend") if bad == 1 else many, kind="small trouble")
        else:
            words = ngettext("{n} thing to look at", "{n} things to look at", odd).format(n=odd)
            self.trouble.say(words, kind="small")

    def _next(self) -> None:
        """One button is the next thing to do: publish what has changed, else run it."""
        publish_next = bool(self.bench.revision or self.bench.saving)
        self.publish.say(_("Publish"), kind="primary" if publish_next else "")
        self.run.say(_("Run"), kind="" if publish_next else "primary")

    def _saved(self) -> str:
        bench = self.bench
        if bench.why_not:
            return _("You may look, not change")
        if bench.saving:
            return _("Saving …")
        if bench.not_saved:
            return _("Not saved: {not_saved}").format(not_saved=bench.not_saved)
        if bench.saved_at is None:
            return _("Published, version {version}").format(version=bench.connector.version)
        return _("Saved {time}")

    def _saved_at(self) -> datetime | None:
        """Told by the reader's own clock, not by the server's."""
        bench = self.bench
        return None if bench.why_not or bench.saving or bench.not_saved else bench.saved_at

    def _why_no_test(self) -> str:
        if not self.bench.draft.document["steps"]:
            return _("Add a step first.")
        return self.bench.why_no_test

    def _why_not_publish(self) -> str:
        bench = self.bench
        if bench.why_not:
            return bench.why_not
        if bench.outdated:
            return _("Choose first which changes stay.")
        if bench.problems:
            return translated(f"{bench.problems[0].message} {bench.problems[0].hint or ''}".strip())
        if bench.revision == 0:
            return _("Nothing has changed since the last version.")
        return ""
