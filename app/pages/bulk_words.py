"""How a batch stands, in words, numbers and colours."""

from decimal import Decimal

from app.services.bulk import Batch
from components.controls import FILLS
from components.meter import Part
from components.texts import _, money, number, percent

OUTCOMES = ("found", "partly", "not_found", "skipped", "failed")


def state_of(batch: Batch) -> tuple[str, str, str]:
    """(word, tone, icon)"""
    return {
        "running": (_("Running"), "brand", "loader-circle"),
        "try_first": (_("Trying the first"), "brand", "loader-circle"),
        "paused": (_("Paused"), "warn", "pause"),
        "cancelled": (_("Cancelled"), "", "circle-minus"),
        "finished": (_("Finished"), "ok", "circle-check"),
    }[batch.row.state]


def at_work(batch: Batch) -> bool:
    """Whether its numbers still change: also while runs end after a pause or a cancel."""
    return batch.row.finished_at is None and (
        batch.row.state != "paused" or batch.by_status["running"] > 0
    )


def parts_of(batch: Batch) -> list[Part]:
    """Outcomes in their order, and those that were cancelled; the rest of the bar is to come.

    A cancelled run has an outcome, too, and shall not be counted twice.
    """
    names = {
        "found": _("Found"),
        "partly": _("Partly"),
        "not_found": _("No match"),
        "skipped": _("Skipped"),
        "failed": _("Failed"),
    }
    count = batch.by_outcome | {"failed": failures_of(batch)}
    found = [Part(names[key], count[key], FILLS[key]) for key in OUTCOMES]
    return [*found, Part(_("Cancelled"), batch.by_status["cancelled"], FILLS["cancelled"])]


def failures_of(batch: Batch) -> int:
    return batch.by_status["failed"] + batch.by_status["timeout"]


def progress_of(batch: Batch) -> str:
    """Of a cancelled one: how far it came."""
    total, done = batch.row.total, batch.done
    if batch.row.state == "cancelled":
        done -= batch.by_status["cancelled"]
    share = percent(done / total) if total else percent(1)
    return _("{done} of {total} ({share})").format(
        done=number(done), total=number(total), share=share
    )


def cost_of(batch: Batch) -> str:
    """Empty where no step says what it costs."""
    row = batch.row
    if row.cost_each is None:
        return ""
    most = row.max_cost if row.max_cost is not None else row.cost_each * row.total
    return _("{cost} of at most {most}").format(cost=_money(row.cost), most=_money(most))


def _money(amount: Decimal) -> str:
    return money(float(amount))
