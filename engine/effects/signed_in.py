"""The way out for runs: a call whose credential needs a token leaves with one."""

from collections.abc import Sequence
from dataclasses import replace

from engine.effects.credentials import Credential
from engine.effects.egress import Answer, Call, Egress
from engine.effects.tokens import Tokens


class SignedIn:
    """As an Egress, and it knows the tokens."""

    def __init__(self, egress: Egress, tokens: Tokens) -> None:
        self._egress, self._tokens = egress, tokens

    async def send(
        self,
        call: Call,
        credential: Credential | None = None,
        also_guard: Sequence[Credential] = (),
    ) -> Answer:
        used = None if credential is None else await self._tokens.ready(credential)
        guarded = [self._tokens.known(each) for each in also_guard]
        answer = await self._egress.send(call, used, guarded)
        return answer if used is credential else replace(answer, used=used)
