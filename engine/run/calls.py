"""What the calls of one http step share: among themselves, and with those who pace them."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from engine.effects.credentials import Credential
from engine.effects.egress import Answer, Call
from engine.model.plan import HttpPlan
from engine.run.answers import Reading
from engine.run.refusals import NoCredential
from engine.run.story import Scope, Story

NOTHING = Reading(0, {}, None)
UNNAMED = "The service"


class Calls:
    """Its credential, the attempts made, the last answer."""

    def __init__(self, story: Story, step: HttpPlan, path: str, scope: Scope) -> None:
        self.story, self.step, self.path = story, step, path
        self.memory = story.remembered(path)  # survives a pause
        self.attempts: int = self.memory.get("attempts", 0)
        self.tries: int = self.memory.get("tries", 0)  # of the call under way
        self.credential = _credential(story, step.credential)
        settings = dict(self.credential.settings) if self.credential else {}
        self.scope: Scope = {**scope, "credential": {"settings": settings}}
        self.call: Call | None = None
        self.answer: Answer | None = None
        self.reading = NOTHING
        self.kept_size: int | None = None  # of an answer that came from the cache
        self.timed_out = False
        self.trying: str | None = None  # the place that the next call may open for the others

    @property
    def host(self) -> str:
        return _host("/".join(self.call.url.split("/", 3)[:3])) if self.call else UNNAMED

    @property
    def response(self) -> dict[str, Any]:
        """The latest answer, as conditions and the next question of a poll name it."""
        reading = self.reading
        return {"status": reading.status, "headers": reading.headers, "body": reading.body}

    def values(self) -> dict[str, Any]:
        """All that the last answer gives, by the names later parts use."""
        picked = {name: pick(self.reading.body) for name, pick in self.step.extract.items()}
        return {**self.response, **picked}

    def scope_with_answer(self) -> Scope:
        return {**self.scope, "response": self.response}

    async def wait(self, for_s: float, sentence: str) -> None:
        """A pause between two calls; what must be known after it is in `memory`."""
        self.memory.update(attempts=self.attempts, tries=self.tries)
        await self.story.wait(self.path, for_s, self.memory, sentence)


@lru_cache(maxsize=1024)
def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or UNNAMED
    except ValueError:
        return UNNAMED


def _credential(story: Story, service_name: str | None) -> Credential | None:
    if service_name is None:
        return None
    try:
        return story.task.credentials[service_name]
    except KeyError:
        raise NoCredential(service_name) from None
