"""The calls of one http step: each sent, read, judged, and repeated where that is right."""

from engine.effects.egress import Call
from engine.effects.failures import NeedsReconnect, ServiceDidNotAnswer
from engine.errors import ResultUnknown, RunStopped
from engine.model.plan import RequestPlan
from engine.model.retry import asked_wait_s, backoff_s
from engine.model.rules import Answered, Verdict, decide
from engine.run import traffic
from engine.run.answers import Reading, read
from engine.run.calls import NOTHING, Calls
from engine.run.events import Retrying, seconds
from engine.run.refusals import gave_up, quota_used_up, refused, would_wait
from engine.run.requests import Rendered, render
from engine.run.story import Scope


class Exchange(Calls):
    """Makes them: until an answer settles the step, or nothing more can be done."""

    _renewed = False

    async def log_in(self) -> None:
        """Ahead of the call, where the address may hold what a service tells with its token."""
        credential, log_in = self.credential, self.story.doors.log_in
        if credential is None or log_in is None:
            return
        if not getattr(credential.auth, "settings_from_token", None):
            return
        while True:
            try:
                ready = await log_in(credential)
                break
            except NeedsReconnect as gone:
                raise traffic.hold_for_login(self, gone) from gone
            except ServiceDidNotAnswer as failure:
                self.tries += 1
                await self._wait(Verdict("retry"), failure)
        self.tries = 0
        self.scope = {**self.scope, "credential": {"settings": dict(ready.settings)}}

    def render(self, request: RequestPlan, scope: Scope | None = None, part: str = "") -> Rendered:
        """`part` tells apart the calls of one step for a service that does nothing twice."""
        header = self.step.idempotency_header
        key = f"{self.story.key}:{self.path}{part}"
        return render(request, scope or self.scope, ((header, key),) if header else ())

    async def ask(self, rendered: Rendered) -> Verdict:
        """Send until an answer settles it: succeed, not_found or ignore. Raises what fails."""
        self.call = call = rendered.call(self.step.timeout_s)
        if self.memory:
            await self.story.wait_out(self.path, self.memory)
            self.memory.pop("due", None)
        while True:
            await traffic.wait_for_leave(self)
            self.tries += 1
            self.attempts += 1
            try:
                failure = await self._send(call)
                verdict = self._judge(call, failure)
                await traffic.learn(self, verdict, failure)
                if verdict.then == "refresh_credential":
                    await self._log_in_again(verdict)
                    continue
            except NeedsReconnect as gone:
                if self.answer is None:
                    self.attempts -= 1  # nobody was called
                raise traffic.hold_for_login(self, gone) from gone
            then = verdict.then
            if then in ("retry", "rate_limited"):
                await self._wait(verdict, failure)
            elif then == "fail":
                raise self._failed(verdict, failure)
            elif then == "hold":
                await self._hold(verdict)
            else:
                self._went_on()
                return verdict

    def _went_on(self) -> None:
        self.tries = 0
        for name in ("held_since", "holds", "broken_since"):
            self.memory.pop(name, None)

    async def _send(self, call: Call) -> RunStopped | None:
        self.answer, self.reading, self.timed_out = None, NOTHING, False
        try:
            self.answer = await self.story.doors.egress.send(
                call, self.credential, self.story.guarded
            )
        except ServiceDidNotAnswer as failure:
            self.timed_out = failure.timed_out
            return failure
        self.reading = read(self.answer)
        return None

    def judge_kept(self, call: Call, reading: Reading) -> str:
        answered = Answered(reading.status, reading.headers, reading.body)
        return self._verdict(call, answered).then

    def take_kept(self, call: Call, reading: Reading, size: int) -> None:
        """Go on as if this answer had just come."""
        self.call, self.reading, self.kept_size = call, reading, size

    def _judge(self, call: Call, failure: RunStopped | None) -> Verdict:
        if self.answer is None:
            may_have_arrived = getattr(failure, "may_have_arrived", True)
            return self._verdict(call, Answered(None, {}, None, may_have_arrived))
        reading = self.reading
        return self._verdict(call, Answered(reading.status, reading.headers, reading.body))

    def _verdict(self, call: Call, answered: Answered) -> Verdict:
        return decide(
            self.step.rules,
            answered,
            method=call.method,
            scope=self.scope,
            has_idempotency=self.step.idempotency_header is not None,
            renewable=self.story.doors.renew is not None and not self._renewed,
        )

    async def _log_in_again(self, verdict: Verdict) -> None:
        """A new login, once a step. Raises where there is none to be had."""
        renew, used = self.story.doors.renew, self.credential
        if self._renewed or renew is None or used is None:
            raise refused(self.host, self.reading.status or 401, verdict.message)
        if self.answer is not None and self.answer.used is not None:
            used = self.answer.used
        try:
            renewed = await renew(used)
        except ServiceDidNotAnswer as failure:
            await self._wait(verdict, failure)
            return
        if renewed is None:
            raise refused(self.host, self.reading.status or 401, verdict.message)
        self.credential, self._renewed = renewed, True

    async def _wait(self, verdict: Verdict, failure: RunStopped | None) -> None:
        """Before the next try. Raises where that was the last one."""
        asked_s = self._asked_s(verdict)
        if asked_s:
            await self._tell_others(verdict, asked_s)
        most = self.step.max_retries + 1
        if self.tries >= most:
            raise self._gave_up(verdict, failure)
        for_s = (
            asked_s or self._backoff_s()
        )  # a time that is over, by its clock, is no leave to knock without end
        if self.story.is_too_long(for_s, self.step.timeout_s):
            raise would_wait(self._gave_up(verdict, failure), seconds(for_s))
        what = f"{self.host} answered {self.answer.status}" if self.answer else _said(failure)
        sentence = f"{what}; trying again in {seconds(for_s)} ({self.tries + 1} of {most})."
        await self.story.tell(Retrying(self.step.id, self.path, sentence))
        await self.wait(for_s, sentence)

    async def _hold(self, verdict: Verdict) -> None:
        """Raises: the run waits until the account has something left again."""
        if self.answer is None:
            raise self._failed(verdict, None)
        asked_s = asked_wait_s(self.answer.headers, self.story.doors.now()) or None
        raise await traffic.hold_for_quota(self, quota_used_up(self.host, verdict.message), asked_s)

    async def _tell_others(self, verdict: Verdict, seconds: float) -> None:
        """A limit is the account's; a bad day is only this call's."""
        pauses, limited = self.story.doors.pauses, verdict.then == "rate_limited"
        of_account = limited and (verdict.rule is not None or self.reading.status == 429)
        if pauses is not None and self.credential is not None and of_account:
            await pauses.ask_for(self.credential, self.host, seconds)

    def _asked_s(self, verdict: Verdict) -> float | None:
        """What the service asks for; its reset headers count only where it speaks of a limit,
        since many services send them with every answer."""
        headers = self.answer.headers if self.answer else ()
        if verdict.then != "rate_limited" or not self.step.trusts_headers:
            headers = tuple(pair for pair in headers if pair[0] == "retry-after")
        return asked_wait_s(headers, self.story.doors.now()) if headers else None

    def _backoff_s(self) -> float:
        retry = self.step.retry
        return backoff_s(
            self.tries,
            base_ms=retry.base_ms,
            max_ms=retry.max_ms,
            random=self.story.doors.random,
        )

    def _failed(self, verdict: Verdict, failure: RunStopped | None) -> RunStopped:
        if verdict.unknown:
            return ResultUnknown(self.host)
        if failure is not None and verdict.message is None:
            return failure
        return refused(self.host, self.answer.status if self.answer else 0, verdict.message)

    def _gave_up(self, verdict: Verdict, failure: RunStopped | None) -> RunStopped:
        if failure is not None:
            return failure
        status = self.answer.status if self.answer else 0
        return gave_up(self.host, status, self.tries, verdict.message)


def _said(failure: RunStopped | None) -> str:
    return failure.message.rstrip(".") if failure else "No answer"
