"""for_each: the same steps for every item of a list, a few items at a time."""

import asyncio
from collections.abc import Iterator
from typing import Any

from engine.errors import RunStopped
from engine.model.plan import ForEachPlan
from engine.model.room import Room, worked_out
from engine.model.values import MISSING
from engine.run.entry import cut_values, in_words
from engine.run.story import Ending, Later, Made, Place, Scope, Story, all_failed, made_of


class NotAList(RunStopped):
    code = "not_a_list"

    def __init__(self) -> None:
        super().__init__(
            "The value to go through is not a list.",
            hint="Choose a list from an earlier answer, such as all its results.",
        )


class AllItemsFailed(RunStopped):
    code = "all_items_failed"

    def __init__(self, count: int, last: dict[str, Any]) -> None:
        super().__init__(
            f"All {count} items failed. The last: {last['message']}", hint=last["hint"]
        )


class Loop:
    """One for_each under way: which items came to what."""

    def __init__(self, story: Story, step: ForEachPlan, place: Place, scope: Scope) -> None:
        self.story, self.step, self.place, self.scope = story, step, place, scope
        found = step.items(scope)
        if found is None or found is MISSING:
            found = []
        if type(found) is not list:
            raise NotAList
        self.items = found[: step.max_items]
        self.left_out = len(found) - len(self.items)
        self.results: list[Any] = [None] * len(self.items)
        self.room = Room()
        self.failures: list[Ending] = []
        self.ending: Ending | None = None  # a stop inside ends the run
        self.later: Later | None = None  # an item has to wait for long; the others begin after it

    async def go(self) -> None:
        queue = iter(range(len(self.items)))
        if self.step.concurrency == 1:
            await self._take_from(queue)
        else:
            await self._side_by_side(queue)
        if self.later:
            raise self.later

    async def _side_by_side(self, queue: Iterator[int]) -> None:
        lanes = min(self.step.concurrency, len(self.items))
        tasks = [asyncio.create_task(self._take_from(queue)) for _ in range(lanes)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_from(self, queue: Iterator[int]) -> None:
        for index in queue:
            try:
                await self._item(index)
            except Later as later:
                if self.later is None or later.after_s < self.later.after_s:
                    self.later = later
            if self.later or self.ending:
                return

    async def _item(self, index: int) -> None:
        await asyncio.sleep(0)  # items that call nobody would hold up everybody else
        step = self.step
        scope = {
            **self.scope,
            step.name_of_item: self.items[index],
            step.name_of_index: index,
            "steps": {**self.scope["steps"], **step.blank},
        }
        ending = await self.story.walk(step.steps, self.place.inside(step.id, index), scope)
        if ending is None:
            ending = self._result(index, scope)
        if ending is not None and ending.ends_the_run:
            self.ending = ending
        elif ending is not None and ending.kind == "failed":
            self.failures.append(ending)

    def _result(self, index: int, scope: Scope) -> Ending | None:
        try:
            result = worked_out(self.step.result, scope)
        except RunStopped as stopped:
            return Ending("failed", self.step.id, error=in_words(stopped))
        self.room.take(result)  # beyond it the loop ends, whatever is left to go through
        self.results[index] = result
        return None


async def perform(story: Story, step: ForEachPlan, place: Place, scope: Scope) -> Made:
    loop = Loop(story, step, place, scope)
    await loop.go()
    count, failed = len(loop.items), len(loop.failures)
    if failed and failed == count:
        return all_failed(AllItemsFailed(count, loop.failures[-1].error or {}), loop.failures)
    story.partly |= bool(failed)
    result = {"items": loop.results}
    sentence = f"Went through {count} item{'' if count == 1 else 's'}."
    sentence += f" {failed} of them failed." if failed else ""
    sentence += f" {loop.left_out} more were left out." if loop.left_out else ""
    made = made_of(loop.ending, sentence, result)
    made.shown["extracted"] = cut_values(result)
    return made
