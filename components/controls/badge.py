"""Badges: an icon and a word, so that colour never speaks alone."""

from datetime import datetime

from nicegui import ui

from components.controls.moment import Moment
from components.controls.plain import box, icon, text
from components.texts import _, later

STATUS = {
    "pending": (later("Waiting"), "", "clock"),
    "running": (later("Running"), "brand", "loader-circle"),
    "success": (later("Finished"), "ok", "circle-check"),
    "failed": (later("Failed"), "bad", "circle-alert"),
    "timeout": (later("Timed out"), "warn", "timer"),
    "cancelled": (later("Cancelled"), "", "circle-minus"),
}
OUTCOME = {
    "found": (later("Found"), "ok", "circle-check"),
    "partly": (later("Partly"), "warn", "circle-dashed"),
    "not_found": (later("No match"), "", "search"),
    "skipped": (later("Skipped"), "", "circle-minus"),
    "failed": (later("Failed"), "bad", "circle-alert"),
}
# In bars and charts, where only the colour tells them apart beside the legend.
FILLS = {
    "found": "ok",
    "partly": "warn",
    "not_found": "quiet",
    "skipped": "faint",
    "failed": "bad",
    "cancelled": "4",
    "live": "brand",
}


def badge(word: str, tone: str = "", icon_name: str = "", at: datetime | None = None) -> ui.element:
    """Tones: ok, bad, warn, info, brand, or none. `at` is the {time} in the word."""
    with box(f"badge {tone}", tag="span") as made:
        if icon_name:
            icon(icon_name)
        if at:
            Moment(at, "soon").say(word, at)
        else:
            text(word, tag="span")
    return made


def run_badge(status: str, outcome: str | None = None) -> ui.element:
    """How a run stands: its outcome once it ended well, else its status."""
    return badge(*words_of_run(status, outcome))


def words_of_run(status: str, outcome: str | None = None) -> tuple[str, str, str]:
    if status == "success" and outcome in OUTCOME:
        word, tone, icon_name = OUTCOME[outcome]
    else:
        word, tone, icon_name = STATUS.get(status, (status, "", "circle-dashed"))
    return _(word), tone, icon_name
