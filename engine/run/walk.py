"""One step after another: skipped, performed or already done; recorded; then on, or not."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from engine.errors import RunStopped
from engine.model.plan import BranchPlan, StepPlan
from engine.run.entry import entry, text_of
from engine.run.events import StepFinished, StepStarted
from engine.run.steps import branch, for_each, http, set, stop, wait, waterfall
from engine.run.story import Ending, Made, Place, Scope, Story
from engine.run.task import StepRecord

logger = logging.getLogger(__name__)

Perform = Callable[[Story, Any, Place, Scope], Awaitable[Made]]
PERFORM: dict[str, Perform] = {
    "http": http.perform,
    "set": set.perform,
    "branch": branch.perform,
    "for_each": for_each.perform,
    "waterfall": waterfall.perform,
    "wait": wait.perform,
    "stop": stop.perform,
}


async def walk(
    story: Story, steps: Sequence[StepPlan], place: Place, scope: Scope
) -> Ending | None:
    """Perform the steps in order; None when the last was reached."""
    for step in steps:
        ending = await _take(story, step, place, scope)
        if ending is None and step.id == story.task.until_step:
            ending = Ending("until", step.id)
        if ending is not None:
            return ending
    return None


async def _take(story: Story, step: StepPlan, place: Place, scope: Scope) -> Ending | None:
    path = place.path(step.id)
    if done := story.task.done.get(path):
        return await _take_as_done(story, step, place, scope, done)
    position, now, began = story.position(), story.doors.now(), story.doors.monotonic()
    made = await _perform(story, step, place, scope, path)
    line = entry(
        id=step.id, name=step.title, kind=step.kind, path=path, status=made.status,
        started_at=text_of(now), duration_ms=round((story.doors.monotonic() - began) * 1000),
        error=made.error, **made.shown,
    )  # fmt: skip
    if place.prefix:
        story.bound(line)
    ending = _ending(story, step, line, made.ending)
    if story.partly and step.kind in ("for_each", "waterfall"):
        line["partly"] = True  # a run that goes on after a crash does not look inside again
    if made.error is not None and made.error.detail:
        logger.info("%s %s: %s (%s)", story.key, path, made.error.code, made.error.detail)
    sentence = made.sentence
    if made.status == "failed" and ending is None:
        sentence += " The run went on without it."
    last = not place.prefix and (ending is not None or step is story.task.plan.steps[-1])
    await story.tell(StepFinished(step.id, path, position, line, made.result, sentence, last))
    if made.result is not None:
        scope["steps"][step.id] = made.result
    return ending


async def _perform(story: Story, step: StepPlan, place: Place, scope: Scope, path: str) -> Made:
    try:
        if step.when is not None and not step.when(scope):
            why = "it is switched off" if step.definition.disabled else "its condition did not hold"
            return Made("skipped", f"Skipped “{step.title}”: {why}.")
        await story.tell(StepStarted(step.id, path, step.title))
        return await PERFORM[step.kind](story, step, place, scope)
    except RunStopped as stopped:
        return Made("failed", stopped.message, error=stopped)


async def _take_as_done(
    story: Story, step: StepPlan, place: Place, scope: Scope, done: StepRecord
) -> Ending | None:
    """A step that was finished before the run changed hands: believe the record."""
    inner = None
    if done.result is not None:
        scope["steps"][step.id] = done.result
        if step.kind == "stop":
            inner = Ending("stopped", step.id, **done.result)
    if isinstance(step, BranchPlan):
        taken = done.entry["extracted"].get("taken")
        inner = await branch.replay(story, step, taken, place, scope)
    story.partly |= done.entry.get("partly", False)
    return _ending(story, step, done.entry, inner)


def _ending(
    story: Story, step: StepPlan, line: dict[str, Any], inner: Ending | None
) -> Ending | None:
    """Whether this step ends the list it stands in."""
    if inner is not None and inner.ends_the_run:
        return inner
    status = line["status"]
    if status == "failed":
        if step.on_error == "continue":
            story.partly = True
            return None
        timed_out = line.get("timed_out", False)
        return Ending("failed", step.id, error=line["error"], timed_out=timed_out)
    if status == "not_found" and step.on_error != "continue":
        return Ending("not_found", step.id)
    return None
