"""What a practice run saw, against what a service is known to answer: shapes, and never a value."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.services.testing import Tested
from db.canaries import Canary
from db.templates import Template
from engine.model.answer_shape import Difference, Shape, differences, joined, shape

MOST_TOLD: Final = 40


@dataclass(frozen=True, slots=True)
class Seen:
    state: str
    message: str | None = None
    differences: Sequence[dict[str, Any]] = ()
    seen: Mapping[str, Shape] | None = None


def compared(tested: Tested, template: Template, canary: Canary | None) -> Seen:
    """Each step's answer against what was accepted, or else the template's own example."""
    seen = _shapes(tested.steps_executed)
    accepted = canary.accepted if canary else {}
    found = [
        {"step": step, **asdict(one), "read": _reads(template, one)}
        for step, now in seen.items()
        for one in _different(accepted.get(step), template.example_responses.get(step), now)
    ]
    found.sort(key=lambda one: (one["kind"] == "new", not one["read"]))
    broken = [one for one in found if one["kind"] != "new"]
    if broken:
        return Seen("changed", _sentence(broken), found[:MOST_TOLD], seen)
    if tested.status != "success":
        return Seen("failed", tested.error_message or "The practice run failed.", found, seen)
    if not seen:
        words = "The service does not know the example contact. Choose one that it knows."
        return Seen("skipped", words)
    return Seen("same", None, found[:MOST_TOLD], seen)


def _shapes(entries: Sequence[Mapping[str, Any]]) -> dict[str, Shape]:
    """Of steps that got what they asked for: an error has a shape of its own."""
    found: dict[str, list[Shape]] = {}
    for one in entries:
        response = one.get("response")
        if one["status"] == "success" and response and not response.get("truncated"):
            found.setdefault(str(one["id"]), []).append(shape(response["body"]))
    return {step: joined(shapes) for step, shapes in found.items()}


def _different(
    accepted: Shape | None, example: Mapping[str, Any] | None, now: Shape
) -> list[Difference]:
    if accepted is None and example is None:
        return []
    return differences(accepted or shape((example or {}).get("body")), now)


def _reads(template: Template, one: Difference) -> bool:
    """Whether the template itself asks for it: then it is broken, not only different."""
    last = one.path.rpartition(".")[2].removesuffix("[*]")
    return any(last in text for text in _texts([template.config, template.field_mappings]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


def _sentence(broken: Sequence[Mapping[str, Any]]) -> str:
    first = broken[0]
    words = {
        "gone": f"{first['path']} is gone",
        "type": f"{first['path']} was {first['was']} and is {first['now']}",
    }[first["kind"]]
    more = len(broken) - 1
    rest = (
        f", and {more} more {'thing has' if more == 1 else 'things have'} changed" if more else ""
    )
    return f"The answer of “{first['step']}” has another shape: {words}{rest}."
