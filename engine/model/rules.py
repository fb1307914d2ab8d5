"""What an answer means: the step's own rules first, then what its status usually says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from engine.model.conditions import Predicate, compile_condition, texts
from engine.model.expressions import Scope, names
from engine.model.parts import Rule, Then
from engine.model.slots import compile_text
from engine.record import record

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
REFUSED: Final = frozenset({425, 429})  # said before anything was done, so nothing was done


@record
class Answered:
    """An answer as rules see it. No status: nothing came back."""

    status: int | None
    headers: Mapping[str, str]
    body: Any
    may_have_arrived: bool = True

    @property
    def scope(self) -> dict[str, Any]:
        return {"status": self.status, "headers": dict(self.headers), "body": self.body}


@record
class Verdict:
    """What to do about an answer. `unknown`: it may have been carried out, so never repeat it."""

    then: Then
    message: str | None = None
    rule: int | None = None
    unknown: bool = False


@record
class CompiledRule:
    statuses: frozenset[int | str] | None
    holds: Predicate
    speaks_of_no_answer: bool
    then: Then
    message: Callable[[Scope], str] | None

    def matches(self, answered: Answered, scope: Scope) -> bool:
        if answered.status is None:
            if self.statuses is not None or not self.speaks_of_no_answer:
                return False
        elif self.statuses is not None:
            family = f"{answered.status // 100}xx"
            if answered.status not in self.statuses and family not in self.statuses:
                return False
        return self.holds(scope)


def compile_rules(rules: Iterable[Rule]) -> tuple[CompiledRule, ...]:
    return tuple(
        CompiledRule(
            statuses=None if rule.status is None else frozenset(rule.status),
            holds=compile_condition(rule.when),
            speaks_of_no_answer=_speaks_of_status(rule),
            then=rule.then,
            message=compile_text(rule.message, lenient=True) if rule.message else None,
        )
        for rule in rules
    )


def _speaks_of_status(rule: Rule) -> bool:
    """A rule about the body ("no data: not found") must not turn a lost answer into a miss."""
    asked = texts(rule.when) if rule.when else []
    found = [name.keys[:2] for text in asked if type(text) is str for name in names(text)]
    return ("response", "status") in found


def decide(
    rules: Sequence[CompiledRule],
    answered: Answered,
    *,
    method: str,
    scope: Scope,
    has_idempotency: bool = False,
    renewable: bool = False,
) -> Verdict:
    """First rule that matches, else the usual meaning. `scope` holds what is known without the
    answer; it is seen under `response`."""
    seen = {**scope, "response": answered.scope} if rules else scope
    for place, rule in enumerate(rules):
        if rule.matches(answered, seen):
            return Verdict(rule.then, rule.message(seen) if rule.message else None, place)
    repeatable = has_idempotency or method in IDEMPOTENT or not answered.may_have_arrived
    return _usual(answered, repeatable=repeatable, renewable=renewable)


def _usual(answered: Answered, *, repeatable: bool, renewable: bool) -> Verdict:
    status = answered.status
    if status is not None and 200 <= status < 300:
        return Verdict("succeed")
    if status == 401 and renewable:
        return Verdict("refresh_credential")
    if status is not None and status not in TRY_AGAIN:
        return Verdict("fail")
    refused = status in REFUSED or (status == 503 and "retry-after" in answered.headers)
    if refused:
        return Verdict("rate_limited")
    return Verdict("retry") if repeatable else Verdict("fail", unknown=True)
