"""Which values of an answer are kept, under which names."""

from app.pages.builder.bench import Bench, What
from components.controls import box, field, icon_button, text
from components.frame import notice
from components.texts import _


class Kept:
    """Filled by clicking values in the answer; names and paths can be changed here."""

    def __init__(self, bench: Bench, step_id: str) -> None:
        self.bench, self.step_id = bench, step_id
        self.shown: dict[str, str] | None = None
        with box("stack tight"):
            text(_("Keep from the answer"), "label", tag="h3")
            self.place = box("stack tight")
        bench.watch(self.redraw, inside=self.place)
        self.draw()

    def redraw(self, what: What) -> None:
        if what in ("value", "structure", "tests"):
            self.draw()

    def draw(self) -> None:
        step = self.bench.draft.find(self.step_id) or {}
        kept: dict[str, str] = step.get("extract") or {}
        if kept == self.shown:
            return
        self.shown = dict(kept)
        self.place.clear()
        with self.place:
            if not kept:
                text(
                    _("Test the step, then click the values you need in its answer below."), "hint"
                )
            for name, path in kept.items():
                self._row(name, path)

    def _row(self, name: str, path: str) -> None:
        with box("pair kept"):
            field(
                _("Name of the kept value"),
                name,
                hide_label=True,
                on_change=lambda said: self.rename(name, said),
                testid=f"kept-{name}",
                wait=900,
            )
            field(
                _("Where {name} is in the answer").format(name=name),
                path,
                hide_label=True,
                mono=True,
                on_change=lambda said: self._moved(name, said),
            )
            icon_button(
                "x", _("Do not keep {name}").format(name=name), on_press=lambda: self.drop(name)
            )

    def rename(self, old: str, new: str) -> None:
        """Everything that uses it follows."""
        if new.strip() == old:
            return
        if self.bench.draft.rename_kept(self.step_id, old, new.strip()):
            self.bench.changed("structure")
            return
        notice(
            _("“{new}” cannot be the name.").format(new=new),
            tone="warn",
            hint=_("Use letters, digits and _, and a name that is not taken yet."),
        )
        self.shown = None
        self.draw()

    def drop(self, name: str) -> None:
        self.bench.draft.set(self.step_id, ("extract", name), None)
        self.bench.changed()

    def _moved(self, name: str, path: str) -> None:
        if self.shown is not None:
            self.shown[name] = path  # already on the screen
        self.bench.draft.set(self.step_id, ("extract", name), path)
        self.bench.changed()
