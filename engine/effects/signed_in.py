"""The way out for runs: a call whose credential needs a token leaves with one."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.effects.credentials import Credential
from engine.effects.egress import Answer, Call, Egress
from engine.effects.tokens import Tokens


class SignedIn:
    """As an Egress, and it knows the tokens."""

    def __init__(
        self,
        egress: Egress,
        tokens: Tokens,
        used: Callable[[Credential], None] | None = None,
        answered: Callable[[Credential, Answer], None] | None = None,
    ) -> None:
        """`used` is told of each credential that is put to use, `answered` also of what came."""
        self._egress, self._tokens, self._used = egress, tokens, used
        self._answered = answered

    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer:
        used = None if credential is None else await self._tokens.ready(credential)
        if credential is not None and self._used is not None:
            self._used(credential)
        guarded = [self._tokens.known(each) for each in also_guard]
        answer = await self._egress.send(call, used, guarded)
        if credential is not None and self._answered is not None:
            self._answered(credential, answer)
        return answer if used is credential else replace(answer, used=used)
