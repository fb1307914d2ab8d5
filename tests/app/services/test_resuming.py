"""Which finished steps the next attempt believes."""

from app.services.resuming import to_carry, unchanged
from db.executions import ExecutionStep


def step(path, status="success", code=None):
    entry = {"id": path, "status": status, "error": {"code": code} if code else None}
    return ExecutionStep(path=path, position=0, entry=entry, result={"status": 200})


def carried(steps, same=None, unknown=None):
    return {one["path"]: one["entry"]["status"] for one in to_carry(steps, same, unknown)}


def test_everything_but_the_failed_step_is_kept():
    steps = [step("find"), step("skip", "skipped"), step("save", "failed")]
    assert carried(steps) == {"find": "success", "skip": "skipped"}


def test_a_step_that_failed_and_was_passed_over_stays_as_it_ended():
    steps = [step("extra", "failed"), step("find"), step("save", "failed")]
    assert carried(steps) == {"extra": "failed", "find": "success"}


def test_of_a_loop_that_failed_only_the_failed_items_are_repeated():
    steps = [
        step("loop", "failed"),
        step("loop[0].one", "failed"),
        step("loop[1].one"),
        step("loop[1].two", "failed"),
    ]
    assert carried(steps) == {"loop[1].one": "success"}


def test_a_cancelled_run_goes_on_after_what_it_finished():
    assert carried([step("find"), step("save")]) == {"find": "success", "save": "success"}


def test_a_call_of_unknown_fate_is_repeated_skipped_or_taken_as_done():
    steps = [step("find"), step("order", "failed", "unknown_result")]
    assert carried(steps, unknown="repeat") == {"find": "success"}
    assert carried(steps, unknown="skip") == {"find": "success", "order": "skipped"}
    assert carried(steps, unknown="mark_done") == {"find": "success", "order": "success"}


def test_a_new_version_keeps_the_steps_before_its_first_change():
    before = [{"id": "find"}, {"id": "load"}, {"id": "save"}]
    after = [{"id": "find"}, {"id": "load", "name": "Load more"}, {"id": "save"}]
    same = unchanged(before, after)
    assert same == {"find"}
    assert carried([step("find"), step("load"), step("save", "failed")], same) == {
        "find": "success"
    }
