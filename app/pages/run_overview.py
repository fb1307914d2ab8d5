"""What one reads first about a run: who and when, what it wrote, and which keys work here."""

from typing import Any, Final

from app.pages.people import in_words
from app.pages.runs import long_words
from app.services.history import is_over
from components.controls import box, icon, moment, text
from components.texts import _
from db.executions import Execution, FieldWrite

TRIGGERS: Final = {
    "manual": "by hand",
    "api": "through the API",
    "schedule": "on schedule",
    "webhook": "by a web hook",
    "bulk": "for many contacts",
    "retry": "again",
}
KEYS: Final = (
    (("J", "K"), "next, previous run"),
    (("↑", "↓"), "walk"),
    (("E", "W"), "open, close all"),
    (("R",), "run again"),
    (("C",), "cancel"),
    (("Esc",), "close the step"),
)


def draw_facts(run: Execution, contact: str) -> None:
    if run.contact_id:
        with _fact("Contact"):
            link = text(contact or _("A contact"), "cut", tag="a")
            link.props["href"] = f"/contacts/{run.contact_id}"
            link.props["data-testid"] = "contact"
    with _fact("Started"):
        text(TRIGGERS.get(run.trigger, run.trigger), tag="span")
        moment(run.created_at)
    with _fact("Took"):
        text(long_words(run.execution_time_ms), tag="span")
    with _fact("Version"):
        text(str(run.connector_version), tag="span")
    if run.attempt > 1:
        with _fact("Attempt"):
            text(str(run.attempt), tag="span")
            if run.retry_of:
                text(_("the one before"), tag="a").props["href"] = f"/runs/{run.retry_of}"


def draw_written(run: Execution, writes: list[FieldWrite]) -> None:
    """Each field before and after."""
    text(_("What it filled in"), tag="h2")
    if not is_over(run):
        text(_("Values are written when the run has finished."), "hint")
        return
    if not writes:
        text(
            _("It changed nothing: what it found was there already, or is not overwritten."), "hint"
        )
    with box("changes", tag="dl"):
        for one in writes:
            text(in_words(one.field), tag="dt")
            with box("row wrap", tag="dd"):
                text(_short(one.before), "quiet", tag="span")
                icon("arrow-right", "quiet")
                text(_short(one.after), "strong", tag="span")


def draw_legend() -> None:
    with box("legend", role="note", aria_label=_("Keys of this page")):
        for caps, words in KEYS:
            with box("row", tag="span"):
                for cap in caps:
                    text(cap, tag="kbd")
                text(words, "quiet small", tag="span")


def _fact(name: str) -> Any:
    with box("fact"):
        text(name, tag="dt")
        return box("row", tag="dd")


def _short(value: Any) -> str:
    if value is None or value == "":
        return "empty"
    words = str(value)
    return words if len(words) <= 80 else f"{words[:80]}…"
