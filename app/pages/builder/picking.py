"""What a click on a value of an answer does: keep it, insert it, or map it."""

from typing import Any

from app.pages.builder.bench import Bench
from components.fields import field_label
from components.frame import notice
from components.kinds import name_for, readable
from components.lifting import lifted
from components.loops import left_behind
from components.samples import WHOLE
from components.texts import _
from engine.model.contact import FIELDS


class Picking:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def verb(self) -> str:
        if self.bench.field:
            return _("Write to {field}").format(field=field_label(self.bench.field))
        return _("Insert") if self._insertable(self.bench.selected) else _("Keep this value")

    def mapped(self, step: dict[str, Any]) -> dict[str, list[str]]:
        """Path in the answer → what is done with it: the kept name, the contact fields."""
        fields: dict[str, list[str]] = {}
        for one in self.bench.draft.document["field_mappings"]:
            for name in self._names(step):
                if f"steps.{step['id']}.{name}" in str(one.get("value")):
                    fields.setdefault(name, []).append(field_label(str(one.get("field"))))
        if step["kind"] != "http":
            return {f"$.{name}": fields.get(name, []) for name in self._names(step)}
        kept: dict[str, str] = step.get("extract") or {}
        return {
            path: fields.get(name) or [_("kept as {name}").format(name=name)]
            for name, path in kept.items()
        }

    def pick(self, path: str, value: Any, label: str, step_id: str = "") -> None:
        """A path in the answer of the step that is open, or of another one."""
        bench = self.bench
        step_id = step_id or bench.selected
        if bench.why_not:
            notice(bench.why_not, tone="warn")
            return
        expression = self._expression(step_id, path, label)
        if expression is None:
            notice(_("This value cannot be used by itself. Choose one inside it."), tone="warn")
        else:
            self.use(expression, label, step_id)

    def use(self, expression: str, label: str, step_id: str = "") -> None:
        bench = self.bench
        if bench.field:
            self._write(expression, step_id)
        elif self._insertable(step_id):
            bench.changed()
            assert bench.target is not None
            bench.target.insert(expression)
        else:
            bench.changed()
            name = expression.rsplit(".", 1)[-1]
            notice(
                _("Kept as “{name}”.").format(name=readable(name)),
                tone="ok",
                hint=_("Later steps and contact fields can use it now."),
            )

    def _expression(self, step_id: str, path: str, label: str) -> str | None:
        step = self.bench.draft.find(step_id)
        if step is None:
            return None
        if step["kind"] == "http":
            name = self.bench.draft.keep(step_id, path, label if path != "$" else "answer")
            return None if name is None else f"steps.{step_id}.{name}"
        inside = path.removeprefix("$").removeprefix(".")
        return f"steps.{step_id}.{inside}" if inside else None

    def _insertable(self, step_id: str) -> bool:
        """Only values of earlier steps can stand in a field."""
        bench = self.bench
        if bench.target is None or bench.target.is_deleted:
            return False
        earlier = {place.step["id"] for place in bench.draft.earlier(bench.target_step)}
        return not step_id or step_id in earlier

    def _write(self, expression: str, step_id: str) -> None:
        """Into the contact field that waits; from inside a waterfall through what it keeps."""
        bench = self.bench
        found: str | None = expression
        if step_id:
            wish = bench.field.removeprefix("data.")
            found = lifted(bench.draft, step_id, expression, wish)
        if found is None:
            notice(
                _("A loop has this value once for each item."),
                tone="warn",
                hint=_("Keep it in the loop’s settings, then use the list of results."),
            )
            return
        self._map(f"{{{{ {found} }}}}")

    def _map(self, value: str) -> None:
        """Map it, then wait for the next field that is still empty."""
        bench = self.bench
        bench.draft.map(bench.field, value)
        mapped = {m.get("field") for m in bench.draft.document["field_mappings"]}
        after = FIELDS[FIELDS.index(bench.field) + 1 :] if bench.field in FIELDS else ()
        bench.field = next((name for name in after if name not in mapped), "")
        bench.changed()

    @staticmethod
    def _names(step: dict[str, Any]) -> list[str]:
        return [name for name in left_behind(step) if name not in WHOLE]


def data_field(words: str) -> str:
    return f"data.{name_for(words)}"
