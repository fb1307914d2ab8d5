"""The plus on the line: which kind of step, or one that was copied elsewhere."""

from collections.abc import Callable

from app.pages.builder.bench import Bench
from app.pages.builder.pasting import Pasting
from components import kinds
from components.controls import box, icon, sheet, text
from components.copies import unpacked
from components.frame import notice
from components.texts import _


class Adding:
    def __init__(self, bench: Bench, opened: Callable[[str], None]) -> None:
        self.bench, self.opened = bench, opened

    def ask(self, list_id: str, index: int) -> None:
        with sheet(_("Add a step"), testid="add-step") as asked, box("kinds"):
            for key, kind in kinds.KINDS.items():

                def add(chosen: str = key) -> None:
                    asked.close()
                    self.opened(self.bench.draft.add(list_id, index, chosen))

                _offer(key, kind.title, kind.about, kind.icon, kind.color, add)

            def bring() -> None:
                asked.close()
                Pasting(self.bench, list_id, index, self.opened).ask()

            about = _("From a service’s own documentation, or a step copied elsewhere.")
            _offer("paste", _("Paste a cURL command"), about, "clipboard", "#64748b", bring)
        asked.show()

    def paste(self, said: str, after: str) -> None:
        """What the clipboard held while the canvas had the keyboard: a step, or a command."""
        if self.bench.why_not:
            return
        place = self.bench.draft.place(after)
        list_id = place.list_id if place else "root"
        end = len(self.bench.draft.document["steps"])
        index = place.index + 1 if place else end
        step = unpacked(said)
        if step is not None:
            self.opened(self.bench.draft.insert(list_id, index, step))
        elif said.lstrip().startswith("curl"):
            Pasting(self.bench, list_id, index, self.opened).ask(said)
        else:
            notice(
                _("The clipboard holds no step."),
                tone="warn",
                hint=_("Copy a step with Ctrl+C, or a cURL command from a documentation."),
            )


def _offer(
    key: str, title: str, about: str, icon_name: str, color: str, take: Callable[[], None]
) -> None:
    one = box("kind", tag="button", type="button", data_testid=f"kind-{key}")
    with one:
        with box("flow-mark", tag="span").style(f"--c: {color}"):
            icon(icon_name)
        with box("stack tight", tag="span"):
            text(title, "strong", tag="span")
            text(about, "quiet small", tag="span")
    one.on("click", take, args=[])
