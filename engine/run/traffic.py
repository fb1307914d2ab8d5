"""One step among many runs: when its calls may leave, and what its answers tell the others."""

from engine.effects.failures import LoginNotNow, ServiceDidNotAnswer
from engine.errors import RunStopped, StepFailed
from engine.model.retry import spent_for_s
from engine.model.rules import Verdict
from engine.run import holding
from engine.run.calls import Calls
from engine.run.doors import Shut
from engine.run.events import Retrying, seconds
from engine.run.refusals import broken, quota_used_up, refused, would_wait
from engine.run.story import WAITED_IN_PLACE_S, Later
from engine.run.task import Why

SPREAD_S = 5.0  # runs that waited for the same pause go on within so long
HELD_SPREAD_S = 300.0  # of runs on hold one is enough to find out
TRIAL_S = 5.0  # so long the others wait before they look what became of the one that tries
BROKEN_S = 3_600.0  # a run whose service does not come back waits no longer
BAD_DAYS = frozenset({500, 502, 503, 504})


# Before a call


async def wait_for_leave(calls: Calls) -> None:
    pauses, credential = calls.story.doors.pauses, calls.credential
    if calls.story.resumed:
        calls.story.resumed, calls.trying = False, _place(calls)
    elif pauses is not None and credential is not None and pauses.any:
        for place in (calls.host, _place(calls)):
            while shut := pauses.shut(credential, place):
                if shut.left_s <= 0 and await pauses.take_trial(credential, place):
                    calls.trying = place
                    break
                await _stay(calls, shut)
    if calls.step.every_s is not None:
        await _keep_pace(calls, calls.step.every_s)


async def _stay(calls: Calls, shut: Shut) -> None:
    """They come back a little apart: all at once would be too many again."""
    story = calls.story
    left_s = shut.left_s or TRIAL_S
    most_s = HELD_SPREAD_S if shut.why == "quota" else SPREAD_S
    for_s = left_s + story.doors.random() * min(left_s / 4, most_s)
    if shut.why == "quota":
        raise _later(calls, "quota", quota_used_up(calls.host), for_s)
    stopped = refused(calls.host, 429) if shut.why == "asked" else broken(calls.host)
    if story.task.test and for_s > calls.step.timeout_s:
        raise would_wait(stopped, seconds(for_s))
    if shut.why == "broken":
        _give_up_in_time(calls, stopped)
        sentence = f"{calls.host} does not answer properly; trying in {seconds(for_s)}."
    else:
        sentence = f"{calls.host} asked for a pause; calling in {seconds(for_s)}."
    await story.tell(Retrying(calls.step.id, calls.path, sentence))
    await calls.wait(for_s, sentence)


def _give_up_in_time(calls: Calls, stopped: StepFailed) -> None:
    memory, now = calls.memory, calls.story.doors.now().timestamp()
    if now - memory.setdefault("broken_since", now) > BROKEN_S:
        raise stopped


async def _keep_pace(calls: Calls, every_s: float) -> None:
    """Take the next free turn. A person who tries something out does not stand in line."""
    story = calls.story
    if story.doors.paces is None:
        return
    while not calls.memory.pop("turn", False):
        account = calls.credential.id if calls.credential else ""
        for_s, ours = await story.doors.paces.turn(
            story.task.workspace["id"], account, calls.host, every_s
        )
        if for_s <= 0:
            return
        if story.task.test:
            await story.doors.sleep(min(for_s, WAITED_IN_PLACE_S))
            return
        calls.memory["turn"] = ours
        if not ours:
            for_s *= 0.5 + story.doors.random()
        host = calls.host
        sentence = f"{host} wants no more calls at once; its turn comes in {seconds(for_s)}."
        await calls.wait(for_s, sentence)


# After a call


async def learn(calls: Calls, verdict: Verdict, failure: RunStopped | None) -> None:
    """Tell the others how the service is, and what it has left."""
    pauses, credential = calls.story.doors.pauses, calls.credential
    if pauses is None or credential is None:
        return
    answer = calls.reading
    if _is_bad(calls, verdict, failure):
        if calls.trying or not calls.story.task.test:  # what a person tries out may be wrong
            await pauses.went_badly(credential, calls.host)
    elif _is_good(calls, verdict, failure):
        if calls.trying and calls.trying != calls.host:
            await pauses.went_well(credential, calls.trying)
        if pauses.troubled or calls.trying == calls.host:
            await pauses.went_well(credential, calls.host)
    calls.trying = None
    if failure is None and answer.status < 300 and calls.step.trusts_headers:
        spent_s = spent_for_s(answer.headers, calls.story.doors.now())
        if spent_s > 0:
            await pauses.ask_for(credential, calls.host, spent_s)


def _is_bad(calls: Calls, verdict: Verdict, failure: RunStopped | None) -> bool:
    """Whether the service is in trouble, rather than this call."""
    if isinstance(failure, ServiceDidNotAnswer):
        return not isinstance(failure, LoginNotNow) and not failure.answered
    said_so = verdict.rule is None or verdict.then == "retry"
    return calls.reading.status in BAD_DAYS and said_so


def _is_good(calls: Calls, verdict: Verdict, failure: RunStopped | None) -> bool:
    """Whether it answers others, too. A rule may find a meaning in a bad day's status."""
    if failure is not None or verdict.then == "hold":
        return False
    settled = verdict.then in ("succeed", "not_found", "ignore")
    return settled or calls.reading.status not in BAD_DAYS


# On hold


async def hold_for_quota(calls: Calls, stopped: RunStopped, asked_s: float | None) -> Later:
    """To be raised: until the account has something left again."""
    pauses, credential = calls.story.doors.pauses, calls.credential
    for_s = asked_s or holding.look_again_s("quota", calls.memory.get("holds", 0))
    if pauses is not None and credential is not None:
        for_s = await pauses.used_up(credential, _place(calls), asked_s)
    return _later(calls, "quota", stopped, for_s)


def hold_for_login(calls: Calls, stopped: RunStopped) -> Later:
    """To be raised: until somebody connects the credential again."""
    times = calls.memory.get("holds", 0)
    return _later(calls, "reconnect", stopped, holding.look_again_s("reconnect", times))


def _later(calls: Calls, why: Why, stopped: RunStopped, for_s: float) -> Later:
    """Raises what stopped the step where waiting is not for it."""
    story = calls.story
    if story.task.test:
        stopped.hint = f"{stopped.hint} A run would wait for it, on hold.".strip()
    if story.task.test or calls.step.id in story.task.plan.goes_on:
        raise stopped
    memory, now = calls.memory, story.doors.now().timestamp()
    if now - memory.setdefault("held_since", now) >= holding.LONGEST_S:
        raise holding.too_long(stopped)
    memory["holds"] = memory.get("holds", 0) + 1
    account = calls.credential.id if calls.credential else None
    what = holding.held(why, account, _place(calls), stopped)
    kept = {**memory, "attempts": calls.attempts, "tries": 0}
    return story.hold(calls.path, for_s, kept, holding.sentence(what, for_s), what)


def _place(calls: Calls) -> str:
    """Of this kind of call. A plan often counts searches and checks apart."""
    return f"{calls.host} {calls.step.place}"
