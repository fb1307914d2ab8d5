"""Helpers that let a run's test read as a story: build a connector, play it, look at it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.effects.credentials import Credential, Secret, parse_auth
from engine.effects.egress import Egress
from engine.effects.policy import Policy
from engine.model.definition import load
from engine.model.plan import compile_plan
from engine.run.doors import Doors
from engine.run.events import Mark, PageRead, StepFinished
from engine.run.run import run
from engine.run.task import End, KeptPage, Pause, StepRecord, Task

ADA = {"id": "c-1", "email": "ada.lovelace@example.com", "data": {}}
ACME = {"id": "acme", "name": "Acme"}
EXECUTION = UUID("00000000-0000-4000-8000-000000000001")


class Clock:
    """Time that passes only when somebody waits for it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, for_s: float) -> None:
        self.waits.append(for_s)
        self.pass_by(for_s)

    def pass_by(self, for_s: float) -> None:
        self.at += timedelta(seconds=for_s)


@dataclass
class Player:
    """A worker without a queue: performs a run, keeps its marks, comes back after pauses."""

    egress: Egress
    clock: Clock = field(default_factory=Clock)
    marks: list[Mark] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    chance: float = 1.0
    cache: Any = None
    renew: Any = None
    board: Any = None  # pauses that services asked for
    turns: Any = None  # the pace all runs keep to

    @property
    def doors(self) -> Doors:
        clock = self.clock
        return Doors(
            self.egress, clock.now, clock.sleep, clock.monotonic, lambda: self.chance,
            self.cache, self.renew, self.board, self.turns,
        )  # fmt: skip

    async def keep(self, mark: Mark) -> None:
        self.marks.append(mark)

    @property
    def sentences(self) -> list[str]:
        return [mark.sentence for mark in self.marks]

    @property
    def done(self) -> dict[str, StepRecord]:
        return {
            mark.path: StepRecord(mark.path, mark.position, mark.entry, mark.result)
            for mark in self.marks
            if isinstance(mark, StepFinished)
        }

    @property
    def pages(self) -> dict[str, list[KeptPage]]:
        found: dict[str, list[KeptPage]] = {}
        for mark in self.marks:
            if isinstance(mark, PageRead):
                page = KeptPage(mark.number, mark.items, mark.next)
                found.setdefault(mark.path, []).append(page)
        return found

    async def once(self, definition: dict[str, Any], **task: Any) -> End | Pause:
        """One stretch of a run, to its end or its next pause."""
        return await run(a_task(definition, **task), self.doors, self.keep)

    async def play(self, definition: dict[str, Any], **task: Any) -> End:
        """The whole run, however often it pauses."""
        state: dict[str, Any] = {}
        while True:
            kept = {"done": self.done, "pages": self.pages, "state": state}
            ended = await self.once(definition, **kept, **task)
            if isinstance(ended, End):
                return ended
            self.pauses.append(ended)
            self.clock.pass_by(ended.after_s)
            state = ended.state


def a_task(definition: dict[str, Any], **more: Any) -> Task:
    given = {"execution_id": EXECUTION, "workspace": ACME, "contact": ADA, "input": {}, **more}
    given.setdefault("plan", compile_plan(load(definition)))
    return Task(**given)


def connector(*steps: dict[str, Any], maps: dict[str, str] | None = None, **more: Any) -> Any:
    mappings = [{"field": field, "value": value} for field, value in (maps or {}).items()]
    return {"config": {"steps": list(steps)}, "field_mappings": mappings, **more}


def call(id: str, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    request = {"method": method, "url": url}
    for name in ("query", "headers", "body"):
        if name in more:
            request[name] = more.pop(name)
    return {"id": id, "kind": "http", "request": request, **more}


def egress_to(service: Any) -> Egress:
    return Egress(Policy.from_settings(service.host))


def key_for(service: Any, auth: dict[str, Any], **more: Any) -> Credential:
    secrets = more.pop("secrets", {"api_key": service.KEY})
    return Credential(
        "k-1", "demo", parse_auth(auth), {n: Secret(s) for n, s in secrets.items()},
        allowed_hosts=(service.host,), **more,
    )  # fmt: skip
