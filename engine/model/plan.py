"""A definition made ready to run: everything that can be read or decided beforehand, once.

Expressions are functions from the known values, paths are functions from an answer, conditions
are yes or no. A plan holds no state, so one serves every run of its version at the same time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from engine.model.conditions import compile_condition
from engine.model.expressions import Getter, names
from engine.model.jsonpath import Picker, compile_path, is_singular
from engine.model.mapping import compile_mappings
from engine.model.parts import (
    Attempt,
    BranchStep,
    Definition,
    ForEachStep,
    HttpStep,
    Paginate,
    Poll,
    Request,
    Retry,
    SetStep,
    Step,
    StopStep,
    WaitStep,
    WaterfallStep,
    all_steps,
)
from engine.model.plan_parts import (
    AttemptPlan,
    Blank,
    BodyKind,
    BranchPlan,
    BranchWay,
    ForEachPlan,
    HttpPlan,
    PaginatePlan,
    Plan,
    PollPlan,
    RequestPlan,
    SetPlan,
    StepPlan,
    StopPlan,
    WaitPlan,
    WaterfallPlan,
)
from engine.model.reach import result_names
from engine.model.rules import compile_rules
from engine.model.slots import (
    compile_headers,
    compile_json,
    compile_pairs,
    compile_text,
)
from engine.model.urls import compile_url

__all__ = [
    "AttemptPlan",
    "Blank",
    "BodyKind",
    "BranchPlan",
    "BranchWay",
    "ForEachPlan",
    "HttpPlan",
    "PaginatePlan",
    "Plan",
    "PollPlan",
    "RequestPlan",
    "SetPlan",
    "StepPlan",
    "StopPlan",
    "WaitPlan",
    "WaterfallPlan",
    "compile_plan",
]


def compile_plan(definition: Definition) -> Plan:
    every = list(all_steps(definition.config.steps))
    return Plan(
        definition=definition,
        steps=_steps(definition.config.steps, definition),
        mappings=compile_mappings(definition.field_mappings),
        blank=_blank(definition.config.steps),
        needed=_needed(definition, every),
        credentials=frozenset(
            step.credential for step in every if type(step) is HttpStep and step.credential
        ),
        paginates=any(type(step) is HttpStep and step.paginate for step in every),
        goes_on=frozenset(_goes_on(every, definition.continue_on_error)),
        turns={step.id: turn for turn, step in enumerate(every)},
    )


def _blank(steps: Iterable[Step]) -> Blank:
    """The steps in sight from here: those inside branches too, those inside loops not."""
    found: Blank = {}
    for step in steps:
        found[step.id] = dict.fromkeys(result_names(step))
        if type(step) is BranchStep:
            for branch in step.branches:
                found |= _blank(branch.steps)
    return found


def _goes_on(every: Iterable[Step], usually: bool) -> Iterator[str]:
    """Steps whose failure ends nothing: the run goes on without them, or with the next attempt."""
    for step in every:
        if type(step) is HttpStep and (
            step.on_error == "continue" or (usually and not step.on_error)
        ):
            yield step.id
        elif type(step) is WaterfallStep:
            for attempt in step.attempts:
                yield from (inner.id for inner in all_steps(attempt.steps))


# Steps


def _steps(steps: Iterable[Step], of: Definition) -> tuple[StepPlan, ...]:
    return tuple(_MAKERS[step.kind](step, of) for step in steps)


def _common(step: Step, of: Definition) -> dict[str, Any]:
    usual = "continue" if of.continue_on_error else "stop"
    when = compile_condition(step.when) if step.when else None
    return {
        "id": step.id,
        "kind": step.kind,
        "title": step.title,
        "when": (lambda scope: False) if step.disabled else when,
        "on_error": step.on_error or usual,
        "names": result_names(step),
        "definition": step,
    }


def _http(step: HttpStep, of: Definition) -> HttpPlan:
    retry = step.retry or Retry()
    return HttpPlan(
        **_common(step, of),
        credential=step.credential,
        request=compile_request(step.request, step.omit_empty),
        timeout_s=(step.timeout_ms or of.timeout_ms) / 1000,
        max_retries=of.max_retries if retry.max_retries is None else retry.max_retries,
        retry=retry,
        rules=compile_rules(step.rules),
        extract={name: compile_path(path) for name, path in step.extract.items()},
        paths=tuple(step.extract.values()),
        cache=step.cache,
        idempotency_header=step.idempotency_header,
        paginate=_paginate(step.paginate) if step.paginate else None,
        poll=_poll(step.poll, step.omit_empty) if step.poll else None,
        place="/" + step.request.url.partition("://")[2].partition("?")[0].partition("/")[2][:200],
        every_s=step.limits.every_s if step.limits else None,
        trusts_headers=step.limits is None or step.limits.headers,
    )


def compile_request(request: Request, omit_empty: bool) -> RequestPlan:
    """One request by itself, as a step has it or asks again with."""
    body = request.body
    kind: Any = body.kind if body else None
    makers: dict[Any, Callable[[], Getter]] = {
        "json": lambda: compile_json(body and body.json_, omit_empty=omit_empty),
        "form": lambda: compile_pairs((body and body.form) or {}, omit_empty=omit_empty),
        "text": lambda: compile_text((body and body.text) or ""),
        None: lambda: lambda scope: None,
    }
    return RequestPlan(
        method=request.method,
        url=compile_url(request.url),
        query=compile_pairs(request.query, omit_empty=omit_empty),
        headers=compile_headers(request.headers),
        body_kind=kind,
        body=makers[kind](),
        content_type=body.content_type if body else None,
    )


def _paginate(paginate: Paginate) -> PaginatePlan:
    around = paginate.items.removesuffix("[*]")  # both name the list, and neither cuts it
    whole, pick = is_singular(around), compile_path(paginate.items)
    pick_around = compile_path(around)

    def items(body: Any) -> list[Any]:
        found = pick_around(body) if whole else None
        if type(found) is list:
            return list(found)
        return [] if whole and around == paginate.items else list(pick(body))

    return PaginatePlan(paginate, items, _first(paginate.next) if paginate.next else _no_next)


def _first(path: str) -> Picker:
    pick = compile_path(path)
    return pick if is_singular(path) else lambda body: next(iter(pick(body)), None)


def _no_next(body: Any) -> None:
    return None


def _poll(poll: Poll, omit_empty: bool) -> PollPlan:
    return PollPlan(
        until=compile_condition(poll.until),
        every_s=poll.every_ms / 1000,
        max_wait_s=poll.max_wait_ms / 1000,
        request=compile_request(poll.request, omit_empty) if poll.request else None,
    )


def _set(step: SetStep, of: Definition) -> SetPlan:
    values = {name: compile_json(value) for name, value in step.values.items()}
    return SetPlan(**_common(step, of), values=values)


def _branch(step: BranchStep, of: Definition) -> BranchPlan:
    ways = tuple(
        BranchWay(
            branch.name or f"Branch {number}",
            compile_condition(branch.when) if branch.when else None,
            _steps(branch.steps, of),
        )
        for number, branch in enumerate(step.branches, 1)
    )
    return BranchPlan(**_common(step, of), branches=ways)


def _for_each(step: ForEachStep, of: Definition) -> ForEachPlan:
    return ForEachPlan(
        **_common(step, of),
        items=compile_json(step.items, lenient=True),
        name_of_item=step.as_,
        name_of_index=f"{step.as_}_index",
        steps=_steps(step.steps, of),
        blank=_blank(step.steps),
        concurrency=step.concurrency,
        max_items=step.max_items,
        result=_results(step.result),
    )


def _waterfall(step: WaterfallStep, of: Definition) -> WaterfallPlan:
    attempts = tuple(
        _attempt(attempt, number, of) for number, attempt in enumerate(step.attempts, 1)
    )
    return WaterfallPlan(**_common(step, of), attempts=attempts)


def _attempt(attempt: Attempt, number: int, of: Definition) -> AttemptPlan:
    return AttemptPlan(
        name=attempt.name or f"Attempt {number}",
        steps=_steps(attempt.steps, of),
        blank=_blank(attempt.steps),
        result=_results(attempt.result),
        accept=compile_condition(attempt.accept) if attempt.accept else None,
        cost=attempt.cost,
    )


def _results(result: Mapping[str, Any]) -> dict[str, Getter]:
    return {name: compile_json(value, lenient=True) for name, value in result.items()}


def _wait(step: WaitStep, of: Definition) -> WaitPlan:
    until = compile_json(step.until) if step.until is not None else None
    return WaitPlan(
        **_common(step, of), for_ms=step.for_ms, until=until, patience_s=of.timeout_ms / 1000
    )


def _stop(step: StopStep, of: Definition) -> StopPlan:
    message = compile_text(step.message, lenient=True) if step.message else None
    return StopPlan(**_common(step, of), outcome=step.outcome, message=message)


_MAKERS: dict[str, Callable[[Any, Definition], StepPlan]] = {
    "http": _http,
    "set": _set,
    "branch": _branch,
    "for_each": _for_each,
    "waterfall": _waterfall,
    "wait": _wait,
    "stop": _stop,
}


# What is worth keeping


def _needed(definition: Definition, steps: list[Step]) -> dict[str, frozenset[str]]:
    """Extracted and named values are always kept; whole answers only where something asks."""
    asked: dict[str, set[str]] = {step.id: set() for step in steps}
    parts = definition.model_dump(include={"config", "field_mappings"})
    for text in _texts(parts):
        for name in names(text):
            root, *rest = name.keys
            if root != "steps":
                continue
            for step in steps:
                if not rest or rest[0] == step.id:
                    whole = len(rest) < 2
                    asked[step.id] |= set(result_names(step)) if whole else {str(rest[1])}
    answers = {"status", "headers", "body"}
    return {
        step.id: frozenset(
            name
            for name in result_names(step)
            if type(step) is not HttpStep or name not in answers or name in asked[step.id]
        )
        for step in steps
    }


_FOR_PEOPLE = ("name", "notes")


def _texts(value: Any) -> Iterable[str]:
    if type(value) is str:
        if "{{" in value:
            yield value
        return
    for name, part in value.items() if type(value) is dict else ():
        if name not in _FOR_PEOPLE:
            yield from _texts(name)
            yield from _texts(part)
    for part in value if type(value) in (list, tuple) else ():
        yield from _texts(part)
