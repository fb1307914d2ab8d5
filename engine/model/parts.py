"""What a connector is made of: strict, frozen parts that refuse every setting they do not know.

Shapes and ranges are here; what needs more than one part at once is in checks.py.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    WithJsonSchema,
)

from engine.model import limits

Item = TypeVar("Item")
Name = TypeVar("Name")
# JSON brings lists; a tuple keeps the part frozen.
Many = Annotated[tuple[Item, ...], Strict(False), BeforeValidator(lambda raw: _listed(raw))]
Named = Annotated[dict[Name, Item], Field(max_length=limits.NAMED)]

StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ResultName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
LoopName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ServiceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
Words = Annotated[str, Field(max_length=limits.TEXT)]
Short = Annotated[str, Field(max_length=200)]


def _listed(raw: Any) -> Any:
    if not isinstance(raw, list | tuple):
        raise ValueError("This must be a list.")
    return raw


def _statuses(raw: Any) -> Any:
    many = raw if isinstance(raw, list | tuple) else (raw,)
    for one in many:
        code = type(one) is int and 100 <= one <= 599
        family = type(one) is str and re.fullmatch("[1-5]xx", one)
        if not code and not family:
            raise ValueError('A status is a list of codes such as [404], or a text such as "4xx".')
    return tuple(many)


_CODE = {"type": "integer", "minimum": 100, "maximum": 599}
_FAMILY = {"type": "string", "pattern": "^[1-5]xx$"}
Statuses = Annotated[
    tuple[int | str, ...],
    BeforeValidator(_statuses),
    Strict(False),
    WithJsonSchema(
        {"anyOf": [_CODE, _FAMILY, {"type": "array", "items": {"anyOf": [_CODE, _FAMILY]}}]}
    ),
]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Condition(Part):
    """A comparison, or several of them under all, any or not."""

    left: Any = None
    op: (
        Literal[
            "equals",
            "not_equals",
            "contains",
            "not_contains",
            "starts_with",
            "ends_with",
            "matches",
            "greater_than",
            "less_than",
            "is_empty",
            "is_not_empty",
            "is_true",
            "in",
        ]
        | None
    ) = None
    right: Any = None
    all_: Many["Condition"] | None = Field(None, alias="all")
    any_: Many["Condition"] | None = Field(None, alias="any")
    not_: "Condition | None" = Field(None, alias="not")


class Body(Part):
    """What is sent along: json, form or text."""

    json_: Any = Field(None, alias="json")
    form: Named[str, Any] | None = None
    text: Words | None = None
    content_type: Short | None = None

    @property
    def kind(self) -> str | None:
        return next((kind for kind in ("json", "form", "text") if kind in self.given), None)

    @property
    def given(self) -> set[str]:
        return {name.rstrip("_") for name in self.model_fields_set}


class Request(Part):
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    url: Words
    query: Named[str, Any] = {}
    headers: Named[HeaderName, Any] = {}
    body: Body | None = None


class Retry(Part):
    max_retries: Annotated[int, Field(ge=0, le=limits.RETRIES)] | None = None
    base_ms: Annotated[int, Field(ge=1, le=limits.WAIT_MS)] = 500
    max_ms: Annotated[int, Field(ge=1, le=limits.WAIT_MS)] = 60_000


Then = Literal[
    "succeed", "not_found", "fail", "retry", "rate_limited", "refresh_credential", "ignore", "hold"
]


class Rule(Part):
    """What an answer means, where its status alone does not say so.

    `hold`: the account's quota is used up. The run waits, at most 7 days and without a worker,
    until a call gets through again, somebody resumes it, or cancels it; then it fails. In a test,
    inside a waterfall and in a step with on_error continue it fails at once.
    """

    status: Statuses | None = None
    when: Condition | None = None
    then: Then
    message: Words | None = None


Rate = Annotated[int | float, Field(ge=0.001, le=limits.CALLS_PER_SECOND)]


class Limits(Part):
    """How often the service wants to be called at most, with one credential: all runs of all
    workers together keep to it, evenly spread."""

    per_second: Rate | None = None
    per_minute: Rate | None = None
    headers: Annotated[
        bool, Field(description="false: its headers about what is left mean nothing")
    ] = True

    @property
    def every_s(self) -> float | None:
        """From one call to the next."""
        gaps = [
            period / rate for period, rate in ((1, self.per_second), (60, self.per_minute)) if rate
        ]
        return max(gaps, default=None)


class Cache(Part):
    ttl_s: Annotated[int, Field(ge=0, le=limits.CACHE_S)]
    negative_ttl_s: Annotated[int, Field(ge=0, le=limits.CACHE_S)] = 0


class Paginate(Part):
    """How to get the next page, and where its items are. Null, "", false, 0 and what led to an
    earlier page lead no further; an address is asked for as a browser would."""

    kind: Literal["cursor", "page", "offset", "next_url", "link_header"]
    items: Short
    next: Short | None = None
    param: Short | None = None
    param_in: Literal["query", "body"] = "query"
    start: Annotated[int, Field(ge=0)] | None = None
    size_param: Short | None = None
    size: Annotated[int, Field(ge=1, le=limits.ITEMS)] | None = None
    max_pages: Annotated[int, Field(ge=1, le=limits.PAGES)] = 10


class Poll(Part):
    """Asking again until the answer is ready. A step that does cannot read pages as well."""

    until: Condition
    every_ms: Annotated[int, Field(ge=1, le=limits.WAIT_MS)] = 2_000
    max_wait_ms: Annotated[int, Field(ge=1, le=limits.POLL_MS)] = 120_000
    request: Request | None = None


class BaseStep(Part):
    id: StepId
    name: Short | None = None
    notes: Words | None = None
    disabled: bool = False
    when: Condition | None = None
    on_error: Literal["stop", "continue"] | None = None

    @property
    def title(self) -> str:
        """What people call the step."""
        return self.name or self.id.replace("_", " ").capitalize()


class HttpStep(BaseStep):
    """One call to a service, and what to keep from its answer: paths into its JSON. Several JSON
    values that stand one on a line are a list; of anything else, `$` is the whole text."""

    kind: Literal["http"]
    timeout_ms: Annotated[int, Field(ge=1, le=limits.TIMEOUT_MS)] | None = None
    retry: Retry | None = None
    credential: ServiceName | None = None
    request: Request
    omit_empty: bool = True
    rules: Annotated[Many[Rule], Field(max_length=limits.NAMED)] = ()
    extract: Named[ResultName, Short] = {}
    cache: Cache | None = None
    idempotency_header: HeaderName | None = None
    paginate: Paginate | None = None
    poll: Poll | None = None
    limits: Limits | None = None


class SetStep(BaseStep):
    """Values worked out from others."""

    kind: Literal["set"]
    values: Named[ResultName, Any]


class Branch(Part):
    name: Short | None = None
    when: Condition | None = None
    steps: Many["Step"] = ()


class BranchStep(BaseStep):
    """The first branch that holds is taken."""

    kind: Literal["branch"]
    branches: Annotated[Many[Branch], Field(max_length=50)]


class ForEachStep(BaseStep):
    """The same steps for every item of a list."""

    kind: Literal["for_each"]
    items: Words
    as_: LoopName = Field("item", alias="as")
    steps: Many["Step"] = ()
    concurrency: Annotated[int, Field(ge=1, le=limits.AT_ONCE)] = 1
    max_items: Annotated[int, Field(ge=1, le=limits.ITEMS)] = 1_000
    result: Named[ResultName, Any] = {}


class Attempt(Part):
    name: Short | None = None
    steps: Many["Step"] = ()
    result: Named[ResultName, Any] = {}
    accept: Condition | None = None
    cost: Annotated[int | float, Field(ge=0, le=1_000_000)] = 0


class WaterfallStep(BaseStep):
    """One attempt after another until one is accepted."""

    kind: Literal["waterfall"]
    attempts: Annotated[Many[Attempt], Field(min_length=1, max_length=50)]


class WaitStep(BaseStep):
    """Does nothing for a while, or until a time."""

    kind: Literal["wait"]
    for_ms: Annotated[int, Field(ge=0, le=limits.WAIT_STEP_MS)] | None = None
    until: Words | None = None


class StopStep(BaseStep):
    """Ends the run here, saying how it went."""

    kind: Literal["stop"]
    outcome: Literal["found", "partly", "not_found", "skipped", "failed"] = "found"
    message: Words | None = None


def _kind(raw: Any) -> Any:
    return raw.get("kind") if isinstance(raw, dict) else getattr(raw, "kind", None)


Step = Annotated[
    Annotated[HttpStep, Tag("http")]
    | Annotated[SetStep, Tag("set")]
    | Annotated[BranchStep, Tag("branch")]
    | Annotated[ForEachStep, Tag("for_each")]
    | Annotated[WaterfallStep, Tag("waterfall")]
    | Annotated[WaitStep, Tag("wait")]
    | Annotated[StopStep, Tag("stop")],
    Discriminator(_kind),
]
STEP_KINDS: dict[str, type[BaseStep]] = {
    "http": HttpStep,
    "set": SetStep,
    "branch": BranchStep,
    "for_each": ForEachStep,
    "waterfall": WaterfallStep,
    "wait": WaitStep,
    "stop": StopStep,
}


class Config(Part):
    """The steps. A type beside them is accepted and worked out anew."""

    version: Literal[1] = 1
    type: Any = Field(None, exclude=True, description="accepted and worked out anew")
    steps: Many[Step]


class FieldMapping(Part):
    """Which value goes into which field of the contact."""

    field: Short
    value: Any
    write: Literal["overwrite", "if_empty", "append", "clear"] = "overwrite"


class Definition(Part):
    """A whole connector, as it is saved and run."""

    config: Config
    input_schema: dict[str, Any] = {}
    field_mappings: Annotated[Many[FieldMapping], Field(max_length=limits.MAPPINGS)] = ()
    timeout_ms: Annotated[int, Field(ge=1, le=limits.TIMEOUT_MS)] = 30_000
    max_retries: Annotated[int, Field(ge=0, le=limits.RETRIES)] = 3
    continue_on_error: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.config.steps


for _part in (Condition, Branch, ForEachStep, Attempt, Config, Definition):
    _part.model_rebuild()


def all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Every step, a container before what is inside it."""
    for step in steps:
        yield step
        for inner in inner_steps(step):
            yield from all_steps(inner)


def inner_steps(step: BaseStep) -> Iterator[tuple[Step, ...]]:
    match step:
        case BranchStep():
            yield from (branch.steps for branch in step.branches)
        case ForEachStep():
            yield step.steps
        case WaterfallStep():
            yield from (attempt.steps for attempt in step.attempts)


def placed_steps(
    steps: Iterable[Step], place: tuple[str | int, ...] = ("config", "steps")
) -> Iterator[tuple[tuple[str | int, ...], Step]]:
    """Every step with its place in the definition, a container before what is inside it."""
    for number, step in enumerate(steps):
        here = (*place, number)
        yield here, step
        for way, inner in inner_places(step):
            yield from placed_steps(inner, (*here, *way))


def inner_places(step: BaseStep) -> Iterator[tuple[tuple[str | int, ...], tuple[Step, ...]]]:
    """The lists of steps inside a step, with their places in it."""
    name = {"branch": "branches", "waterfall": "attempts"}.get(getattr(step, "kind", ""))
    for number, inner in enumerate(inner_steps(step)):
        yield ((name, number, "steps") if name else ("steps",)), inner
