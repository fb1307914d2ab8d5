"""One step among many runs: when its calls may leave, and what its answers tell the others."""

from typing import TYPE_CHECKING

from engine.effects.failures import LoginNotNow, ServiceDidNotAnswer
from engine.errors import RunStopped, StepFailed
from engine.model.retry import spent_for_s
from engine.model.rules import Verdict
from engine.run import holding
from engine.run.doors import Shut
from engine.run.events import Retrying, seconds
from engine.run.refusals import broken, quota_used_up, refused, would_wait
from engine.run.story import WAITED_IN_PLACE_S, Later
from engine.run.task import Why

if TYPE_CHECKING:
    from engine.run.exchange import Exchange

SPREAD_S = 5.0  # runs that waited for the same pause go on within so long
HELD_SPREAD_S = 300.0  # of runs on hold one is enough to find out
TRIAL_S = 5.0  # so long the others wait before they look what became of the one that tries
BROKEN_S = 3_600.0  # a run whose service does not come back waits no longer
BAD_DAYS = frozenset({500, 502, 503, 504})


class Traffic:
    """What a step has to do with all others that use its credential at its host."""

    __slots__ = ("_exchange", "_trying")

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._trying: str | None = None  # the place that this call may open for the others

    @property
    def place(self) -> str:
        """Of this kind of call. A plan often counts searches and checks apart."""
        return f"{self._exchange.host} {self._exchange.step.place}"

    # Before a call

    async def wait_for_leave(self) -> None:
        exchange = self._exchange
        pauses, credential = exchange.story.doors.pauses, exchange.credential
        if exchange.story.resumed:
            exchange.story.resumed, self._trying = False, self.place
        elif pauses is not None and credential is not None and pauses.any:
            for place in (exchange.host, self.place):
                while shut := pauses.shut(credential, place):
                    if shut.left_s <= 0 and await pauses.take_trial(credential, place):
                        self._trying = place
                        break
                    await self._stay(shut)
        if exchange.step.every_s is not None:
            await self._keep_pace(exchange.step.every_s)

    async def _stay(self, shut: Shut) -> None:
        """They come back a little apart: all at once would be too many again."""
        exchange, story = self._exchange, self._exchange.story
        left_s = shut.left_s or TRIAL_S
        most_s = HELD_SPREAD_S if shut.why == "quota" else SPREAD_S
        for_s = left_s + story.doors.random() * min(left_s / 4, most_s)
        if shut.why == "quota":
            raise self._later("quota", quota_used_up(exchange.host), for_s)
        stopped = refused(exchange.host, 429) if shut.why == "asked" else broken(exchange.host)
        if story.task.test and for_s > exchange.step.timeout_s:
            raise would_wait(stopped, seconds(for_s))
        if shut.why == "broken":
            self._give_up_in_time(stopped)
            sentence = f"{exchange.host} does not answer properly; trying in {seconds(for_s)}."
        else:
            sentence = f"{exchange.host} asked for a pause; calling in {seconds(for_s)}."
        await story.tell(Retrying(exchange.step.id, exchange.path, sentence))
        await exchange.wait(for_s, sentence)

    def _give_up_in_time(self, stopped: StepFailed) -> None:
        memory, now = self._exchange.memory, self._exchange.story.doors.now().timestamp()
        if now - memory.setdefault("broken_since", now) > BROKEN_S:
            raise stopped

    async def _keep_pace(self, every_s: float) -> None:
        """Take the next free turn. A person who tries something out does not stand in line."""
        exchange, story = self._exchange, self._exchange.story
        if story.doors.paces is None:
            return
        while not exchange.memory.pop("turn", False):
            account = exchange.credential.id if exchange.credential else ""
            for_s, ours = await story.doors.paces.turn(
                story.task.workspace["id"], account, exchange.host, every_s
            )
            if for_s <= 0:
                return
            if story.task.test:
                await story.doors.sleep(min(for_s, WAITED_IN_PLACE_S))
                return
            exchange.memory["turn"] = ours
            if not ours:
                for_s *= 0.5 + story.doors.random()
            host = exchange.host
            sentence = f"{host} wants no more calls at once; its turn comes in {seconds(for_s)}."
            await exchange.wait(for_s, sentence)

    # After a call

    async def learn(self, verdict: Verdict, failure: RunStopped | None) -> None:
        """Tell the others how the service is, and what it has left."""
        exchange = self._exchange
        pauses, credential = exchange.story.doors.pauses, exchange.credential
        if pauses is None or credential is None:
            return
        answer = exchange.reading
        if self._is_bad(verdict, failure):
            if self._trying or not exchange.story.task.test:  # what a person tries out may be wrong
                await pauses.went_badly(credential, exchange.host)
        elif self._is_good(verdict, failure):
            if self._trying and self._trying != exchange.host:
                await pauses.went_well(credential, self._trying)
            if pauses.troubled or self._trying == exchange.host:
                await pauses.went_well(credential, exchange.host)
        self._trying = None
        if failure is None and answer.status < 300 and exchange.step.trusts_headers:
            spent_s = spent_for_s(answer.headers, exchange.story.doors.now())
            if spent_s > 0:
                await pauses.ask_for(credential, exchange.host, spent_s)

    def _is_bad(self, verdict: Verdict, failure: RunStopped | None) -> bool:
        """Whether the service is in trouble, rather than this call."""
        if isinstance(failure, ServiceDidNotAnswer):
            return not isinstance(failure, LoginNotNow) and not failure.answered
        said_so = verdict.rule is None or verdict.then == "retry"
        return self._exchange.reading.status in BAD_DAYS and said_so

    def _is_good(self, verdict: Verdict, failure: RunStopped | None) -> bool:
        """Whether it answers others, too. A rule may find a meaning in a bad day's status."""
        if failure is not None or verdict.then == "hold":
            return False
        settled = verdict.then in ("succeed", "not_found", "ignore")
        return settled or self._exchange.reading.status not in BAD_DAYS

    # On hold

    async def hold_for_quota(self, stopped: RunStopped, asked_s: float | None) -> Later:
        """To be raised: until the account has something left again."""
        exchange = self._exchange
        pauses, credential = exchange.story.doors.pauses, exchange.credential
        for_s = asked_s or holding.look_again_s("quota", exchange.memory.get("holds", 0))
        if pauses is not None and credential is not None:
            for_s = await pauses.used_up(credential, self.place, asked_s)
        return self._later("quota", stopped, for_s)

    def hold_for_login(self, stopped: RunStopped) -> Later:
        """To be raised: until somebody connects the credential again."""
        times = self._exchange.memory.get("holds", 0)
        return self._later("reconnect", stopped, holding.look_again_s("reconnect", times))

    def _later(self, why: Why, stopped: RunStopped, for_s: float) -> Later:
        """Raises what stopped the step where waiting is not for it."""
        exchange, story = self._exchange, self._exchange.story
        if story.task.test:
            stopped.hint = f"{stopped.hint} A run would wait for it, on hold.".strip()
        if story.task.test or exchange.step.id in story.task.plan.goes_on:
            raise stopped
        memory, now = exchange.memory, story.doors.now().timestamp()
        if now - memory.setdefault("held_since", now) >= holding.LONGEST_S:
            raise holding.too_long(stopped)
        memory["holds"] = memory.get("holds", 0) + 1
        account = exchange.credential.id if exchange.credential else None
        what = holding.held(why, account, self.place, stopped)
        kept = {**memory, "attempts": exchange.attempts, "tries": 0}
        return story.hold(exchange.path, for_s, kept, holding.sentence(what, for_s), what)
