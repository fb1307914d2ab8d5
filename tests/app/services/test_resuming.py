"""Which finished steps the next attempt believes."""

from app.services.resuming import missing, to_carry, to_mend, unchanged
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


# Of a run that found a part


def numbered(*steps):
    for number, one in enumerate(steps):
        one.position = number
    return list(steps)


def kind(one, of):
    one.entry["kind"] = of
    return one


def mended(steps, same=None, unknown=None):
    return [one["path"] for one in to_mend(steps, same, unknown)]


def test_only_what_failed_and_what_is_around_it_is_done_again():
    steps = numbered(
        step("find"),
        step("extra", "failed"),
        kind(step("loop"), "for_each"),
        step("loop[0].one"),
        step("loop[1].one", "failed"),
        kind(step("loop[2].way"), "branch"),
        step("loop[2].way.inner", "failed"),
        step("save"),
    )
    assert mended(steps) == ["find", "loop[0].one", "save"]


def test_values_worked_out_after_a_failure_are_worked_out_anew():
    steps = numbered(
        kind(step("before"), "set"),
        step("extra", "failed"),
        kind(step("after"), "set"),
        kind(step("end"), "stop"),
        step("save"),
    )
    assert mended(steps) == ["before", "save"]


def test_a_failed_attempt_that_another_made_up_for_is_left_alone():
    steps = numbered(
        kind(step("first"), "waterfall"),
        step("first[0].one", "failed"),
        step("first[1].two"),
        step("extra", "failed"),
    )
    assert mended(steps) == ["first", "first[0].one", "first[1].two"]
    assert [one.path for one in missing(steps)] == ["extra"]


def test_a_lost_answer_among_them_is_a_persons_choice():
    steps = numbered(step("order", "failed", "unknown_result"), step("extra", "failed"))
    assert mended(steps, unknown="mark_done") == ["order"]
    assert mended(steps, unknown="repeat") == []
