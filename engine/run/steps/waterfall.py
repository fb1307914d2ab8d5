"""waterfall: one attempt after another until an answer is good enough."""

from typing import Any

from engine.errors import RunStopped
from engine.model.plan import AttemptPlan, WaterfallPlan
from engine.model.room import worked_out
from engine.model.values import is_empty
from engine.run.entry import cut_values, in_words
from engine.run.story import Ending, Made, Place, Scope, Story, all_failed, made_of


class AllAttemptsFailed(RunStopped):
    code = "all_attempts_failed"

    def __init__(self, count: int, last: dict[str, Any]) -> None:
        super().__init__(
            f"All {count} attempts failed. The last: {last['message']}", hint=last["hint"]
        )


async def perform(story: Story, step: WaterfallPlan, place: Place, scope: Scope) -> Made:
    cost: float = 0
    failures: list[Ending] = []
    for index, attempt in enumerate(step.attempts):
        inner = {**scope, "steps": {**scope["steps"], **attempt.blank}}
        ending = await story.walk(attempt.steps, place.inside(step.id, index), inner)
        cost += attempt.cost
        if ending is None:
            try:
                result = worked_out(attempt.result, inner)
                if _accepted(attempt, result, inner):
                    return _won(attempt.name, {**result, "winner": attempt.name, "cost": cost})
            except RunStopped as stopped:
                ending = Ending("failed", step.id, error=in_words(stopped))
        if ending is not None and ending.ends_the_run:
            return made_of(ending, "Stopped.", None)
        if ending is not None and ending.kind == "failed":
            failures.append(ending)
    tried = len(step.attempts)
    if len(failures) == tried:
        return all_failed(AllAttemptsFailed(tried, failures[-1].error or {}), failures)
    shown = {"extracted": {"winner": None, "cost": cost}}
    return Made("not_found", f"None of {tried} attempts found an answer.", shown=shown)


def _accepted(attempt: AttemptPlan, result: dict[str, Any], scope: Scope) -> bool:
    if attempt.accept is None:
        return any(not is_empty(value) for value in result.values())
    return bool(attempt.accept({**scope, "result": result}))


def _won(name: str, result: dict[str, Any]) -> Made:
    return Made("success", f"“{name}” won.", result, shown={"extracted": cut_values(result)})
