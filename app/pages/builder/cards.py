"""The steps as the canvas draws them: title, sentence and state of each card."""

from typing import Any

from app.pages.builder.bench import Bench
from components import kinds
from components.draft import inner_lists
from components.marks import mark
from components.sentences import translated

Step = dict[str, Any]


class Cards:
    """One drawing of all cards; what each of them asks is found once for all."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.numbers = {place.step["id"]: place.number for place in bench.draft.places()}
        self.services = {**bench.services.catalogue.titles, **bench.credentials}
        self.wrong = {one.step_id: one.message for one in reversed(bench.problems) if one.step_id}

    def all(self) -> list[dict[str, Any]]:
        return self._cards(self.bench.draft.document["steps"])

    def _cards(self, steps: list[Step]) -> list[dict[str, Any]]:
        return [self._card(step) for step in steps]

    def _card(self, step: Step) -> dict[str, Any]:
        kind, wrong = kinds.kind_of(step), self.wrong.get(step["id"], "")
        return {
            "id": step["id"],
            "kind": step["kind"],
            "number": self.numbers[step["id"]],
            "title": kinds.title(step),
            "sentence": kinds.sentence(step, self.services) or translated(wrong),
            "icon": kind.icon,
            "color": kind.color,
            "mark": self._mark(step),
            "state": self.bench.state_of(step, wrong=bool(wrong)),
            "off": bool(step.get("disabled")),
            "note": str(step.get("notes") or ""),
            "lists": [
                {"id": list_id, "title": name, "steps": self._cards(inside)}
                for list_id, name, inside in inner_lists(step)
            ],
        }

    def _mark(self, step: Step) -> dict[str, str] | None:
        """The tile of a service that is known here."""
        if step["kind"] != "http":
            return None
        known = self.bench.services.catalogue.of_step(step)
        return mark(known.service, known.service_title).as_prop() if known else None
