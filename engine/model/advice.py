"""What a definition may be saved with, and nobody means: steps that are never reached, and loops
that grow beyond what anybody expects."""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.errors import Problem, RunStopped
from engine.model.conditions import compile_condition, texts
from engine.model.expressions import names
from engine.model.mending import TakeOut
from engine.model.parts import (
    BaseStep,
    Branch,
    BranchStep,
    Condition,
    Definition,
    ForEachStep,
    HttpStep,
    Step,
    StopStep,
    WaterfallStep,
    inner_places,
)
from engine.model.shapes import Place, field_of, spelled

MOST_CALLS: Final = 100_000  # of one run, before somebody is asked whether that is meant


def advise(definition: Definition) -> list[Problem]:
    """Everything worth a second look, in the order a reader meets it."""
    return list(_in(definition.steps, ("config", "steps")))


def _in(steps: tuple[Step, ...], place: Place) -> Iterator[Problem]:
    yield from _behind_the_end(steps, place)
    for number, step in enumerate(steps):
        here = (*place, number)
        if _constant(step.when) is False:
            yield _about(step, (*here, "when"), "The condition of this step never holds.", _FIXED)
        if isinstance(step, BranchStep):
            yield from _never_taken(step, (*here, "branches"))
        calls = _calls([step])
        if isinstance(step, ForEachStep) and calls > MOST_CALLS:
            yield _about(
                step,
                (*here, "max_items"),
                f"This loop may make {calls:,} calls in one run.",
                "Give it, or the loop inside of it, a smaller number of items at most.",
            )
            continue  # the loops inside are the reason, and need not say it again
        for way, inner in inner_places(step):
            yield from _in(inner, (*here, *way))


_FIXED: Final = "It compares values that are always the same. Insert the value it asks about."


def _behind_the_end(steps: tuple[Step, ...], place: Place) -> Iterator[Problem]:
    end = next((number for number, step in enumerate(steps) if _always_ends(step)), len(steps))
    behind = [step for step in steps[end + 1 :] if not step.disabled]
    if behind:
        yield Problem(
            spelled((*place, end + 1)),
            f"The run has always ended before “{behind[0].title}”.",
            f"Remove what stands behind “{steps[end].title}”, or let that stop only sometimes.",
            behind[0].id,
            "name",
            TakeOut(tuple(step.id for step in steps[end + 1 :])),
        )


def _always_ends(step: BaseStep) -> bool:
    if step.when is not None or step.disabled:
        return False
    if isinstance(step, BranchStep):
        ways = step.branches
        return bool(ways) and ways[-1].when is None and all(_ends(way.steps) for way in ways)
    return isinstance(step, StopStep)


def _ends(steps: Iterable[Step]) -> bool:
    return any(_always_ends(step) for step in steps)


def _never_taken(step: BranchStep, place: Place) -> Iterator[Problem]:
    before: list[Branch] = []
    for number, way in enumerate(step.branches):
        here, name = (*place, number, "when"), way.name or str(number + 1)
        same = next((one for one in before if one.when == way.when), None)
        sure = next((one for one in before if _constant(one.when)), None)
        if same is not None:
            other = same.name or str(before.index(same) + 1)
            said = f"The way “{name}” is never taken: “{other}” asks for the same before it."
            hint = "Remove it, or let it ask for something else."
            yield _about(step, here, said, hint, "branches")
        elif sure is not None or _constant(way.when) is False:
            yield _about(step, here, f"The way “{name}” is never taken.", _FIXED, "branches")
        before.append(way)


def _constant(condition: Condition | None) -> bool | None:
    """What it says whatever is known; None where that depends, or where it asks nothing."""
    if condition is None:
        return None
    try:
        if any(names(text) for value in texts(condition) for text in _strings(value)):
            return None
        return compile_condition(condition)({})
    except RunStopped:
        return None


def _strings(value: object) -> Iterator[str]:
    if type(value) is str:
        yield value
    for inner in value if type(value) is list else value.values() if type(value) is dict else ():
        yield from _strings(inner)


def _calls(steps: Iterable[Step]) -> int:
    """The most that one run can make here, retries aside."""
    return sum(_calls_of(step) for step in steps)


def _calls_of(step: BaseStep) -> int:
    match step:
        case HttpStep():
            return step.paginate.max_pages if step.paginate else 1
        case ForEachStep():
            return step.max_items * _calls(step.steps)
        case BranchStep():
            return max((_calls(way.steps) for way in step.branches), default=0)
        case WaterfallStep():
            return sum(_calls(attempt.steps) for attempt in step.attempts)
    return 0


def _about(step: BaseStep, place: Place, message: str, hint: str, field: str = "") -> Problem:
    return Problem(spelled(place), message, hint, step.id, field or field_of(place))
