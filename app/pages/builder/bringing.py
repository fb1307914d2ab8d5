"""Steps from elsewhere find their place in the draft, and their key is asked for where it lacks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.new_key import NewKey
from components.frame import notice
from components.texts import _, later, listed

UNTITLED = later("Untitled connector")


@dataclass(frozen=True, slots=True)
class Where:
    """Into a list at an index, or in place of a step."""

    list_id: str = "root"
    index: int = 0
    instead_of: str = ""


@dataclass(slots=True)
class Ready:
    """Steps that are complete but for the key."""

    steps: Sequence[dict[str, Any]]
    slot: Mapping[str, Any] | None = None
    asks: dict[str, Any] = field(default_factory=dict)
    brings: Sequence[str] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""  # for a connector that nobody gave one


class Bringing:
    def __init__(self, bench: Bench, opened: Callable[[str], None]) -> None:
        self.bench, self.opened = bench, opened

    def bring(self, where: Where, ready: Ready) -> None:
        bench = self.bench
        if bench.why_not:
            notice(bench.why_not, tone="warn")
            return
        before = {place.step["id"] for place in bench.draft.places()}
        made = bench.draft.bring(
            where.list_id,
            where.index,
            ready.steps,
            asks=ready.asks,
            instead_of=where.instead_of or bench.draft.untouched(),
            name=ready.name if self._is_unnamed() else "",
        )
        self.opened(made)
        came = sum(place.step["id"] not in before for place in bench.draft.places())
        if ready.brings and came > 1:
            names = listed([f"“{one}”" for one in ready.brings])
            notice(_("{names} came along: it is needed for this.").format(names=names))
        if not bench.contact_id and not bench.typed and ready.example:
            bench.test_on(dict(ready.example), _("An example person"))
        self._ask_for_the_key(made, ready.slot)

    def _is_unnamed(self) -> bool:
        name = self.bench.draft.document.get("name")
        return name in (None, "", UNTITLED, _(UNTITLED))

    def _ask_for_the_key(self, step_id: str, slot: Mapping[str, Any] | None) -> None:
        bench = self.bench
        if slot is None or slot["service_name"] in bench.credentials:
            return
        if bench.visit.why_not("credentials.change"):
            notice(
                _("{service} needs a key that this workspace does not have.").format(
                    service=slot["title"]
                ),
                hint=_("Ask an admin of the workspace to give it."),
                tone="warn",
            )
            return

        def kept(service: str) -> None:
            bench.draft.set(step_id, ("credential",), service)
            bench.changed("structure")

        NewKey(bench, kept).ask(slot)
