"""Proposals for contact fields, made from the answers that are there: take some, leave some."""

from collections.abc import Callable
from dataclasses import dataclass

from app.pages.builder.bench import Bench
from components.controls import Button, box, button, choice, icon, icon_button, sheet, text
from components.fields import field_label
from components.frame import notice
from components.proposals import Proposal, proposals
from components.texts import _, each, later, ngettext
from components.visible import Around

POLICIES = {"if_empty": later("Only where the field is empty"), "overwrite": later("Always")}


@dataclass(frozen=True, slots=True)
class Suggestion:
    step_id: str
    number: str
    made: Proposal


class Suggesting:
    def __init__(self, bench: Bench) -> None:
        self.bench, self.policy = bench, "if_empty"
        self.left: set[tuple[str, str]] = set()  # step and field of what is not wanted
        self.opener: Button = button(
            _("Suggest"),
            icon="sparkles",
            kind="small",
            on_press=self.ask,
            why=bench.why_not,
            testid="suggest",
        )

    def refresh(self) -> None:
        count = len(self.found())
        self.opener.set_visibility(bool(count))
        self.opener.say(ngettext("{n} suggestion", "{n} suggestions", count).format(n=count))

    def found(self) -> list[Suggestion]:
        """The best over all answers; of two alike the earlier step's."""
        bench = self.bench
        taken = {str(one.get("field")) for one in bench.draft.document["field_mappings"]}
        best: dict[str, Suggestion] = {}
        for place in bench.draft.visible(None):
            if isinstance(place, Around) or place.step["kind"] != "http":
                continue
            entry = bench.newest().get(place.step["id"], {})
            answer = (entry.get("response") or {}).get("body")
            if entry.get("status") != "success":
                continue
            left = {field for step_id, field in self.left if step_id == place.step["id"]}
            for one in proposals(answer, bench.samples.contact, taken | left):
                if one.field not in best or one.score > best[one.field].made.score:
                    best[one.field] = Suggestion(place.step["id"], place.number, one)
        return list(best.values())

    def ask(self) -> None:
        with sheet(_("Fill in contact fields"), testid="suggestions") as asked:
            text(
                _(
                    "These values look as if they belong into these fields. Nothing is written "
                    "before a run."
                ),
                "soft small",
            )
            choice(
                _("Write them"),
                each(POLICIES),
                self.policy,
                on_change=self._choose,
                testid="suggest-policy",
            )
            place = box("suggestions")
        with asked.footer:
            button(_("Close"), on_press=asked.close)
            all_of_them = button(
                _("Take all"), kind="primary", on_press=lambda: take_all(), testid="take-all"
            )

        def draw() -> None:
            found = self.found()
            n = len(found)
            all_of_them.say(_("Take it") if n == 1 else _("Take all {n}").format(n=n))
            place.clear()  # and with it the button that was pressed
            with place:
                for one in found:
                    self._row(one, draw)
            if not found:
                asked.close()

        def take_all() -> None:
            found = self.found()
            with self.bench.draft.as_one():
                for one in found:
                    self._map(one)
            asked.close()
            self.bench.changed("structure")
            notice(
                _("{n} contact fields have a value now.").format(n=len(found)),
                tone="ok",
                hint=_("It is written in a run, not before."),
            )

        draw()
        asked.show()

    def _row(self, one: Suggestion, drawn: Callable[[], None]) -> None:
        with box("suggestion", data_testid=f"suggestion-{one.made.field}"):
            with box("stack tight grow"):
                with box("row"):
                    text(field_label(one.made.field), "strong", tag="span")
                    icon("arrow-left", "quiet")
                    text(f"{one.number} {one.made.label}", "chip", tag="span")
                text(one.made.value, "mono cut")
                if one.made.why:
                    text(one.made.why, "quiet small")

            def take() -> None:
                with self.bench.draft.as_one():
                    self._map(one)
                self.bench.changed("structure")
                drawn()

            def leave() -> None:
                self.left.add((one.step_id, one.made.field))
                self.refresh()
                drawn()

            named = field_label(one.made.field)
            button(
                _("Take it"),
                kind="small",
                name=_("Take it for {field}").format(field=named),
                on_press=take,
            )
            icon_button(
                "x",
                _("Not for {field}").format(field=named),
                kind="ghost small",
                on_press=leave,
                testid=f"leave-{one.made.field}",
            )

    def _map(self, one: Suggestion) -> None:
        name = self.bench.draft.keep(one.step_id, one.made.path, one.made.label)
        if name is not None:
            value = f"{{{{ steps.{one.step_id}.{name} }}}}"
            self.bench.draft.map(one.made.field, value, self.policy)

    def _choose(self, policy: str) -> None:
        self.policy = policy
