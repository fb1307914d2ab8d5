"""What one reads first about a run: who and when, what it wrote, and which keys work here."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from app.pages.run_undo import shown
from app.pages.run_words import is_planned
from app.services.history import is_over
from app.services.undo import UNDO
from components.controls import badge, box, button, icon, moment, text
from components.fields import field_label
from components.texts import _, duration, later, money
from db.executions import Execution
from db.field_writes import FieldWrite

TRIGGERS: Final = {
    "manual": later("by hand"),
    "api": later("through the API"),
    "schedule": later("on schedule"),
    "webhook": later("by a web hook"),
    "bulk": later("for many contacts"),
    "retry": later("again"),
}
KEYS: Final = (
    (("J", "K"), later("next, previous run")),
    (("↑", "↓"), later("walk")),
    (("E", "W"), later("open, close all")),
    (("R",), later("run again")),
    (("C",), later("cancel")),
    (("Esc",), later("close the step")),
)


def draw_facts(run: Execution, contact: str, steps: Sequence[dict[str, Any]]) -> None:
    if run.contact_id:
        with _fact(_("Contact")):
            link = text(contact or _("A contact"), "cut", tag="a")
            link.props["href"] = f"/contacts/{run.contact_id}"
            link.props["data-testid"] = "contact"
    with _fact(_("Started")):
        text(_(TRIGGERS.get(run.trigger, run.trigger)), tag="span")
        moment(run.created_at)
    if is_planned(run):
        with _fact(_("Planned for")):
            moment(run.run_at, how="day")
    with _fact(_("Took")):
        text(duration(run.execution_time_ms), tag="span")
    if (cost := sum(float(one.get("cost") or 0) for one in steps)) > 0:
        with _fact(_("Cost")):
            text(money(cost), tag="span")
    with _fact(_("Version")):
        text(str(run.connector_version), tag="span")
    if run.attempt > 1:
        with _fact(_("Attempt")):
            text(str(run.attempt), tag="span")
            if run.retry_of:
                link = text(_("the one before"), tag="a")
                link.props["href"] = f"/runs/{run.retry_of}"


def draw_written(
    run: Execution,
    writes: Sequence[FieldWrite],
    on_undo: Callable[[], Any],
    why_no_undo: str,
) -> None:
    """Each field before and after, and the way back."""
    taken_back = {one.field for one in writes if one.action == UNDO}
    written = [one for one in writes if one.action != UNDO]
    with box("row"):
        text(_("What it filled in"), "grow", tag="h2")
        if any(one.field not in taken_back for one in written):
            undo = button(
                _("Take back…"), icon="undo-2", kind="small", on_press=on_undo, testid="undo-open"
            )
            undo.because(why_no_undo)
    if not is_over(run):
        text(_("Values are written when the run has finished."), "hint")
        return
    if not written:
        text(_why_nothing(run), "hint")
    with box("written", tag="dl"):
        for one in written:
            text(field_label(one.field), tag="dt")
            with box("row wrap", tag="dd"):
                text(shown(one.before), "quiet", tag="span")
                icon("arrow-right", "quiet")
                text(shown(one.after), "strong", tag="span")
                if one.field in taken_back:
                    badge(_("Taken back"), "", "undo-2")


def _why_nothing(run: Execution) -> str:
    if run.status == "cancelled":
        return _("Nothing: it was cancelled before values are written.")
    if run.status != "success":
        return _("Nothing: it ended before values are written.")
    if run.contact_id is None:
        return _("Nothing: it ran without a contact.")
    if run.outcome == "not_found":
        return _("Nothing: there was no match.")
    if run.outcome == "skipped":
        return _("Nothing: all of it was skipped.")
    return _("Nothing: what it found was there already, or is not overwritten.")


def draw_legend() -> None:
    with box("legend", role="note", aria_label=_("Keys of this page")):
        for caps, words in KEYS:
            with box("row", tag="span"):
                for cap in caps:
                    text(cap, tag="kbd")
                text(_(words), "quiet small", tag="span")


def _fact(name: str) -> Any:
    with box("fact"):
        text(name, tag="dt")
        return box("row", tag="dd")
