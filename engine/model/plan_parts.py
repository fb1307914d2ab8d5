"""The parts of a plan: what a run reads, with nothing left to parse or to decide."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.model.conditions import Predicate
from engine.model.expressions import Getter, Scope
from engine.model.jsonpath import Picker
from engine.model.mapping import CompiledMapping
from engine.model.parts import BaseStep, Cache, Definition, Paginate, Retry
from engine.model.rules import CompiledRule
from engine.model.slots import Pairs

Blank = dict[str, dict[str, None]]  # {step id: {name: None}}: what is known before steps have run
BodyKind = Literal["json", "form", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    id: str
    kind: str
    title: str
    when: Predicate | None
    on_error: Literal["stop", "continue"]
    names: tuple[str, ...]  # what it leaves under steps.<id>
    definition: BaseStep


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """`body` gives a JSON value, the pairs of a form, or text, as `body_kind` says; None where
    there is nothing to send."""

    method: str
    url: Callable[[Scope], str]
    query: Callable[[Scope], Pairs]
    headers: Callable[[Scope], Pairs]
    body_kind: BodyKind | None
    body: Getter
    content_type: str | None


@dataclass(frozen=True, slots=True)
class PaginatePlan:
    """`items` always gives a list; `next` is null where there is no further page."""

    settings: Paginate
    items: Callable[[Any], list[Any]]
    next: Picker


@dataclass(frozen=True, slots=True)
class PollPlan:
    until: Predicate
    every_s: float
    max_wait_s: float
    request: RequestPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPlan(StepPlan):
    credential: str | None
    request: RequestPlan
    timeout_s: float
    max_retries: int
    retry: Retry
    rules: tuple[CompiledRule, ...]
    extract: Mapping[str, Picker]
    paths: tuple[str, ...]
    cache: Cache | None
    idempotency_header: str | None
    paginate: PaginatePlan | None
    poll: PollPlan | None
    place: str  # the path of its address as it is written: what kind of call it is
    every_s: float | None  # from one call to the next, of all runs together
    trusts_headers: bool  # about what is left to call with


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlan(StepPlan):
    values: Mapping[str, Getter]


@dataclass(frozen=True, slots=True)
class BranchWay:
    name: str
    when: Predicate | None
    steps: tuple[StepPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchPlan(StepPlan):
    branches: tuple[BranchWay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEachPlan(StepPlan):
    items: Getter
    name_of_item: str
    name_of_index: str
    steps: tuple[StepPlan, ...]
    blank: Blank  # of the steps inside; each item begins with it
    concurrency: int
    max_items: int
    result: Mapping[str, Getter]


@dataclass(frozen=True, slots=True)
class AttemptPlan:
    name: str
    steps: tuple[StepPlan, ...]
    blank: Blank
    result: Mapping[str, Getter]
    accept: Predicate | None
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallPlan(StepPlan):
    attempts: tuple[AttemptPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitPlan(StepPlan):
    for_ms: int | None
    until: Getter | None
    patience_s: float  # how long a test waits at most


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan(StepPlan):
    outcome: Literal["found", "partly", "not_found", "skipped", "failed"]
    message: Callable[[Scope], str] | None


@dataclass(frozen=True, slots=True)
class Plan:
    definition: Definition
    steps: tuple[StepPlan, ...]
    mappings: tuple[CompiledMapping, ...]
    blank: Blank  # every step that can be seen at the top, with null names
    needed: Mapping[str, frozenset[str]]  # of each step, the names that something later asks for
    credentials: frozenset[str]  # the service names it uses
    paginates: bool  # some step reads a list page by page
    goes_on: frozenset[str]  # http steps that something else follows where they fail
    turns: Mapping[str, int] = field(repr=False)

    def place_of(self, path: str) -> tuple[tuple[int, int], ...]:
        """For sorting "loop[3].one": as the steps stand, a container before what is inside."""
        return tuple(
            (self.turns.get(found[1], len(self.turns)), int(found[2] or -1))
            for part in path.split(".")
            if (found := _PATH_PART.fullmatch(part))
        )


_PATH_PART = re.compile(r"(\w+)(?:\[(\d{1,6})\])?")
