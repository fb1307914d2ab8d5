"""What a definition cannot know: settings that were asked for and are still blank."""

from collections.abc import Iterable
from typing import Any

from components.draft import Draft
from components.texts import _, later
from engine.errors import Problem

HINTS = {
    "items": later("Choose the list whose items it goes through."),
    "url": later("Choose a service, or write its address."),
}
INSERT = later("Insert the value it asks about.")


def problems(draft: Draft) -> tuple[Problem, ...]:
    """Everything that keeps it from being published, each thing said once."""
    return once(unfinished(draft), draft.problems())


def once(first: tuple[Problem, ...], then: Iterable[Problem]) -> tuple[Problem, ...]:
    """Of two things about one setting the first."""
    said = {(one.step_id, one.field) for one in first}
    return first + tuple(one for one in then if (one.step_id, one.field) not in said)


def unfinished(draft: Draft) -> tuple[Problem, ...]:
    """Blank conditions are valid, and never what somebody meant."""
    found = []
    for place in draft.places():
        step = place.step
        if step["kind"] == "http" and not (step.get("request") or {}).get("url"):
            found.append(_problem(step, _("It does not know yet whom to ask."), "url"))
        if step["kind"] == "for_each" and not step.get("items"):
            found.append(_problem(step, _("It has no list yet."), "items"))
        for way in step.get("branches") or []:
            if _blank(way.get("when")):
                name = way.get("name") or _("without a name")
                found.append(
                    _problem(
                        step,
                        _("The way “{name}” has no condition yet.").format(name=name),
                        "branches",
                    )
                )
        if _blank((step.get("poll") or {}).get("until")):
            found.append(_problem(step, _("It is not said when the answer is ready."), "until"))
    return tuple(found)


def _blank(condition: Any) -> bool:
    return isinstance(condition, dict) and "left" in condition and condition["left"] == ""


def _problem(step: dict[str, Any], message: str, field: str) -> Problem:
    hint = _(HINTS.get(field, INSERT))
    return Problem("config", message, hint, step["id"], field)
