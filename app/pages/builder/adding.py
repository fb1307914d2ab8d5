"""The plus on the line: a call of a known service, a kind of step, or one from elsewhere."""

from collections.abc import Callable, Iterator

from app.pages.builder.bench import Bench
from app.pages.builder.bringing import Bringing, Ready, Where
from app.pages.builder.importing import Importing
from app.pages.builder.pasting import Pasting
from components import kinds
from components.controls import Sheet, sheet
from components.copies import unpacked
from components.finder import Choice, Finder
from components.frame import notice
from components.marks import mark
from components.texts import _, later, listed
from engine.model.catalogue import KnownCall

# key: title, about, icon
ELSEWHERE = {
    "paste": (
        later("Paste a cURL command"),
        later("From a service’s own documentation, or a step copied elsewhere."),
        "clipboard",
    ),
    "import": (
        later("Import a description"),
        later("Choose a call from a service’s OpenAPI document."),
        "file-text",
    ),
}


class Adding:
    def __init__(self, bench: Bench, opened: Callable[[str], None]) -> None:
        self.bench, self.opened = bench, opened

    def ask(self, list_id: str, index: int) -> None:
        self._ask(_("Add a step"), Where(list_id, index), list(self._kinds()))

    def choose_service(self, step_id: str, *, another: bool = False) -> None:
        """For a call that has no address yet, or shall have another: it takes the same place."""
        title = _("Choose another call") if another else _("Choose a service")
        self._ask(title, Where(instead_of=step_id), list(self._elsewhere()))

    def _ask(self, title: str, where: Where, first: list[Choice]) -> None:
        with sheet(title, wide=True, testid="add-step") as asked:
            finder = Finder(
                _("Search services and steps"),
                placeholder=_("Hunter, check an e-mail, wait …"),
                nothing=_("Nothing fits. Ask a service by its address instead."),
                on_pick=lambda key: self._take(asked, where, key),
                testid="finder",
            )
            finder.show([*first, *self._calls()])
        asked.show()

    def _take(self, asked: Sheet, where: Where, key: str) -> None:
        if self.bench.why_not:
            return
        asked.close()
        kind, _dot, name = key.partition(":")
        call = self.bench.services.catalogue.call(name) if kind == "call" else None
        if call is not None:
            asks = {"properties": call.inputs, "required": list(call.required)}
            name = f"{call.title} ({call.service_title})"
            ready = Ready(call.steps, call.slot, asks, call.brings, call.example, name)
            Bringing(self.bench, self.opened).bring(where, ready)
        elif name == "paste":
            Pasting(self.bench, where, self.opened).ask()
        elif name == "import":
            Importing(self.bench, where, self.opened).ask()
        elif kind == "kind" and name in kinds.KINDS:
            self.opened(self.bench.draft.add(where.list_id, where.index, name))

    def _kinds(self) -> Iterator[Choice]:
        group = _("Build a step yourself")
        for key, kind in kinds.KINDS.items():
            yield Choice(
                id=f"kind:{key}",
                title=_(kind.title),
                about=_(kind.about),
                group=group,
                small=True,
                icon=kind.icon,
                color=kind.color,
                testid=f"kind-{key}",
            )
        yield from self._elsewhere(group)

    def _elsewhere(self, group: str = "") -> Iterator[Choice]:
        for key, (title, about, icon) in ELSEWHERE.items():
            yield Choice(
                id=f"from:{key}",
                title=_(title),
                about=_(about),
                group=group or _("From elsewhere"),
                small=True,
                icon=icon,
                testid=f"kind-{key}",
            )

    def _calls(self) -> Iterator[Choice]:
        """Those whose key is here already stand first."""
        here = self.bench.credentials
        ready = [one for one in self.bench.services.catalogue.calls if one.service in here]
        others = [one for one in self.bench.services.catalogue.calls if one.service not in here]
        yield from (self._call(one, _("Services whose key is here")) for one in ready)
        group = _("Other services") if ready else _("Services")
        yield from (self._call(one, group) for one in others)

    def _call(self, one: KnownCall, group: str) -> Choice:
        free = one.slot is None
        about = one.service_title
        if one.brings:
            names = listed([f"“{name}”" for name in one.brings])
            about = _("{service} · with {names}").format(service=about, names=names)
        return Choice(
            id=f"call:{one.key}",
            title=one.title,
            about=about,
            group=group,
            mark=mark(one.service, one.service_title),
            badge=_("no key needed") if free else "",
            words=f"{one.about} {one.category} {' '.join(one.tags)}",
            testid=f"call-{one.key}",
        )

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
            Pasting(self.bench, Where(list_id, index), self.opened).ask(said)
        else:
            notice(
                _("The clipboard holds no step."),
                tone="warn",
                hint=_("Copy a step with Ctrl+C, or a cURL command from a documentation."),
            )
