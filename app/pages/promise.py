"""What a run does at most, told in numbers before anything is called or written."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.services.connectors import load
from app.services.demo import SERVICE
from app.services.drafts import is_unpublished
from components.controls import icon, row, stack, text
from components.fields import field_label
from components.texts import _, ngettext
from db.connectors import Connector
from engine.model.parts import Definition, ForEachStep, HttpStep, all_steps
from engine.model.sentences import hosts


@dataclass(frozen=True, slots=True)
class Promise:
    """What a run does at most, counted from the connector before anything is called."""

    calls: int
    hosts: tuple[str, ...]
    fields: tuple[str, ...]
    repeats: bool
    practice: bool


def promise_of(connector: Connector) -> Promise:
    return counted(load(connector))


def counted(read: Definition) -> Promise:
    steps = [step for step in all_steps(read.config.steps) if not step.disabled]
    calls = [step for step in steps if isinstance(step, HttpStep)]
    return Promise(
        calls=len(calls),
        hosts=hosts(read),
        fields=tuple(dict.fromkeys(one.field for one in read.field_mappings)),
        repeats=any(
            isinstance(step, ForEachStep)
            or (isinstance(step, HttpStep) and bool(step.paginate or step.poll))
            for step in steps
        ),
        practice=any(step.credential == SERVICE for step in calls),
    )


def promise_words(promise: Promise) -> Iterator[tuple[str, str, str]]:
    """(icon, words, more): what it calls, and what it writes."""
    if not promise.calls:
        yield "globe", _("Calls no service"), ""
    elif promise.repeats:
        yield (
            "globe",
            ngettext(
                "Makes {n} call, possibly several times",
                "Makes {n} calls, some of them several times",
                promise.calls,
            ).format(n=promise.calls),
            ", ".join(promise.hosts),
        )
    else:
        yield (
            "globe",
            ngettext("Makes up to {n} call", "Makes up to {n} calls", promise.calls).format(
                n=promise.calls
            ),
            _("to {hosts}").format(hosts=", ".join(promise.hosts)),
        )
    if promise.fields:
        yield (
            "pencil",
            ngettext(
                "Fills in up to {n} field", "Fills in up to {n} fields", len(promise.fields)
            ).format(n=len(promise.fields)),
            ", ".join(field_label(one) for one in promise.fields),
        )
    else:
        yield (
            "pencil",
            _("Writes nothing to the contact"),
            _("No field is filled in by this connector."),
        )


def promise_line(symbol: str, words: str, more: str) -> None:
    with row():
        icon(symbol, "quiet")
        with stack("tight grow"):
            text(words, "strong")
            if more:
                text(more, "quiet small")


def why_not_run(connector: Connector) -> str:
    """Why nobody can run it now; empty where one can."""
    if is_unpublished(connector):
        return _("It was never published. Open it, and publish it first.")
    return "" if connector.enabled else _("It is switched off. Switch it on first.")
