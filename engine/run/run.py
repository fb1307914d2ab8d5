"""The story of one run, first step to last."""

from typing import Any

from engine.errors import RunStopped
from engine.model import mapping
from engine.model.contact import contact_scope
from engine.model.outcome import Outcome, outcome_of, writes
from engine.run.doors import Doors
from engine.run.entry import in_words, text_of
from engine.run.events import Keep
from engine.run.story import TOP, Ending, Later, Scope, Story, TooManySteps
from engine.run.task import End, LostLease, Pause, Task
from engine.run.walk import walk

__all__ = ["LostLease", "run"]


async def run(task: Task, doors: Doors, keep: Keep) -> End | Pause:
    """Perform what is not done yet, then say how it ended, or when to come back.

    `keep` is told each mark and returns once the run may go on. A LostLease from it and a
    cancellation pass through: whoever raised them knows what to record.
    """
    story = Story(task, doors, keep, walk)
    scope = _scope(task, doors)
    try:
        ending = await walk(story, task.plan.steps, TOP, scope)
    except TooManySteps as ended:
        return _failed(story, ended.words)
    except Later as later:
        return Pause(later.after_s, story.state, later.sentence, later.held)
    return _end(story, scope, ending)


def _scope(task: Task, doors: Doors) -> Scope:
    execution_id = None if task.execution_id is None else str(task.execution_id)
    return {
        "contact": contact_scope(task.contact),
        "input": task.input,
        "steps": dict(task.plan.blank),
        "workspace": {"id": task.workspace["id"], "name": task.workspace["name"]},
        "execution": {"id": execution_id, "attempt": task.attempt},
        "now": text_of(doors.now()),
    }


def _end(story: Story, scope: Scope, ending: Ending | None) -> End:
    if ending is not None and ending.kind == "failed":
        return _failed(story, ending.error or {}, timed_out=ending.timed_out)
    outcome = outcome_of(
        status="success",
        stopped=ending.outcome if ending else None,
        not_found=ending is not None and ending.kind == "not_found",
        called=_called(story),
        partly=story.partly,
    )
    sentence = (ending and ending.message) or SENTENCES[outcome]
    if outcome == "failed":
        return _failed(story, {"code": "stopped", "message": sentence, "hint": ""})
    mapped: list[mapping.Mapped] = []
    if writes(outcome) or _only_works_out_values(story, ending):
        try:
            mapped = mapping.evaluate(story.task.plan.mappings, scope)
        except RunStopped as stopped:
            return _failed(story, in_words(stopped))
    return End(
        "success",
        outcome,
        sentence,
        mapped=mapped,
        output={one.field: one.value for one in mapped},
        entries=_in_order(story),
    )


SENTENCES: dict[Outcome, str] = {
    "found": "Found what was asked for.",
    "partly": "Found a part; something on the way failed.",
    "not_found": "Nothing was found.",
    "skipped": "No service was asked.",
    "failed": "Stopped as failed.",
}


def _called(story: Story) -> bool:
    return any(
        line["kind"] == "http" and line["request"] is not None for line in story.entries.values()
    )


def _only_works_out_values(story: Story, ending: Ending | None) -> bool:
    """A connector that calls nobody by design still writes what it worked out."""
    return ending is None and not any(line["kind"] == "http" for line in story.entries.values())


def _failed(story: Story, error: dict[str, Any], *, timed_out: bool = False) -> End:
    message = error.get("message") or "The run failed."
    return End(
        "timeout" if timed_out else "failed",
        "failed",
        message,
        error_code=error.get("code"),
        error_message=message,
        error_hint=error.get("hint"),
        entries=_in_order(story),
    )


def _in_order(story: Story) -> list[dict[str, Any]]:
    """As the steps stand in the connector: a container first, then what is inside it."""
    lines = story.entries
    if not any("path" in line for line in lines.values()):
        return list(lines.values())
    return [lines[path] for path in sorted(lines, key=story.task.plan.place_of)]
