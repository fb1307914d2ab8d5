"""How a run went, in one word that people act on."""

from typing import Literal

Outcome = Literal["found", "partly", "not_found", "skipped", "failed"]


def outcome_of(
    *,
    status: str,
    stopped: Outcome | None = None,
    not_found: bool = False,
    called: bool = True,
    partly: bool = False,
) -> Outcome:
    """`stopped`: a stop step said so. `called`: an http step ran. `partly`: a step failed and the
    run went on, or some items of a list failed."""
    if status != "success" or stopped == "failed":
        return "failed"
    if stopped is not None:
        return stopped
    if not_found:
        return "not_found"
    if not called:
        return "skipped"
    return "partly" if partly else "found"


def writes(outcome: Outcome | None) -> bool:
    """Are the field mappings applied?"""
    return outcome in ("found", "partly")
