"""The bottom left: what the service answered, what was sent, and what went wrong."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from app.pages.builder import answer_words as words
from app.pages.builder.bench import Bench, What
from app.pages.builder.curl_copy import copy_button
from app.pages.builder.picking import Picking
from app.services.drafts import LastTest
from components import kinds
from components.answer_view import draw_view, view_switch, views_of
from components.controls import badge, box, choice, empty_state, error_card, icon_button, row, text
from components.json_picker import JsonPicker
from components.texts import _, each, later

TABS = {"answer": later("Answer"), "sent": later("Call as sent")}


class Answer:
    def __init__(
        self,
        bench: Bench,
        picking: Picking,
        try_step: Callable[[], Any],
        focus: Callable[[str], None],
    ) -> None:
        self.bench, self.picking, self.try_step, self.focus = bench, picking, try_step, focus
        self.tab, self.newest, self.view = "answer", True, "tree"
        self.shown: tuple[Any, ...] = ()
        self.tree: JsonPicker | None = None
        with box("answer", tag="section", aria_label=_("Answer")):
            self.head = box("tabs answer-tabs")
            self.body = box("answer-body")
        bench.watch(self.redraw)
        self.draw()

    def redraw(self, what: What) -> None:
        if what == "selection":
            self.newest = True
        if what != "saved":
            self.draw()

    def draw(self) -> None:
        """Only what changed: an open tree stays open while other things are typed."""
        bench, last = self.bench, self._chosen()
        both = len(bench.tests.get(bench.selected, {})) == 2
        step = bench.draft.find(bench.selected)
        name = kinds.title(step) if step is not None and last is None else ""
        body = (
            *(bench.selected, last, self.tab, bench.contact_name, self._values() is None, name),
            self.view,
        )
        now = (*body, both, bench.stale(bench.selected))
        if now != self.shown:
            same_body = self.shown[: len(body)] == body
            self.shown = now
            self._head(last, both)
            if not same_body:
                self._body(last)
                return
        self._tree(fresh=False)

    def _chosen(self) -> LastTest | None:
        """The newest answer, or the one of the other sort when people ask for it."""
        newest = self.bench.last(self.bench.selected)
        if newest is None or self.newest:
            return newest
        return self.bench.tests[self.bench.selected].get(not newest.good, newest)

    def _values(self) -> Any:
        """What the tree shows: an answer, or what a set step makes of the sample right now."""
        bench = self.bench
        step, last = bench.draft.find(bench.selected), self._chosen()
        if step is None:
            return None
        if step["kind"] == "set":
            return bench.samples.values(step, bench.samples.scope(bench.draft, step["id"])) or None
        if last is None:
            return None
        answer = (last.entry.get("response") or {}).get("body")
        return answer if step["kind"] == "http" else last.entry.get("extracted") or None

    def _head(self, last: LastTest | None, both: bool) -> None:
        self.head.clear()
        with self.head:
            with box("row", role="tablist", aria_label=_("Answer and call")):
                for key, name in each(TABS).items():
                    tab = box("tab", tag="button", type="button", role="tab")
                    tab.props["aria-selected"] = "true" if self.tab == key else "false"
                    tab.on("click", lambda chosen=key: self.turn_to(chosen), args=[])
                    tab._text = name
            box("grow")
            with row("answer-facts"):
                if self.tab == "answer" and (values := self._values()) is not None:
                    view_switch(values, self.view, self.look_at)
                if last is None:
                    return
                if self.tab == "answer":
                    self._file(last)
                if self.bench.stale(self.bench.selected):
                    badge(_("Changed since this test"), "warn", "rotate-ccw")
                if both:
                    self._choose_answer()
                badge(*words.verdict(last.entry))
                text(words.numbers(last.entry), "quiet small numbers")

    def _file(self, last: LastTest) -> None:
        """The whole of what the service said, also where it is cut here."""
        if not (last.entry.get("response") or {}).get("body"):
            return
        asked = urlencode({"good": "1" if last.good else "0"})
        icon_button(
            "download",
            _("Download all"),
            kind="ghost small",
            href=f"/downloads/connectors/{self.bench.connector_id}/answers/{last.step_id}?{asked}",
            testid="answer-file",
        )

    def look_at(self, view: str) -> None:
        self.view = view
        self.draw()

    def _choose_answer(self) -> None:
        newest = self.bench.last(self.bench.selected)
        other = _("Last that failed") if newest is None or newest.good else _("Last that worked")
        choice(
            _("Which answer"),
            {True: _("Newest"), False: other},
            self.newest,
            hide_label=True,
            on_change=self.choose,
        ).classes("small-choice")

    def _body(self, last: LastTest | None) -> None:
        self.body.clear()
        self.tree = None
        step = self.bench.draft.find(self.bench.selected)
        with self.body:
            if step is None:
                empty_state(
                    _("No step is open"),
                    _("Choose a step to see its answer."),
                    icon_name="workflow",
                )
                return
            if self.tab == "sent" and last is not None:
                sent = last.entry.get("request")
                words.show_call(sent)
                if sent is not None:
                    with box("sent-acts"):
                        copy_button(self.bench, self.bench.selected, sent)
                return
            if last is not None and last.entry.get("error"):
                self._error(last.entry["error"], last.entry)
            if last is not None and (last.entry.get("response") or {}).get("truncated"):
                text(_("The answer is longer than what is kept of it here."), "hint answer-note")
            values = self._values()
            if self.view != "tree" and self.view in views_of(values):
                draw_view(values, self.view, on_pick=self.picking.pick)
            elif values is not None:
                self.tree = JsonPicker(on_pick=self.picking.pick)
                self._tree(fresh=True)
            elif last is None:
                self._untested(kinds.title(step))

    def _untested(self, name: str) -> None:
        empty_state(
            _("Not tested yet"),
            _("Test it on {contact_name} to see what “{name}” gets.").format(
                contact_name=self.bench.contact_name, name=name
            ),
            icon_name="play",
            action=_("Test this step"),
            on_action=self.try_step,
        )

    def _tree(self, *, fresh: bool) -> None:
        step = self.bench.draft.find(self.bench.selected)
        if self.tree is None or step is None:
            return
        self.tree.show(
            self._values(),
            root=kinds.title(step),
            mapped=self.picking.mapped(step),
            verb=self.picking.verb(),
            dimmed=bool(self.bench.running),
            searchable=_("Search in the answer"),
            fresh=fresh,
        )

    def _error(self, error: dict[str, Any], entry: dict[str, Any]) -> None:
        status = words.status_of(entry)
        action, do = self._next(error["code"], status)
        with box("answer-error"):
            error_card(
                error["message"],
                error.get("hint") or "",
                tone=words.tone_of(entry, error["code"]),
                action=action,
                on_action=do,
                said=words.said((entry.get("response") or {}).get("body")),
                details=_("Code: {code}").format(code=error["code"])
                + ("\n" + _("Status: {status}").format(status=status) if status else ""),
            )

    def _next(self, code: str, status: int | None) -> tuple[str, Callable[[], Any]]:
        """The next thing to do about it: its words, and the act."""
        if status in words.KEY_TROUBLE or code in words.KEY_CODES:
            return _("Look at the key"), lambda: self.focus("credential")
        if code == "address_not_allowed":
            return _("Look at the address"), lambda: self.focus("url")
        if status == 404 and not self.bench.why_not:
            return _("It means “no match”"), self._is_no_match
        if status in words.REFUSED:
            return _("See what was sent"), lambda: self.turn_to("sent")
        return _("Test again"), self.try_step

    def _is_no_match(self) -> Any:
        """A rule says so from now on, and the test shows it."""
        bench, step_id = self.bench, self.bench.selected
        rules = (bench.draft.find(step_id) or {}).get("rules") or []
        rule = {"status": [404], "then": "not_found"}
        bench.draft.set(step_id, ("rules",), [*rules, rule], alone=True)
        bench.changed("structure")
        return self.try_step()

    def turn_to(self, tab: str) -> None:
        self.tab = tab
        self.draw()

    def choose(self, newest: bool) -> None:
        self.newest = newest
        self.draw()
