"""Three ways to look at runs: one by one, by what went wrong, as numbers."""

from typing import Literal

from app.pages.runs_asked import Asked, address
from components.controls import box, text
from components.texts import _, number

Tab = Literal["list", "errors", "charts"]


def runs_tabs(here: Tab, asked: Asked | None = None, open_errors: int = 0) -> None:
    """Links, so that Back and a new window work; the connector that was chosen stays chosen."""
    kept = {"connector_id": (asked or {}).get("connector_id", "")}
    places: tuple[tuple[Tab, str, str], ...] = (
        ("list", _("List"), "/runs"),
        ("errors", _("Errors"), "/runs/errors"),
        ("charts", _("Charts"), "/runs/charts"),
    )
    with box("tabs page-tabs", tag="nav", aria_label=_("Runs")):
        for name, words, path in places:
            tab = box("tab", tag="a", href=address(kept, path))
            tab.props["data-testid"] = f"tab-{name}"
            if name == here:
                tab.props["aria-current"] = "page"
            with tab:
                text(words, tag="span")
                if name == "errors" and open_errors:
                    text(number(open_errors), "count", tag="span")
