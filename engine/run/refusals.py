"""What a service's refusal means, in words for the owner of the connector."""

from engine.errors import RunStopped, StepFailed

Words = tuple[str, str, str]  # code, what happened, what to do

_BY_STATUS: dict[int, Words] = {
    401: ("credential_refused", "{host} did not accept the key (401).",
          "Check the credential, or enter a new key."),
    402: ("quota_used_up", "{host} wants to be paid first (402).",
          "Look at your plan and credits there."),
    403: ("not_allowed", "{host} does not allow this call (403).",
          "Check what the key may do there, or your plan."),
    404: ("service_refused", "{host} has nothing at this address (404).",
          "Check the address. If 404 means “not known” here, add a rule that says not found."),
    429: ("rate_limited", "{host} allows no more calls at the moment (429).",
          "Wait a while, run fewer at once, or look at your plan there."),
}  # fmt: skip
_SERVER: Words = (
    "service_error",
    "{host} has a problem of its own ({status}).",
    "Try again in a while. If it stays so, ask the service.",
)
_OTHER: Words = (
    "service_refused",
    "{host} refused the call ({status}).",
    "Look at what the service said, and check the values that were sent.",
)


class NoCredential(RunStopped):
    code = "credential_missing"

    def __init__(self, service_name: str) -> None:
        super().__init__(
            f"This workspace has no credential for “{service_name}”.",
            hint="Add it under Credentials, then try again.",
        )


def refused(host: str, status: int, message: str | None = None) -> StepFailed:
    """The answer settles it: this call failed. `message`: what a rule says instead."""
    code, happened, hint = _BY_STATUS.get(status) or (_SERVER if status >= 500 else _OTHER)
    if message is None and status < 400:
        happened = "{host} answered {status}, which counts as failed here."
    text = message or happened.format(host=host, status=status)
    return StepFailed(text, code=code, hint=hint)


def gave_up(host: str, status: int, tries: int, message: str | None = None) -> StepFailed:
    """Every repetition came to the same."""
    stopped = refused(host, status, message)
    if message is None and tries > 1:
        stopped.message = f"{host} answered {status} each time; tried {tries} times."
    return stopped


def quota_used_up(host: str, message: str | None = None) -> StepFailed:
    """There is nothing left to call with; `message`: what a rule says about it."""
    code, _, hint = _BY_STATUS[402]
    return StepFailed(message or f"Nothing is left of the quota at {host}.", code=code, hint=hint)


def broken(host: str) -> StepFailed:
    """So many calls failed in a row that it was not called once more."""
    return StepFailed(
        f"{host} does not answer properly at the moment; many calls in a row failed.",
        code="service_error",
        hint="Try again in a while. If it stays so, ask the service.",
    )


def would_wait(stopped: RunStopped, wait: str) -> RunStopped:
    """A test does not sit out a long pause; a run does."""
    stopped.hint = f"A test does not wait for {wait}; a run would, and then go on by itself."
    return stopped
