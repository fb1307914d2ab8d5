"""Everything that can stop a run, said so that its owner can act on it."""

from collections.abc import Iterable
from dataclasses import dataclass


class RunStopped(Exception):
    """The run stopped before it was done.

    `message` says what happened, `hint` what to do next, `code` is for programs. `detail` is for
    the log: never shown, never sent.
    """

    code = "stopped"
    try_again = False

    def __init__(
        self, message: str, *, code: str | None = None, hint: str = "", detail: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        if code is not None:
            self.code = code


class StepFailed(RunStopped):
    """A response rule, or the lack of one, says that the service's answer is a failure."""

    code = "service_refused"


class ResultUnknown(RunStopped):
    """A call that must not happen twice was sent, and nobody knows whether it arrived."""

    code = "unknown_result"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"We do not know whether {host} carried out this call.",
            hint="Look there first. Then retry and say whether to repeat it, skip it, "
            "or take it as done.",
        )


class WaitedTooLong(RunStopped):
    """A step that asks again and again until something is so, and it never was."""

    code = "timeout"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The answer was still not ready after {seconds:g} seconds.",
            hint="Give the service more time in the step's settings, or try again later.",
        )


class Mending:
    """A change that would do away with a problem; engine/model/mending.py has the kinds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition, at the place where it is mended."""

    path: str  # config.steps[0].request.url
    message: str
    hint: str | None = None
    step_id: str | None = None
    field: str | None = None  # the setting's own name, for the form that shows it
    mending: Mending | None = None


class BadDefinition(Exception):
    """A definition that cannot be saved, with everything that is wrong with it at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0] if self.problems else None
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{first.path}: {first.message}{more}" if first else "Nothing to save.")


class ExpressionError(RunStopped):
    """An {{ expression }} that cannot be read, or asks for a value that is not there."""

    code = "expression"
