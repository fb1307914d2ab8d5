"""stop: end the run here, with the outcome its owner chose."""

from engine.model.plan import StopPlan
from engine.run.story import Ending, Made, Place, Scope, Story


async def perform(story: Story, step: StopPlan, place: Place, scope: Scope) -> Made:
    message = step.message(scope) if step.message else None
    told = {"outcome": step.outcome, "message": message}
    ending = Ending("stopped", step.id, outcome=step.outcome, message=message)
    sentence = f"Stopped: {message}" if message else f"Stopped with the outcome “{step.outcome}”."
    shown = {"note": message} if message else {}
    return Made("success", sentence, result=told, shown=shown, ending=ending)
