"""Everything that keeps a well-formed definition from making sense, found before it is saved.

The steps are walked in the order they run, with the names each one may use at hand.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.errors import Problem, RunStopped
from engine.model import limits
from engine.model.contact import FIELDS
from engine.model.contact import NAMES as CONTACT_NAMES
from engine.model.expressions import Name, names
from engine.model.inputs import check_schema
from engine.model.jsonpath import check_path
from engine.model.mapping import is_field
from engine.model.names import closest, listed
from engine.model.parts import (
    Attempt,
    BaseStep,
    Body,
    Branch,
    BranchStep,
    Condition,
    Definition,
    ForEachStep,
    HttpStep,
    Paginate,
    Request,
    SetStep,
    Step,
    StopStep,
    WaitStep,
    WaterfallStep,
    inner_steps,
)
from engine.model.patterns import BadPattern, compile_pattern
from engine.model.shapes import Place, field_of, spelled
from engine.model.urls import shape

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
_OURS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"}
)
_NO_RIGHT: Final = frozenset({"is_empty", "is_not_empty", "is_true", "equals", "not_equals"})


def check(definition: Definition) -> list[Problem]:
    """All problems, in the order a reader meets them."""
    walk = _Walk(_places(definition.config.steps))
    known = walk.steps(definition.config.steps, ("config", "steps"), _Known())
    if walk.count > limits.STEPS:
        walk.problem(
            ("config", "steps"),
            f"A connector has at most {limits.STEPS} steps; this one has {walk.count}.",
        )
    walk.found += check_schema(definition.input_schema)
    for number, mapping in enumerate(definition.field_mappings):
        place = ("field_mappings", number)
        if not is_field(mapping.field):
            hint = closest(mapping.field, FIELDS) or f"Known: {listed(FIELDS)}, and data.<name>."
            walk.problem((*place, "field"), f"A contact has no field “{mapping.field}”.", hint)
        walk.values(mapping.value, (*place, "value"), known)
    return walk.found


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
class _Where:
    """Where a step stands: its turn, and the container it is in."""

    turn: int
    inside: tuple[str, ...]
    kind: str | None


def _places(steps: Iterable[Step]) -> dict[str, _Where]:
    """The turn of every step, before any of them is looked at closely."""
    found: dict[str, _Where] = {}

    def visit(steps: Iterable[Step], inside: tuple[str, ...], kind: str | None) -> None:
        for step in steps:
            found.setdefault(step.id, _Where(len(found), inside, kind))
            for inner in inner_steps(step):
                visit(inner, (*inside, step.id), step.kind)

    visit(steps, (), None)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """The names in reach at one place."""

    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    extra: tuple[str, ...] = ()  # roots that only exist here
    result: tuple[str, ...] = ()
    step: str | None = None
    depth: int = 0

    @property
    def roots(self) -> tuple[str, ...]:
        return (*ROOTS, *self.extra)

    def also(self, *roots: str) -> "_Known":
        return replace(self, extra=(*self.extra, *roots))

    def after(self, step: BaseStep) -> "_Known":
        """Of two steps with one id the first is the one meant; the other is a problem already."""
        return replace(self, steps={step.id: result_names(step), **self.steps})


class _Walk:
    def __init__(self, places: dict[str, _Where]) -> None:
        self.places = places
        self.found: list[Problem] = []
        self.seen: set[str] = set()
        self.count = 0
        self.step_id: str | None = None

    def problem(self, place: Place, message: str, hint: str | None = None) -> None:
        self.found.append(
            Problem(spelled(place), message, hint or None, self.step_id, field_of(place))
        )

    # Steps

    def steps(self, steps: Iterable[BaseStep], place: Place, known: _Known) -> _Known:
        """Look at each step, and give the names that are known after the last."""
        for number, step in enumerate(steps):
            here = (*place, number)
            outer, self.step_id = self.step_id, step.id
            known = self.step(step, here, replace(known, step=step.id)).after(step)
            self.step_id = outer
        return known

    def step(self, step: BaseStep, place: Place, known: _Known) -> _Known:
        self.count += 1
        if step.id in self.seen:
            self.problem(
                (*place, "id"), f"Another step is called “{step.id}”.", "Ids are unique everywhere."
            )
        self.seen.add(step.id)
        self.condition(step.when, (*place, "when"), known)
        match step:
            case HttpStep():
                self.http(step, place, known)
            case SetStep():
                self.values(step.values, (*place, "values"), known)
            case WaitStep():
                self.wait(step, place, known)
            case StopStep():
                self.values(step.message, (*place, "message"), known)
            case BranchStep() | ForEachStep() | WaterfallStep():
                return self.container(step, place, replace(known, depth=known.depth + 1))
        return known

    def container(
        self, step: BranchStep | ForEachStep | WaterfallStep, place: Place, known: _Known
    ) -> _Known:
        if known.depth > limits.NESTING:
            self.problem(place, f"Steps can be nested at most {limits.NESTING} deep.")
        outside = replace(known, depth=known.depth - 1)
        match step:
            case BranchStep():
                return replace(self.branch(step, place, known), depth=outside.depth)
            case ForEachStep():
                self.for_each(step, place, known)
            case WaterfallStep():
                self.waterfall(step, place, known)
        return outside

    def branch(self, step: BranchStep, place: Place, known: _Known) -> _Known:
        """Steps of a taken branch stay known afterwards; a branch knows nothing of the others."""
        after = known
        self.different(step.branches, (*place, "branches"))
        for number, branch in enumerate(step.branches):
            here = (*place, "branches", number)
            if branch.when is None and number < len(step.branches) - 1:
                self.problem(here, "Only the last branch can be without a condition.")
            self.condition(branch.when, (*here, "when"), known)
            inside = self.steps(branch.steps, (*here, "steps"), known)
            after = replace(after, steps={**after.steps, **inside.steps})
        return after

    def for_each(self, step: ForEachStep, place: Place, known: _Known) -> None:
        self.values(step.items, (*place, "items"), known)
        if "{{" not in step.items:
            self.problem(
                (*place, "items"),
                "This must be an expression that gives a list.",
                "Such as {{ steps.find.people }}",
            )
        loop = (step.as_, f"{step.as_}_index")
        if step.as_ in NOT_FOR_LOOPS or set(loop) & set(known.extra):
            self.problem((*place, "as"), f"“{step.as_}” is taken already.", "Choose another name.")
        inside = self.steps(step.steps, (*place, "steps"), known.also(*loop))
        self.values(step.result, (*place, "result"), inside)

    def waterfall(self, step: WaterfallStep, place: Place, known: _Known) -> None:
        self.different(step.attempts, (*place, "attempts"))
        for number, attempt in enumerate(step.attempts):
            here = (*place, "attempts", number)
            inside = self.steps(attempt.steps, (*here, "steps"), known)
            self.reserved(attempt.result, (*here, "result"))
            self.values(attempt.result, (*here, "result"), inside)
            accepting = replace(inside.also("result"), result=tuple(attempt.result))
            self.condition(attempt.accept, (*here, "accept"), accepting)

    def wait(self, step: WaitStep, place: Place, known: _Known) -> None:
        if (step.for_ms is None) == (step.until is None):
            self.problem(place, "A wait has either “for_ms” or “until”.")
        self.values(step.until, (*place, "until"), known)

    def different(self, parts: Iterable[Branch | Attempt], place: Place) -> None:
        """Branches and attempts are known by their names afterwards."""
        seen: set[str] = set()
        for number, part in enumerate(parts):
            if part.name in seen:
                self.problem((*place, number, "name"), f"Another is called “{part.name}”.")
            seen |= {part.name} if part.name else set()

    # Calls

    def http(self, step: HttpStep, place: Place, known: _Known) -> None:
        known = known.also("credential") if step.credential else known
        answering = known.also("response")
        self.request(step.request, (*place, "request"), known, step.credential)
        for number, rule in enumerate(step.rules):
            here = (*place, "rules", number)
            self.condition(rule.when, (*here, "when"), answering)
            self.values(rule.message, (*here, "message"), answering)
        self.reserved(step.extract, (*place, "extract"))
        for name, path in step.extract.items():
            self.path(path, (*place, "extract", name))
        if step.paginate:
            self.paginate(step.paginate, step.request, (*place, "paginate"))
        if step.poll:
            here = (*place, "poll")
            self.condition(step.poll.until, (*here, "until"), answering)
            if step.poll.request:
                again = answering.after(step)
                self.request(step.poll.request, (*here, "request"), again, step.credential)

    def request(
        self, request: Request, place: Place, known: _Known, credential: str | None
    ) -> None:
        self.url(request.url, (*place, "url"), known, credential)
        self.members(request.query, (*place, "query"), known)
        for name, value in request.headers.items():
            here = (*place, "headers", name)
            if name.lower() in _OURS:
                self.problem(here, f"The header {name} is set by the connection itself.")
            if type(value) in (list, dict):
                self.problem(here, "A header is one text.")
            elif type(value) is str and re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
                self.problem(here, "A header cannot hold a line end.")
            self.values(value, here, known)
        if request.body:
            self.body(request.body, (*place, "body"), known)

    def url(self, text: str, place: Place, known: _Known, credential: str | None) -> None:
        self.values(text, place, known)
        try:
            address = shape(text)
        except RunStopped as problem:
            if not any(one.path == spelled(place) for one in self.found):
                self.problem(place, problem.message, problem.hint)
            return
        if address.host is not None and not re.fullmatch(r"[^\s@\\]+", address.host):
            self.problem(place, "The address has no host, or signs that a host cannot have.")
        roots = {name.keys[0] for hole in address.host_holes for name in hole.names}
        if credential and not roots <= {"credential", "steps", "response"}:
            self.problem(
                place,
                "The host is not fixed, so the key could be sent anywhere.",
                "Write the host out, or take it from {{ credential.settings… }}.",
            )

    def members(self, members: dict[str, Any], place: Place, known: _Known) -> None:
        for name, value in members.items():
            many = value if type(value) is list else [value]
            if any(type(one) in (list, dict) for one in many):
                self.problem((*place, name), "This must be one text or number, or a list of them.")
            self.values({name: None}, place, known)
            self.values(value, (*place, name), known)

    def body(self, body: Body, place: Place, known: _Known) -> None:
        forms = [kind for kind in ("json", "form", "text") if kind in body.given]
        if len(forms) != 1:
            self.problem(place, "A body is one of “json”, “form” and “text”.")
        if body.content_type and body.kind != "text":
            self.problem(
                (*place, "content_type"),
                "Only a text body has a content type of its own.",
                "Set the header Content-Type instead.",
            )
        self.values(body.json_, (*place, "json"), known)
        self.members(body.form or {}, (*place, "form"), known)
        self.values(body.text, (*place, "text"), known)

    def paginate(self, paginate: Paginate, request: Request, place: Place) -> None:
        needed = {"cursor": ("next", "param"), "page": ("param",), "offset": ("param",)}
        needed |= {"next_url": ("next",)}
        for name in needed.get(paginate.kind, ()):
            if getattr(paginate, name) is None:
                self.problem((*place, name), f"“{name}” is missing.")
        for name in ("items", "next"):
            path = getattr(paginate, name)
            if path is not None:
                self.path(path, (*place, name))
        kind = request.body.kind if request.body else None
        if paginate.param_in == "body" and kind not in ("json", "form"):
            self.problem((*place, "param_in"), "The request has no JSON or form body for it.")

    def path(self, path: str, place: Place) -> None:
        try:
            check_path(path)
        except RunStopped as problem:
            self.problem(place, problem.message, problem.hint)

    def reserved(self, chosen: Iterable[str], place: Place) -> None:
        for name in chosen:
            if name in RESERVED:
                self.problem(
                    (*place, name),
                    f"“{name}” is the name of something every step has.",
                    f"Choose another; taken are {', '.join(RESERVED)}.",
                )

    # Conditions

    def condition(self, condition: Condition | None, place: Place, known: _Known) -> None:
        if condition is None:
            return
        given = condition.model_fields_set
        forms = [form for form in ("op", "all_", "any_", "not_") if form in given]
        if len(forms) != 1 or (forms != ["op"] and given & {"left", "right"}):
            self.problem(
                place,
                "A condition is either “left”, “op”, “right”, or one of “all”, “any”, “not”.",
            )
        for name, many in (("all", condition.all_), ("any", condition.any_)):
            if many is not None and not many:
                self.problem((*place, name), "There is nothing to compare here.")
            for number, one in enumerate(many or ()):
                self.condition(one, (*place, name, number), known)
        self.condition(condition.not_, (*place, "not"), known)
        self.values(condition.left, (*place, "left"), known)
        self.values(condition.right, (*place, "right"), known)
        self.comparison(condition, place)

    def comparison(self, condition: Condition, place: Place) -> None:
        op, right = condition.op, condition.right
        if op is None:
            return
        if right is None and op not in _NO_RIGHT:
            self.problem((*place, "right"), "“right” is missing.")
        literal = type(right) is not str or "{{" not in right
        if op == "in" and right is not None and literal and type(right) is not list:
            self.problem((*place, "right"), "“in” needs a list at the right.")
        if op == "matches" and type(right) is str and literal:
            try:
                compile_pattern(right)
            except BadPattern as problem:
                self.problem((*place, "right"), f"This pattern cannot be used: {problem}.")

    # Names

    def values(self, value: Any, place: Place, known: _Known) -> None:
        """Every expression in a value, wherever it is nested."""
        if type(value) is dict:
            for name, inner in value.items():
                self.values(name, place, known)
                self.values(inner, (*place, name), known)
        elif type(value) is list:
            for number, inner in enumerate(value):
                self.values(inner, (*place, number), known)
        elif type(value) is str:
            for name in self.names(value, place):
                if not name.optional:
                    self.name(name, place, known)

    def names(self, text: str, place: Place) -> tuple[Name, ...]:
        try:
            return names(text)
        except RunStopped as problem:
            self.problem(place, problem.message, problem.hint)
            return ()

    def name(self, name: Name, place: Place, known: _Known) -> None:
        root, *rest = name.keys
        if root not in known.roots:
            self.unknown(str(root), "", known.roots, place)
        elif root == "steps":
            self.step_name(name, rest, place, known)
        elif rest and (root in _FIXED_NAMES or root == "result"):
            there = known.result if root == "result" else _FIXED_NAMES[str(root)]
            if rest[0] not in there:
                self.unknown(str(rest[0]), f" in {root}", there, place)
            elif root == "response" and rest[0] == "headers" and len(rest) > 1:
                self.header_name(str(rest[1]), place)

    def unknown(self, name: str, where: str, there: Iterable[str], place: Place) -> None:
        self.problem(
            place,
            f"Nothing called “{name[:80]}” is known{where or ' here'}. Known: {listed(there)}.",
            closest(name, there),
        )

    def header_name(self, name: str, place: Place) -> None:
        if name != name.lower():
            self.problem(place, "Header names are in small letters here.", f"{name.lower()}")

    def step_name(self, name: Name, rest: list[Any], place: Place, known: _Known) -> None:
        if not rest:
            return
        step = str(rest[0])
        if step not in known.steps:
            self.unseen_step(step, place, known)
        elif len(rest) > 1 and rest[1] not in known.steps[step]:
            self.unknown(str(rest[1]), f" in steps.{step}", known.steps[step], place)

    def unseen_step(self, step: str, place: Place, known: _Known) -> None:
        there = self.places.get(step)
        here = self.places.get(known.step or "")
        if there is None:
            self.unknown(step, " in steps", known.steps, place)
        elif step == known.step:
            self.problem(place, f"“{step}” cannot use its own result.")
        elif here and there.turn > here.turn:
            self.problem(
                place, f"“{step}” runs after this step.", "Move it up, or use an earlier step."
            )
        elif there.kind == "branch":
            self.problem(place, f"“{step}” is in another branch, which is not taken here.")
        else:
            outer = there.inside[-1] if there.inside else step
            self.problem(
                place,
                f"“{step}” runs inside “{outer}” and is not known outside.",
                f"Name it under “result” of {outer}, then use steps.{outer}.",
            )
