"""Settings of the whole connector, shown while no step is open."""

from typing import Any

from app.pages.builder.asking import asking
from app.pages.builder.bench import Bench
from components.controls import box, field, icon, text, tick
from components.texts import _
from engine.model import limits


def connector_form(bench: Bench) -> None:
    document = bench.draft.document

    def settle(name: str, value: Any) -> None:
        bench.draft.settle(name, value)
        bench.changed()

    with box("side-head"):
        with box("flow-mark", tag="span").style("--c: #4f46e5"):
            icon("workflow")
        with box("grow"):
            text(_("The connector"), "strong", tag="h2").props["data-testid"] = "panel-title"
            text(_("Choose a step to change it"), "quiet small")
    with box("side-body"):
        field(
            _("Name of the connector"),
            document.get("name") or "",
            on_change=lambda said: settle("name", said),
            testid="connector-name",
        )
        field(
            _("What it is for"),
            document.get("description") or "",
            kind="lines",
            optional=True,
            on_change=lambda said: settle("description", said),
        )
        asking(bench)
        field(
            _("Wait for an answer at most"),
            (document.get("timeout_ms") or 30_000) / 1000,
            kind="number",
            min=0,
            max=limits.TIMEOUT_MS // 1000,
            hint=_("Seconds, for each call."),
            on_change=lambda said: settle("timeout_ms", round((said or 30) * 1000)),
            testid="timeout",
        )
        field(
            _("Try again at most"),
            document.get("max_retries", 3),
            kind="number",
            min=0,
            max=limits.RETRIES,
            hint=_("Times, when a service is busy or does not answer."),
            on_change=lambda said: settle("max_retries", round(said or 0)),
            testid="retries",
        )
        tick(
            _("Go on when a step fails"),
            bool(document.get("continue_on_error")),
            hint=_("Later steps then see its values as empty."),
            on_change=lambda said: settle("continue_on_error", said),
        )
