"""Settings of a loop: which list, what one item is called, how many, and what is kept of each."""

from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.inputs import Inputs
from app.pages.builder.pairs import Pairs
from components.controls import box, button, field, text
from components.kinds import name_for, title
from components.loops import listed
from components.offered_lists import lists_in


def for_each_form(bench: Bench, step: dict[str, Any], inputs: Inputs) -> None:
    step_id = str(step["id"])
    inputs.add(
        "Which list",
        str(step.get("items") or ""),
        placeholder="Choose a list below, or insert one",
        on_change=lambda said: bench.set(("items",), said),
        testid="items",
    )
    _offered(bench, step_id)
    field(
        "Call one item",
        step.get("as") or "item",
        hint="The steps inside know it by this name.",
        on_change=lambda said: _call(bench, step_id, said),
        testid="loop-name",
        wait=900,
    )
    with box("halves"):
        field(
            "At most",
            step.get("max_items") or 1000,
            kind="number",
            min=1,
            hint="Items; the rest is left out.",
            on_change=lambda said: bench.set(("max_items",), round(said) if said else None),
            testid="most-items",
        )
        field(
            "At once",
            step.get("concurrency") or 1,
            kind="number",
            min=1,
            max=20,
            hint="1: one after the other.",
            on_change=lambda said: bench.set(("concurrency",), round(said) if said else None),
            testid="at-once",
        )
    Pairs(
        bench,
        "Keep of each item",
        step.get("result") or {},
        on_change=lambda said: bench.set(("result",), said or None),
        inputs=inputs,
        place=f"{step_id}/steps",
        add="Add a value",
        empty="After the loop, later steps see a list with these values of every item.",
        testid="result",
    )


def _offered(bench: Bench, step_id: str) -> None:
    """Lists in the answers so far, one click away."""
    step = bench.draft.find(step_id) or {}
    count = len(listed(step, bench.samples.scope(bench.draft, step_id)))
    if count:
        text(f"A list of {count} on this sample.", "hint")
        return
    with box("offered", role="group", aria_label="Lists in earlier answers"):
        for place in bench.draft.earlier(step_id):
            newest = bench.newest().get(place.step["id"], {})
            answer = (newest.get("response") or {}).get("body")
            for path, label, number in lists_in(answer):

                def choose(
                    source: str = str(place.step["id"]), path: str = path, label: str = label
                ) -> None:
                    name = bench.draft.keep(source, path, label)
                    bench.draft.set(step_id, ("items",), f"{{{{ steps.{source}.{name} }}}}")
                    bench.changed("structure")

                button(
                    f"{label}, {number} of them, from {place.number} {title(place.step)}",
                    icon="list",
                    kind="small",
                    on_press=choose,
                    testid=f"list-{name_for(label)}",
                )


def _call(bench: Bench, step_id: str, said: str) -> None:
    """What the steps inside call the item follows."""
    if bench.draft.rename_item(step_id, name_for(said)):
        bench.changed("structure")
