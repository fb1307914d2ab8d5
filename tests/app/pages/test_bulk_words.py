"""How a batch is told on its page."""

from datetime import UTC, datetime

from app.pages.bulk_words import parts_of, progress_of
from app.services.bulk import Batch
from db.bulk import Bulk


def cancelled() -> Batch:
    """Ten contacts: three runs ended, two were stopped, five were never begun."""
    row = Bulk(state="cancelled", total=10, fed=5, finished_at=datetime.now(UTC))
    tally = {"success found": 2, "failed failed": 1, "cancelled failed": 2}
    return Batch(row, tally)


def test_a_cancelled_run_is_not_counted_as_failed_too() -> None:
    counts = {part.name: part.count for part in parts_of(cancelled()) if part.count}
    assert counts == {"Found": 2, "Failed": 1, "Cancelled": 7}


def test_a_cancelled_batch_says_how_far_it_came() -> None:
    assert progress_of(cancelled()) == "3 of 10 (30%)"
