"""branch: the first way whose condition holds is taken; its steps stay visible afterwards."""

from typing import Any

from engine.model.plan import BranchPlan, BranchWay
from engine.run.story import Ending, Made, Place, Scope, Story, made_of


async def perform(story: Story, step: BranchPlan, place: Place, scope: Scope) -> Made:
    for branch in step.branches:
        if branch.when is None or branch.when(scope):
            return await _take(story, step, branch, place, scope)
    return Made("success", "Took no branch: no condition held.", result={"taken": None})


async def _take(
    story: Story, step: BranchPlan, branch: BranchWay, place: Place, scope: Scope
) -> Made:
    ending = await story.walk(branch.steps, place.inside(step.id), scope)
    result = {"taken": branch.name}
    made = made_of(ending, f"Took the branch “{branch.name}”.", result)
    made.shown["extracted"] = result
    return made


async def replay(
    story: Story, step: BranchPlan, taken: Any, place: Place, scope: Scope
) -> Ending | None:
    """Bring back the values of the branch that was taken before the run changed hands."""
    for branch in step.branches:
        if branch.name == taken:
            return await story.walk(branch.steps, place.inside(step.id), scope)
    return None
