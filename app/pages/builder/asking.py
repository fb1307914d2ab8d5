"""What people are asked before a run: seen beside the step that needs it, with values for tests."""

from collections.abc import Collection
from functools import partial
from typing import Any

from app.pages.builder.bench import Bench
from components import asked
from components.controls import box, field, icon_button, text, tick
from components.texts import _


def asking(bench: Bench, names: Collection[str] | None = None) -> None:
    """`names`: only these; None: all, and they can be changed."""
    found = [
        (name, one)
        for name, one in asked.questions(bench.draft.document)
        if names is None or name in names
    ]
    if not found:
        return
    with box("stack tight asked", data_testid="asked"):
        text(_("Asked before each run"), "label", tag="h3")
        text(_("Give values for testing; in a run people are asked for their own."), "hint")
        for name, one in found:
            with box("pair two" if names is None else ""):
                _value(bench, name, one)
                if names is None:
                    icon_button(
                        "x",
                        _("Do not ask for {title}").format(title=asked.title_of(name, one)),
                        on_press=partial(_drop, bench, name),
                    )


def _value(bench: Bench, name: str, one: dict[str, Any]) -> None:
    example = asked.example_of(one)
    title = asked.title_of(name, one)
    if one.get("type") == "boolean":
        tick(title, bool(example), on_change=partial(_settle, bench, name))
        return
    field(
        title,
        "" if example is None else str(example),
        hint=str(one.get("description") or ""),
        on_change=lambda said: _settle(bench, name, asked.typed(one, said)),
        testid=f"asked-{name}",
    )


def _settle(bench: Bench, name: str, value: Any) -> None:
    bench.draft.settle("input_schema", asked.with_example(bench.draft.document, name, value))
    bench.changed()


def _drop(bench: Bench, name: str) -> None:
    bench.draft.settle("input_schema", asked.without(bench.draft.document, name))
    bench.changed("structure")
