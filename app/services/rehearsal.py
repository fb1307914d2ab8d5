"""A template on its own example: the same engine, and answers that the template itself gives.

Nothing is called and no key is needed, so that whoever reviews a template may press the button.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from engine.effects.credentials import Credential, parse_auth
from engine.effects.egress import Answer, Call, Sent
from engine.effects.secret import Secret
from engine.errors import BadDefinition, RunStopped
from engine.model import definition, mapping
from engine.model.contact import check_contact, contact_scope
from engine.model.plan import compile_plan
from engine.run.doors import Doors
from engine.run.events import Mark, StepFinished, StepStarted
from engine.run.run import run
from engine.run.task import Pause, Task

LONGEST_S: Final = 10.0
NOWHERE: Final = UUID(int=0)
_WHEN: Final = datetime(2024, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How it went: what each step did, and what a run would write."""

    status: str
    outcome: str | None
    sentence: str
    hint: str
    steps: list[dict[str, Any]]
    would_write: list[dict[str, Any]]


class NoExample(RunStopped):
    code = "no_example"

    def __init__(self, step: str) -> None:
        super().__init__(
            f"The template has no example answer for the step “{step}”.",
            hint="Its author can add one under Examples.",
        )


async def rehearse(template: Mapping[str, Any]) -> Rehearsed:
    try:
        plan = compile_plan(definition.load({name: template.get(name) for name in _DEFINITION}))
    except BadDefinition as bad:
        return _could_not(bad.problems[0].message, bad.problems[0].hint or "")
    contact = template.get("example_contact") or {}
    if wrong := list(check_contact(contact)):
        return _could_not(wrong[0].message, wrong[0].hint or "")
    stage = _Stage(template.get("example_responses") or {})
    task = Task(
        execution_id=None,
        workspace={"id": "example", "name": "Example"},
        plan=plan,
        contact={**contact_scope(dict(contact)), "id": None},
        input=usual_input(template.get("input_schema") or {}),
        credentials={slot["service_name"]: _pretended(slot) for slot in template["slots"]},
        test=True,
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            end = await run(task, stage.doors(), stage.keep)
    except TimeoutError:
        return _could_not("It did not come to an end on its own example.", "Look for a long wait.")
    if isinstance(end, Pause):
        return _could_not("It waits longer than an example can.", "")
    return Rehearsed(
        end.status,
        end.outcome,
        end.error_message or end.sentence,
        end.error_hint or "",
        end.entries or stage.entries,
        [asdict(change) for change in mapping.apply(task.contact, end.mapped)],
    )


class _Stage:
    """Plays the services: each call is answered with the example of the step that makes it."""

    def __init__(self, examples: Mapping[str, Any]) -> None:
        self._examples = examples
        self._step: ContextVar[tuple[str, str]] = ContextVar("step", default=("", ""))
        self._seconds = 0.0
        self.entries: list[dict[str, Any]] = []

    async def keep(self, mark: Mark) -> None:
        """A step's marks come in the task that makes its calls, also in loops side by side."""
        if isinstance(mark, StepStarted):
            self._step.set((mark.step_id, mark.name))
        elif isinstance(mark, StepFinished):
            self.entries.append(mark.entry)

    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer:
        step_id, name = self._step.get()
        example = self._examples.get(step_id)
        if not isinstance(example, dict):
            raise NoExample(name or step_id)
        body = b"" if example.get("body") is None else orjson.dumps(example["body"])
        return Answer(
            status=int(example.get("status") or 200),
            headers=(("content-type", "application/json"),),
            body=body,
            size=len(body),
            ms=0.0,
            url=call.url,
            sent=Sent(call.method, call.url, call.headers, call.body.decode("utf-8", "replace")),
        )

    def doors(self) -> Doors:
        return Doors(
            egress=self,
            now=lambda: _WHEN,
            sleep=self._sleep,
            monotonic=lambda: self._seconds,
            random=lambda: 0.5,
        )

    async def _sleep(self, seconds: float) -> None:
        self._seconds += seconds
        await asyncio.sleep(0)


_DEFINITION: Final = ("config", "input_schema", "field_mappings")


def _pretended(slot: Mapping[str, Any]) -> Credential:
    fields = slot.get("fields") or ()
    return Credential(
        id=str(NOWHERE),
        service_name=slot["service_name"],
        auth=parse_auth(slot.get("auth") or {"type": "none"}),
        secrets={
            one["name"]: Secret(f"no-key-{one['name']}-0000") for one in fields if _secret(one)
        },
        settings={
            one["name"]: one.get("example") or "example" for one in fields if not _secret(one)
        },
        allowed_hosts=tuple(slot.get("allowed_hosts") or ()),
        label=slot.get("title") or "",
    )


def _secret(field: Mapping[str, Any]) -> bool:
    return field.get("secret") is not False


def usual_input(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What each member says of itself: its default, or its first example."""
    made = {}
    for name, one in (schema.get("properties") or {}).items():
        if isinstance(one, dict) and ("default" in one or one.get("examples")):
            made[name] = one["default"] if "default" in one else one["examples"][0]
    return made


def _could_not(message: str, hint: str) -> Rehearsed:
    return Rehearsed("failed", "failed", message, hint, [], [])
