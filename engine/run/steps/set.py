"""set: give values a name for the steps after it."""

from engine.model.plan import SetPlan
from engine.model.room import worked_out
from engine.run.entry import cut_values
from engine.run.events import listed
from engine.run.story import Made, Place, Scope, Story


async def perform(story: Story, step: SetPlan, place: Place, scope: Scope) -> Made:
    values = worked_out(step.values, scope)
    sentence = f"Set {listed(list(values))}."
    return Made("success", sentence, result=values, shown={"extracted": cut_values(values)})
