"""wait: go on after a while, or at a time; nobody holds the run in between."""

from datetime import UTC

from engine.errors import RunStopped
from engine.model import dates
from engine.model.plan import WaitPlan
from engine.run.events import seconds
from engine.run.story import Made, Place, Scope, Story


class NotATime(RunStopped):
    code = "not_a_time"

    def __init__(self) -> None:
        super().__init__(
            "The value to wait until is not a time.",
            hint="Use a date and time such as 2026-01-31T09:00:00Z.",
        )


async def perform(story: Story, step: WaitPlan, place: Place, scope: Scope) -> Made:
    path = place.path(step.id)
    memory = story.remembered(path)
    for_s = 0.0 if memory else _seconds(story, step, scope)
    if story.is_too_long(for_s, step.patience_s):
        return Made("success", f"A run would wait {seconds(for_s)} here; the test goes on at once.")
    if memory:
        await story.wait_out(path, memory)
        return Made("success", "Waited until it was time.")
    await story.wait(path, for_s, {"waited": True}, f"Waiting for {seconds(for_s)}.")
    return Made("success", f"Waited {seconds(for_s)}.")


def _seconds(story: Story, step: WaitPlan, scope: Scope) -> float:
    if step.until is None:
        return (step.for_ms or 0) / 1000
    until = dates.read(step.until(scope))
    if until is None:
        raise NotATime
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, until.timestamp() - story.doors.now().timestamp())
