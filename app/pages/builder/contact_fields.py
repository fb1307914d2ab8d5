"""The bottom right: which values go into which contact fields, and what that changes."""

from app.pages.builder.bench import Bench, What
from app.pages.builder.picking import data_field
from app.pages.builder.suggesting import Suggesting
from components.controls import box, button, choice, field, icon_button, row, sheet, text
from components.expression_input import ExpressionInput
from components.fields import field_label
from components.mapping_table import MappingTable, effect
from components.texts import _, each, later

WRITES = {
    "overwrite": later("Always"),
    "if_empty": later("Only where it is empty"),
    "append": later("Add to what is there"),
    "clear": later("Always, and empty it when nothing was found"),
}


class ContactFields:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.editing = ""
        self.input: ExpressionInput | None = None
        with box("fields", tag="section", aria_label=_("Contact fields")):
            with box("fields-head"):
                with box("grow"):
                    text(_("Contact fields"), "strong", tag="h2")
                    self.effect = text("", "hint")
                    self.effect.props["role"] = "status"
                    self.effect.props["data-testid"] = "effect"
                self.suggesting = Suggesting(bench)
                button(
                    _("Field"),
                    icon="plus",
                    kind="ghost small",
                    name=_("Add a field of your own"),
                    on_press=self.ask_field,
                    why=bench.why_not,
                )
            self.table = MappingTable(on_target=self.target, on_clear=self.clear)
            self.editor = box("fields-editor")
        bench.watch(self.redraw)
        self.show()

    def redraw(self, what: What) -> None:
        if what in ("saved", "selection"):
            return
        self.show()
        if self.bench.field != self.editing:
            self.edit()
        elif self.input is not None and what in ("value", "structure", "tests", "sample"):
            said = self.bench.draft.mapping(self.editing) or {}
            self.input.set_value(str(said.get("value") or ""))
            self.input.know(self.bench.known(None))

    def show(self) -> None:
        rows = self.bench.fields()
        own = self.bench.field
        if own and own not in {one.field for one in rows}:
            rows.append(type(rows[0])(own, field_label(own)))
        self.table.show(rows, target=own, readonly=bool(self.bench.why_not))
        self.suggesting.refresh()
        said = effect(rows, self.bench.contact_name)
        self.effect.say(said or _("Choose a field, then click a value in the answer."))
        self.effect.classes(add="effect" if said else "", remove="" if said else "effect")

    def target(self, name: str) -> None:
        if not self.bench.why_not:
            self.bench.field = "" if self.bench.field == name else name
            self.bench.target = None
            self.bench.tell("target")

    def clear(self, name: str) -> None:
        if self.bench.why_not:
            return
        self.bench.draft.map(name, "", "overwrite")
        self.bench.field = ""
        self.bench.changed()

    def edit(self) -> None:
        """The chosen field, in full: its value as text with chips, and when it is written."""
        self.editing = name = self.bench.field
        self.editor.clear()
        self.input = None
        self.editor.set_visibility(bool(name))
        if not name:
            return
        said = self.bench.draft.mapping(name) or {}
        with self.editor:
            with row():
                text(field_label(name), "strong grow", tag="h3")
                icon_button("x", _("Done"), kind="ghost small", on_press=lambda: self.target(name))
            self.input = ExpressionInput(
                _("Value for {name}").format(name=field_label(name)),
                str(said.get("value") or ""),
                known=self.bench.known(None),
                hide_label=True,
                placeholder=_("Click a value in the answer, or type"),
                on_change=self._said,
                on_focus=lambda one: self.bench.aim(one, None),
                on_left=self.bench.leave,
                testid="mapping-value",
            )
            choice(
                _("Write it"),
                each(WRITES),
                said.get("write") or "overwrite",
                on_change=self._write,
                testid="mapping-write",
            )

    def _said(self, value: str) -> None:
        self.bench.draft.map(self.editing, value)
        self.bench.changed()

    def _write(self, write: str) -> None:
        said = self.bench.draft.mapping(self.editing) or {}
        self.bench.draft.map(self.editing, str(said.get("value") or ""), write)
        self.bench.changed()

    def ask_field(self) -> None:
        with sheet(_("A field of your own")) as asked:
            text(_("It is kept with the contact, beside the usual fields."), "soft small")
            name = field(
                _("Name"), "", placeholder=_("Company size"), autofocus=True, testid="own-field"
            )

        def add() -> None:
            if not name.value.strip():
                name.failed(_("Give it a name."))
                return
            asked.close()
            self.bench.field = data_field(name.value)
            self.bench.tell("target")

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Add it"), kind="primary", on_press=add)
        asked.show()
