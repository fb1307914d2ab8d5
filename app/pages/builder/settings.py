"""The right side: settings of the step that is open, or of the whole connector."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from app.pages.builder.bench import Bench, What
from app.pages.builder.branch_form import branch_form
from app.pages.builder.connector_form import connector_form
from app.pages.builder.expert import expert_form
from app.pages.builder.for_each_form import for_each_form
from app.pages.builder.http_form import http_form
from app.pages.builder.inputs import Inputs
from app.pages.builder.mending import mend_button
from app.pages.builder.new_key import tile
from app.pages.builder.pause_forms import stop_form, wait_form
from app.pages.builder.set_form import set_form
from app.pages.builder.waterfall_form import waterfall_form
from app.pages.builder.where import sentence, setting
from components import kinds
from components.controls import Button, Text, box, button, field, icon, icon_button, row, text
from components.marks import mark
from components.sentences import translated
from components.texts import _
from engine.model.mending import GiveKey

FORMS: dict[str, Callable[[Bench, dict[str, Any], Inputs], None]] = {
    "http": http_form,
    "set": set_form,
    "branch": branch_form,
    "for_each": for_each_form,
    "waterfall": waterfall_form,
    "wait": wait_form,
    "stop": stop_form,
}


class Settings:
    def __init__(self, bench: Bench, try_step: Callable[[], Any]) -> None:
        self.bench, self.try_step = bench, try_step
        self.inputs = Inputs(bench)
        self.said: list[str] = []
        self.wrong: ui.element | None = None
        self.title: Text | None = None
        self.press: Button | None = None
        self.body: ui.element | None = None
        self.drawn = ""  # the step whose settings are shown
        self.shown: tuple[Any, ...] = ()  # what its form shows
        self.panel = box("side-panel", tag="aside", aria_label=_("Settings"))
        bench.watch(self.redraw)
        self.draw()

    def redraw(self, what: What) -> None:
        """Typing must not draw the fields anew, or the caret would be lost."""
        if what == "selection" or (what == "structure" and self._asked() != self.shown):
            self.draw()
        elif what in ("structure", "value", "tests", "sample"):
            self._refresh()

    def _asked(self) -> tuple[Any, ...]:
        """All that the form is made of; what is typed into it is on the screen already."""
        bench = self.bench
        step, keys = bench.draft.find(bench.selected), dict(bench.credentials)
        whole = None if step else bench.draft.document
        return step, whole, bench.draft.document.get("input_schema"), keys, dict(bench.unread)

    def draw(self) -> None:
        self.said = []
        self.inputs.clear()
        step = self.bench.draft.find(self.bench.selected)
        if step is not None and self.body is not None and self.drawn == step["id"]:
            self.body.clear()  # the rest stays, and with it how far down one has read
        else:
            self._draw_around(step)
        if step is not None and self.body is not None:
            with self.body:
                self._draw_body(step)
        self._refresh()

    def _draw_around(self, step: dict[str, Any] | None) -> None:
        self.panel.clear()
        self.body = self.press = None
        self.drawn = str(step["id"]) if step else ""
        with self.panel:
            if step is None:
                connector_form(self.bench)
                return
            self._head(step)
            self.body = box("side-body")
            with box("side-foot"):
                self.press = button(
                    _("Test this step"),
                    icon="play",
                    caps=_("Ctrl ↵"),
                    on_press=self.try_step,
                    testid="test",
                )
                self.press.classes("wide")

    def _draw_body(self, step: dict[str, Any]) -> None:
        if self.bench.why_not and self.body is not None:
            self.body.props["inert"] = True
            text(self.bench.why_not, "hint")
        self.wrong = box("stack tight")
        field(
            _("Name"),
            step.get("name") or "",
            on_change=lambda said: self.bench.set(("name",), said),
            testid="step-name",
        )
        self._form(step)
        expert_form(self.bench, step, self.inputs)

    def _form(self, step: dict[str, Any]) -> None:
        form = FORMS.get(step["kind"])
        if form is not None:
            form(self.bench, step, self.inputs)

    def _head(self, step: dict[str, Any]) -> None:
        kind = kinds.kind_of(step)
        with box("side-head"):
            known = self.bench.services.catalogue.of_step(step)
            if known is not None:
                tile(mark(known.service, known.service_title), "large")
            else:
                with box("flow-mark", tag="span").style(f"--c: {kind.color}"):
                    icon(kind.icon)
            with box("grow"):
                self.title = text(kinds.title(step), "strong cut", tag="h2")
                self.title.props["data-testid"] = "panel-title"
                text(_(kind.about), "quiet small cut")
            icon_button("x", _("Close the settings"), on_press=lambda: self.bench.select(""))

    def _refresh(self) -> None:
        """New values are known, problems came or went, the test is old: all without redrawing."""
        bench = self.bench
        self.shown = self._asked()
        self.inputs.refresh()
        step = bench.draft.find(bench.selected)
        if self.press is not None and self.title is not None and step is not None:
            self.title.say(kinds.title(step))
            self._say_problems()
            running = bool(bench.running)
            self.press.say(
                _("Cancel") if running else _("Test this step"),
                icon="square" if running else "play",
                kind="" if running else "primary",
            )
            self.press.pulse(not running and bench.stale(bench.selected))
            self.press.because("" if running else bench.why_no_test)

    def focus(self, field: str) -> None:
        """Put the caret where something must be mended, once the panel has been drawn."""
        wanted = setting(field)
        part = (self.bench.selected, _(wanted.part))
        if wanted.part and not self.bench.unfolded.get(part):
            self.bench.unfolded[part] = True
            self.draw()
        self.bench.audience.catch_up()
        self.panel.client.run_javascript(
            f"setTimeout(() => (document.querySelector('[data-testid={wanted.testid}]') ?? "
            "document.querySelector('.side-panel'))?.querySelector("
            "'input, select, textarea, [contenteditable]')?.focus(), 150)"
        )

    def _say_problems(self) -> None:
        mine = [one for one in self.bench.problems if one.step_id == self.bench.selected]
        odd = [one for one in self.bench.advice if one.step_id == self.bench.selected]
        words = [sentence(one) for one in (*mine, *odd)]
        if words == self.said:
            return
        self.said = words
        if self.wrong is None:
            return
        self.wrong.clear()
        with self.wrong:
            for one in (*mine, *odd):
                with box("stack tight"):
                    with box("error" if one in mine else "error tone-warn"):
                        icon("circle-alert")
                        text(f"{sentence(one)} {translated(one.hint or '')}".strip(), tag="span")
                    if not isinstance(one.mending, GiveKey):  # its button stands beside the choice
                        with row():
                            mend_button(self.bench, one, lambda: None)
