"""Which names each place of a definition may use, and what is said about any other."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.errors import Mending, Problem, RunStopped
from engine.model.contact import NAMES as CONTACT_NAMES
from engine.model.expressions import Name, names
from engine.model.mending import Reword
from engine.model.moving import Order
from engine.model.names import closest, listed, nearest
from engine.model.parts import (
    BaseStep,
    BranchStep,
    ForEachStep,
    HttpStep,
    SetStep,
    Step,
    WaterfallStep,
    inner_steps,
)
from engine.model.paths import Key
from engine.model.paths import spelled as spelled_path
from engine.model.shapes import Place, field_of, spelled

RESERVED: Final = ("status", "headers", "body", "items", "winner", "cost", "taken")
ROOTS: Final = ("contact", "input", "steps", "workspace", "execution", "now")
NOT_FOR_LOOPS: Final = frozenset(
    {*ROOTS, "credential", "response", "result", "true", "false", "none", "null", "not", "and"}
    | {"or", "in", "is", "if", "else"}
)
_FIXED_NAMES: Final = {
    "contact": CONTACT_NAMES,
    "workspace": ("id", "name"),
    "execution": ("id", "attempt"),
    "credential": ("settings",),
    "response": ("status", "headers", "body"),
}


def result_names(step: BaseStep) -> tuple[str, ...]:
    """What a step leaves under steps.<id>."""
    match step:
        case HttpStep():
            paged = ("items",) if step.paginate else ()
            return ("status", "headers", "body", *step.extract, *paged)
        case SetStep():
            return tuple(step.values)
        case BranchStep():
            return ("taken",)
        case ForEachStep():
            return ("items",)
        case WaterfallStep():
            found = {name: None for attempt in step.attempts for name in attempt.result}
            return (*found, "winner", "cost")
    return ()


@dataclass(frozen=True, slots=True)
class Where:
    """Where a step stands: its turn, and the container it is in. `name`: as people know it."""

    name: str
    turn: int
    inside: tuple[str, ...]
    kind: str | None


def places_of(steps: Iterable[Step]) -> dict[str, Where]:
    """The turn of every step, before any of them is looked at closely."""
    found: dict[str, Where] = {}

    def visit(steps: Iterable[Step], inside: tuple[str, ...], kind: str | None) -> None:
        for step in steps:
            found.setdefault(step.id, Where(step.name or step.id, len(found), inside, kind))
            for inner in inner_steps(step):
                visit(inner, (*inside, step.id), step.kind)

    visit(steps, (), None)
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """The names in reach at one place."""

    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    extra: tuple[str, ...] = ()  # roots that only exist here
    result: tuple[str, ...] = ()
    step: str | None = None
    depth: int = 0

    @property
    def roots(self) -> tuple[str, ...]:
        return (*ROOTS, *self.extra)

    def also(self, *roots: str) -> "Known":
        return replace(self, extra=(*self.extra, *roots))

    def after(self, step: BaseStep) -> "Known":
        """Of two steps with one id the first is the one meant; the other is a problem already."""
        return replace(self, steps={step.id: result_names(step), **self.steps})


class Reach:
    """Collects problems, and knows which names are in reach where."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.order, self.places = Order(steps), places_of(steps)
        self.found: list[Problem] = []
        self.seen: set[str] = set()
        self.count = 0
        self.step_id: str | None = None
        self.text = ""  # that is being looked at

    def problem(
        self,
        place: Place,
        message: str,
        hint: str | None = None,
        mending: Mending | None = None,
    ) -> None:
        where = spelled(place)
        self.found.append(
            Problem(where, message, hint or None, self.step_id, field_of(place), mending)
        )

    def values(self, value: Any, place: Place, known: Known) -> None:
        """Every expression in a value, wherever it is nested."""
        if type(value) is dict:
            for name, inner in value.items():
                self.values(name, place, known)
                self.values(inner, (*place, name), known)
        elif type(value) is list:
            for number, inner in enumerate(value):
                self.values(inner, (*place, number), known)
        elif type(value) is str:
            self.text = value
            for name in self.names(value, place):
                if not name.optional:
                    self.name(name, place, known)

    def names(self, text: str, place: Place) -> tuple[Name, ...]:
        try:
            return names(text)
        except RunStopped as problem:
            self.problem(place, problem.message, problem.hint)
            return ()

    def name(self, name: Name, place: Place, known: Known) -> None:
        root, *rest = name.keys
        if root not in known.roots:
            self.unknown((root,), known.roots, place)
        elif root == "steps":
            self.step_name(name, rest, place, known)
        elif rest and (root in _FIXED_NAMES or root == "result"):
            there = known.result if root == "result" else _FIXED_NAMES[str(root)]
            if rest[0] not in there:
                self.unknown((root, rest[0]), there, place)
            elif root == "response" and rest[0] == "headers" and len(rest) > 1:
                self.header_name(str(rest[1]), place)

    def unknown(self, keys: tuple[Key, ...], there: Iterable[str], place: Place) -> None:
        around, name, names = spelled_path(keys[:-1]), str(keys[-1])[:80], listed(there)
        said = f"Nothing called “{name}” is known here. Known: {names}."
        if around:
            said = f"Nothing called “{name}” is known in {around}. Known: {names}."
        mending = self.reword(place, keys, nearest(str(keys[-1]), there))
        self.problem(place, said, closest(str(keys[-1]), there), mending)

    def reword(self, place: Place, keys: tuple[Key, ...], meant: str) -> Reword | None:
        """Only where the text says it in the words that would be replaced."""
        was = spelled_path(keys)
        use = spelled_path((*keys[:-1], meant))
        return Reword(place, was, use) if meant and was in self.text else None

    def header_name(self, name: str, place: Place) -> None:
        small = name.lower()
        if name != small:
            mending = self.reword(place, ("response", "headers", name), small)
            self.problem(place, "Header names are in small letters here.", small, mending)

    def step_name(self, name: Name, rest: list[Any], place: Place, known: Known) -> None:
        if not rest:
            return
        step = str(rest[0])
        if step not in known.steps:
            self.unseen_step(step, place, known)
        elif len(rest) > 1 and rest[1] not in known.steps[step]:
            self.unknown(("steps", step, rest[1]), known.steps[step], place)

    def unseen_step(self, id: str, place: Place, known: Known) -> None:
        there = self.places.get(id)
        here = self.places.get(known.step or "")
        if there is None:
            self.unknown(("steps", id), known.steps, place)
            return
        step = there.name
        if id == known.step:
            self.problem(place, f"“{step}” cannot use its own result.")
        elif here and there.turn > here.turn:
            hint = "Move it up, or use an earlier step."
            mending = self.order.earlier(id, known.step or "")
            self.problem(place, f"“{step}” runs after this step.", hint, mending)
        elif there.kind == "branch":
            self.problem(place, f"“{step}” is in another branch, which is not taken here.")
        else:
            outer = there.inside[-1] if there.inside else id
            self.problem(
                place,
                f"“{step}” runs inside “{outer}” and is not known outside.",
                f"Name it under “result” of {outer}, then use steps.{outer}.",
            )
