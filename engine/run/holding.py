"""What a run waits for that no clock brings: a plan that is paid for again, a login, a person."""

from engine.errors import RunStopped
from engine.model import limits
from engine.run.events import seconds
from engine.run.task import Held, Why

FIRST_LOOK_S = {"quota": 3_600.0, "reconnect": 600.0}
LONGEST_LOOK_S = 6 * 3_600.0
LONGEST_S = float(limits.HELD_S)


def look_again_s(why: Why, times: int) -> float:
    """Each time later; whoever mends it releases the run before that."""
    return min(FIRST_LOOK_S[why] * float(1 << min(times, 10)), LONGEST_LOOK_S)


def held(why: Why, credential_id: str | None, place: str, stopped: RunStopped) -> Held:
    return Held(why, credential_id, place, stopped.code, stopped.message, HINTS[why])


HINTS: dict[Why, str] = {
    "quota": "The run goes on by itself once the service takes calls again. Look at your plan "
    "there; then resume the run, or cancel it.",
    "reconnect": "Open the credential and connect it again. The run then goes on by itself.",
}


def sentence(what: Held, for_s: float) -> str:
    """On hold: No lookups are left. Looking again in 1 h."""
    if what.why == "reconnect":
        return f"On hold: {what.message} Connect it again, and the run goes on by itself."
    return f"On hold: {what.message} Looking again in {seconds(for_s)}."


def too_long(stopped: RunStopped) -> RunStopped:
    days = LONGEST_S / 86_400
    stopped.hint = f"The run was on hold for {days:g} days. {stopped.hint}".strip()
    return stopped
