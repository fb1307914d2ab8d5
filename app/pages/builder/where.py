"""Where each setting of a step is on the panel, and what it is called there."""

from dataclasses import dataclass

from components.sentences import translated
from components.texts import _, later
from engine.errors import Problem


@dataclass(frozen=True, slots=True)
class Setting:
    """Its field, its name, and the folded part of the form it is in."""

    testid: str
    name: str = ""
    part: str = ""


TIME, PAGES = later("Time and repeats"), later("Pages")
REUSE, POLL = later("Reusing answers"), later("Waiting until it is ready")
SETTINGS = {
    "url": Setting("address"),
    "name": Setting("step-name"),
    "credential": Setting("key"),
    "json": Setting("body"),
    "branches": Setting("when-0-left-0"),
    "items": Setting("items"),
    "until": Setting("wait-until"),
}
# What is wrong with a number is said in milliseconds, or without its name: its field knows better.
NUMBERS = {
    "timeout_ms": Setting("timeout", later("Wait for an answer at most"), TIME),
    "max_retries": Setting("retries", later("Try again at most"), TIME),
    "base_ms": Setting("first-pause", later("First pause"), TIME),
    "per_second": Setting("per-second", later("Calls per second at most"), TIME),
    "per_minute": Setting("per-minute", later("Calls per minute at most"), TIME),
    "ttl_s": Setting("reuse", later("Reuse answers for"), REUSE),
    "negative_ttl_s": Setting("reuse-none", later("Reuse “no match” for"), REUSE),
    "max_pages": Setting("page-max_pages", later("Pages at most"), PAGES),
    "size": Setting("page-size", later("Items in one page"), PAGES),
    "start": Setting("page-start", later("First one is"), PAGES),
    "every_ms": Setting("poll-every_ms", later("Ask every"), POLL),
    "max_wait_ms": Setting("poll-max_wait_ms", later("Give up after"), POLL),
    "max_items": Setting("most-items", later("At most")),
    "concurrency": Setting("at-once", later("At once")),
    "for_ms": Setting("wait-count", later("How long")),
}


def setting(field: str) -> Setting:
    return NUMBERS.get(field) or SETTINGS.get(field) or Setting(field)


def sentence(problem: Problem) -> str:
    """What is wrong, in the words of the panel."""
    number = NUMBERS.get(problem.field or "")
    if number is not None:
        return _("“{setting}” cannot be this number.").format(setting=_(number.name))
    return translated(problem.message)
