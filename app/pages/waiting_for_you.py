"""What waits for a person: keys that fail, runs on hold, batches to look at, new failures."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pages.visit import Visit
from app.services.all import Services
from components.controls import box, icon, text
from components.texts import _, ngettext, number
from db.executions import Narrowed
from db.session import Actor

MOST = 100
AILING = ("failing", "reconnect")


@dataclass(frozen=True, slots=True)
class Matter:
    words: str
    href: str
    icon: str
    tone: str = "warn"


async def waiting_for_you(visit: Visit, services: Services) -> None:
    """Draws nothing where nothing waits: a calm page is the best news."""
    matters = await _matters(services, await visit.me())
    if not matters:
        return
    with box("waiting", tag="nav", aria_label=_("Waiting for you"), data_testid="waiting"):
        for one in matters:
            with box("step-hint", tag="a", href=one.href):
                icon(one.icon, f"tone-{one.tone}")
                text(one.words, "strong", tag="span")


async def _matters(services: Services, me: Actor) -> Sequence[Matter]:
    keys = (await services.credentials.listed(me, limit=MOST)).items
    ailing = [one for one in keys if one.state in AILING]
    held = await services.history.how_many(me, Narrowed(on_hold=True), MOST)
    groups = await services.error_groups.listed(me)
    failures = [one for one in groups if one.state == "open"]
    return [*_keys(len(ailing)), *_held(held), *_failures(len(failures))]


def _keys(n: int) -> list[Matter]:
    words = ngettext("{n} key does not work.", "{n} keys do not work.", n)
    return [Matter(words.format(n=number(n)), "/credentials", "key-round", "bad")] if n else []


def _held(n: int) -> list[Matter]:
    words = ngettext("{n} run is on hold.", "{n} runs are on hold.", n)
    return [Matter(words.format(n=number(n)), "/runs?show=held", "circle-pause")] if n else []


def _failures(n: int) -> list[Matter]:
    words = ngettext("{n} kind of failure is undecided.", "{n} kinds of failure are undecided.", n)
    return [Matter(words.format(n=number(n)), "/runs/errors", "circle-alert")] if n else []
