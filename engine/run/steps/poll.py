"""Asking again and again until the answer is ready."""

from engine.errors import WaitedTooLong
from engine.model.plan import PollPlan
from engine.run.events import seconds
from engine.run.exchange import Exchange


async def until_ready(exchange: Exchange, poll: PollPlan) -> str:
    """What the last answer came to. Rules judge every answer before `until` does."""
    step, memory = exchange.step, exchange.memory
    if "first" not in memory:
        verdict = await exchange.ask(exchange.render(step.request))
        if verdict.then != "succeed" or poll.until(exchange.scope_with_answer()):
            return verdict.then
        memory["first"], memory["asked"] = exchange.values(), 0
        memory["since"] = exchange.story.doors.now().timestamp()
        await _pause(exchange, poll)
    while True:
        steps = {**exchange.scope["steps"], step.id: memory["first"]}
        scope = {**exchange.scope, "steps": steps, "response": memory.get("latest")}
        request = poll.request or step.request
        verdict = await exchange.ask(exchange.render(request, scope, f":{memory['asked']}"))
        if verdict.then != "succeed" or poll.until(exchange.scope_with_answer()):
            return verdict.then
        await _pause(exchange, poll)


async def _pause(exchange: Exchange, poll: PollPlan) -> None:
    waited = exchange.story.doors.now().timestamp() - exchange.memory["since"]
    if waited + poll.every_s > poll.max_wait_s:
        exchange.timed_out = True
        raise WaitedTooLong(poll.max_wait_s)
    memory = exchange.memory
    memory["asked"] += 1  # here, so that a call repeated after a pause is still the same call
    memory["latest"] = exchange.response if poll.request else None
    sentence = f"{exchange.host} is not ready yet; asking again in {seconds(poll.every_s)}."
    await exchange.wait(poll.every_s, sentence)
