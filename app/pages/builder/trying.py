"""Testing on the sample contact: the same engine as a run, shown step by step as it happens."""

import asyncio
from collections.abc import Iterable
from typing import Any

from app.pages.builder.answer_words import verdict
from app.pages.builder.bench import Bench
from app.services.problems import BadInput, ServiceProblem
from app.services.testing import Tested, Trial
from components.controls import Text, text
from components.frame import notice
from components.texts import _
from db.session import Actor
from engine.errors import BadDefinition
from engine.run.events import Mark, StepStarted


class Trying:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.aloud: Text | None = None

    def draw_aloud(self) -> None:
        """How the test goes, for those who hear the page."""
        self.aloud = text("", "hidden-text")
        self.aloud.props["role"] = "status"

    async def step(self) -> None:
        """The step that is open and what it needs before it; again: cancel."""
        await self._press(self.bench.selected or None)

    async def everything(self) -> None:
        await self._press(None)

    async def _press(self, until: str | None) -> None:
        bench = self.bench
        if bench.trial is not None:
            bench.trial.cancel()
            return
        if bench.why_no_test:
            notice(bench.why_no_test, tone="warn")
            return
        if bench.unread:
            notice(_("The body of a step is not valid JSON yet."), tone="warn")
            return
        me = await bench.visit.me()
        bench.trial = asyncio.create_task(self._on_page(me, until), name="builder: test")
        try:
            result = await bench.trial
            if result.error_message and not result.steps_executed:
                notice(result.error_message, tone="warn", hint=result.error_hint or "")
        except asyncio.CancelledError:
            notice(_("The test was cancelled."))
        except BadDefinition as bad:
            first = bad.problems[0]
            notice(first.message, tone="warn", hint=first.hint or _("Nothing was sent."))
        except BadInput as bad_input:
            notice(bad_input.message, tone="warn", hint=bad_input.hint)
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)
        finally:
            bench.trial = None
            bench.running.clear()
            bench.tell("tests")

    async def _on_page(self, me: Actor, until: str | None) -> Tested:
        """A task of its own would not know whose page it draws on, nor in which language."""
        assert self.bench.page is not None
        with self.bench.page:
            return await self._try(me, until)

    async def _try(self, me: Actor, until: str | None) -> Tested:
        bench = self.bench
        prints = {
            place.step["id"]: bench.draft.fingerprint(place.step["id"])
            for place in bench.draft.places()
        }
        raw = bench.draft.raw() if until is None else _until(bench, until)
        trial = Trial(
            contact_id=bench.contact_id,
            contact=None if bench.contact_id else bench.typed,
            input=bench.samples.input,
            until_step=until,
        )
        bench.running = {until} if until else set(prints)
        bench.tell("tests")

        async def heard(mark: Mark) -> None:
            if isinstance(mark, StepStarted):
                bench.running = {mark.step_id}
                self._say(_("Testing “{step}”").format(step=mark.name))
                bench.tell("tests")

        result = await bench.services.testing.try_now(me, raw, trial, heard)
        await self._note(me, result, prints)
        self._say_how_it_went(result)
        return result

    def _say_how_it_went(self, result: Tested) -> None:
        entries = list(telling(result.steps_executed).values())
        worst = next((one for one in entries if one["status"] == "failed"), None)
        last = worst or (entries[-1] if entries else None)
        if last is not None:
            name = str(last.get("name") or last["id"])
            said = _("The test has finished. “{step}”: {result}")
            self._say(said.format(step=name, result=verdict(last)[0]))

    def _say(self, words: str) -> None:
        if self.aloud is not None:
            self.aloud.say(words)

    async def _note(self, me: Actor, result: Tested, prints: dict[str, str]) -> None:
        bench = self.bench
        tested = {
            step_id: (prints[step_id], entry)
            for step_id, entry in telling(result.steps_executed).items()
            if step_id in prints
        }
        remembered = await bench.services.drafts.remember(
            me, bench.connector_id, tested, result.wholes
        )
        bench.note_tests(remembered)
        bench.samples.entries = bench.newest()


def telling(entries: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One entry of each step; of a step in a loop the first that worked, else its first."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry["status"] == "skipped":
            continue
        before = found.get(entry["id"])
        if before is None or (before["status"] != "success" and entry["status"] == "success"):
            found[entry["id"]] = entry
    return found


def _until(bench: Bench, step_id: str) -> dict[str, Any]:
    """Unfinished later steps and mappings must not stand in the way of a test."""
    raw = bench.draft.raw()
    steps = raw["config"]["steps"]
    last = next((at for at, step in enumerate(steps) if _holds(step, step_id)), len(steps) - 1)
    kept = {name: value for name, value in raw.items() if name != "field_mappings"}
    return {**kept, "config": {"version": 1, "steps": steps[: last + 1]}}


def _holds(step: Any, step_id: str) -> bool:
    if isinstance(step, dict):
        return step.get("id") == step_id or any(_holds(one, step_id) for one in step.values())
    return isinstance(step, list) and any(_holds(one, step_id) for one in step)
