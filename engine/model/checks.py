"""Everything that keeps a well-formed definition from making sense, found before it is saved.

The steps are walked in the order they run, with the names each one may use at hand.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.errors import Problem
from engine.model import dates, limits
from engine.model.call_checks import CallChecks
from engine.model.contact import FIELDS
from engine.model.inputs import check_schema
from engine.model.mapping import is_field
from engine.model.mending import Reword, ToTheEnd
from engine.model.names import closest, listed, nearest
from engine.model.parts import (
    Attempt,
    BaseStep,
    Branch,
    BranchStep,
    Definition,
    ForEachStep,
    HttpStep,
    SetStep,
    StopStep,
    WaitStep,
    WaterfallStep,
)
from engine.model.reach import NOT_FOR_LOOPS, Known
from engine.model.shapes import Place


def check(definition: Definition) -> list[Problem]:
    """All problems, in the order a reader meets them."""
    walk = _Walk(definition.config.steps)
    known = walk.steps(definition.config.steps, ("config", "steps"), Known())
    if walk.count > limits.STEPS:
        walk.problem(
            ("config", "steps"),
            f"A connector has at most {limits.STEPS} steps; this one has {walk.count}.",
        )
    walk.found += check_schema(definition.input_schema)
    for number, mapping in enumerate(definition.field_mappings):
        place = ("field_mappings", number)
        if not is_field(mapping.field):
            _unknown_field(walk, mapping.field, (*place, "field"))
        walk.values(mapping.value, (*place, "value"), known)
    return walk.found


def _unknown_field(walk: "_Walk", field: str, place: Place) -> None:
    hint = closest(field, FIELDS) or f"Known: {listed(FIELDS)}, and data.<name>."
    meant = nearest(field, FIELDS)
    mending = Reword(place, field, meant) if meant else None
    walk.problem(place, f"A contact has no field “{field}”.", hint, mending)


class _Walk(CallChecks):
    def steps(self, steps: Iterable[BaseStep], place: Place, known: Known) -> Known:
        """Look at each step, and give the names that are known after the last."""
        for number, step in enumerate(steps):
            here = (*place, number)
            outer, self.step_id = self.step_id, step.id
            known = self.step(step, here, replace(known, step=step.id)).after(step)
            self.step_id = outer
        return known

    def step(self, step: BaseStep, place: Place, known: Known) -> Known:
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
        self, step: BranchStep | ForEachStep | WaterfallStep, place: Place, known: Known
    ) -> Known:
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

    def branch(self, step: BranchStep, place: Place, known: Known) -> Known:
        """Steps of a taken branch stay known afterwards; a branch knows nothing of the others."""
        after = known
        self.different(step.branches, (*place, "branches"))
        for number, branch in enumerate(step.branches):
            here = (*place, "branches", number)
            if branch.when is None and number < len(step.branches) - 1:
                hint = "Those behind it would never be taken."
                self.problem(
                    here, "Only the last branch can be without a condition.", hint, ToTheEnd(here)
                )
            self.condition(branch.when, (*here, "when"), known)
            inside = self.steps(branch.steps, (*here, "steps"), known)
            after = replace(after, steps={**after.steps, **inside.steps})
        return after

    def for_each(self, step: ForEachStep, place: Place, known: Known) -> None:
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

    def waterfall(self, step: WaterfallStep, place: Place, known: Known) -> None:
        self.different(step.attempts, (*place, "attempts"))
        for number, attempt in enumerate(step.attempts):
            here = (*place, "attempts", number)
            inside = self.steps(attempt.steps, (*here, "steps"), known)
            self.reserved(attempt.result, (*here, "result"))
            self.values(attempt.result, (*here, "result"), inside)
            accepting = replace(inside.also("result"), result=tuple(attempt.result))
            self.condition(attempt.accept, (*here, "accept"), accepting)

    def wait(self, step: WaitStep, place: Place, known: Known) -> None:
        if (step.for_ms is None) == (step.until is None):
            self.problem(place, "A wait has either “for_ms” or “until”.")
        self.values(step.until, (*place, "until"), known)
        if step.until is not None and "{{" not in step.until and dates.read(step.until) is None:
            hint = "Use a date and time such as 2026-01-31T09:00:00Z."
            self.problem((*place, "until"), "This is not a time.", hint)

    def different(self, parts: Iterable[Branch | Attempt], place: Place) -> None:
        """Branches and attempts are known by their names afterwards."""
        seen: set[str] = set()
        for number, part in enumerate(parts):
            if part.name in seen:
                self.problem((*place, number, "name"), f"Another is called “{part.name}”.")
            seen |= {part.name} if part.name else set()
