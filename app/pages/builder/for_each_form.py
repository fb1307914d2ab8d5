"""Settings of a loop: which list, what one item is called, how many, and what is kept of each."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.inputs import Inputs
from app.pages.builder.pairs import Pairs
from components.controls import box, button, field, text
from components.kinds import name_for, readable, title
from components.loops import listed
from components.offered_lists import lists_in
from components.texts import _
from engine.model import limits


def for_each_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    step_id = str(step["id"])
    inputs.add(
        _("Which list"),
        str(step.get("items") or ""),
        placeholder=_("Choose a list below, or insert one"),
        on_change=lambda said: bench.set(("items",), said),
        testid="items",
    )
    _offered(bench, step_id)
    field(
        _("Call one item"),
        step.get("as") or "item",
        hint=_("The steps inside know it by this name."),
        on_change=lambda said: _call(bench, step_id, said),
        testid="loop-name",
        wait=900,
    )
    with box("halves"):
        field(
            _("At most"),
            step.get("max_items") or 1000,
            kind="number",
            min=1,
            max=limits.ITEMS,
            hint=_("Items; the rest is left out."),
            on_change=lambda said: bench.set(("max_items",), round(said) if said else None),
            testid="most-items",
        )
        field(
            _("At once"),
            step.get("concurrency") or 1,
            kind="number",
            min=1,
            max=limits.AT_ONCE,
            hint=_("1: one after the other."),
            on_change=lambda said: bench.set(("concurrency",), round(said) if said else None),
            testid="at-once",
        )
    Pairs(
        bench,
        _("Keep of each item"),
        step.get("result") or {},
        on_change=lambda said: bench.set(("result",), said or None),
        inputs=inputs,
        place=f"{step_id}/steps",
        add=_("Add a value"),
        empty=_("After the loop, later steps see a list with these values of every item."),
        testid="result",
    )


def _offered(bench: Bench, step_id: str) -> None:
    """Lists in the answers so far, one click away."""
    step = bench.draft.find(step_id) or {}
    count = len(listed(step, bench.samples.scope(bench.draft, step_id)))
    if count:
        text(_("A list of {count} on this sample.").format(count=count), "hint")
        return
    with box("offered", role="group", aria_label=_("Lists in earlier answers")):
        for words, take in _lists(bench, step_id):

            def choose(take: Callable[[], str] = take) -> None:
                bench.draft.set(step_id, ("items",), f"{{{{ {take()} }}}}", alone=True)
                bench.changed("structure")

            button(words, icon="list", kind="small", on_press=choose)


def _lists(bench: Bench, step_id: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """(what it is, how it is called once it is chosen): a value of an answer is kept then."""
    values = bench.samples.scope(bench.draft, step_id)["steps"]
    for place in bench.draft.earlier(step_id):
        source, origin = str(place.step["id"]), f"{place.number} {title(place.step)}"
        if place.step["kind"] != "http":
            for name, value in (values.get(source) or {}).items():
                if isinstance(value, list):
                    path = partial(str, f"steps.{source}.{name}")
                    yield _offer(readable(name), len(value), origin), path
            continue
        answer = (bench.newest().get(source, {}).get("response") or {}).get("body")
        for where, label, count in lists_in(answer):

            def keep(source: str = source, path: str = where, label: str = label) -> str:
                return f"steps.{source}.{bench.draft.keep(source, path, label)}"

            yield _offer(label, count, origin), keep


def _offer(name: str, count: int, origin: str) -> str:
    return _("{name}: {count} of them, from {origin}").format(name=name, count=count, origin=origin)


def _call(bench: Bench, step_id: str, said: str) -> None:
    """What the steps inside call the item follows."""
    if bench.draft.rename_item(step_id, name_for(said)):
        bench.changed("structure")
