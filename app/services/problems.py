"""What can go wrong between a wish and its fulfilment, in words for the person who wished."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol


class Complaint(Protocol):
    """One thing wrong with what was sent: where, and what. The engine's problems fit, too."""

    @property
    def path(self) -> str: ...

    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wrong:
    path: str
    message: str


class ServiceProblem(Exception):
    """Something asked for cannot be done; nothing was changed."""

    code = "problem"

    def __init__(self, message: str, *, hint: str = "", code: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.code
        self.detail = detail  # For the log. Never shown, never sent.

    @property
    def sentence(self) -> str:
        """All of it, as it stands beside a form."""
        return f"{self.message} {self.hint}".strip()


class NotSignedIn(ServiceProblem):
    code = "not_signed_in"


class NotFound(ServiceProblem):
    """Not there, or not yours: nobody can tell which."""

    code = "not_found"

    def __init__(self, noun: str) -> None:
        super().__init__(
            f"There is no such {noun}.",
            hint="Check the id. What belongs to another workspace cannot be seen from here.",
        )


class NotAllowed(ServiceProblem):
    code = "not_allowed"


class Conflict(ServiceProblem):
    """The world moved on, or something like it is there already."""

    code = "conflict"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        detail: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code, detail=detail)
        self.retry_after = retry_after


LISTED: Final = "Correct what is listed, and send it again."


class BadInput(ServiceProblem):
    """What was sent cannot be used; every reason at once, each with its place."""

    code = "bad_input"

    def __init__(
        self, problems: Sequence[Complaint], message: str = "", *, hint: str = "", code: str = ""
    ) -> None:
        first = problems[0].message if problems else "What was sent cannot be used."
        super().__init__(message or first, hint=hint or LISTED, code=code)
        self.problems = tuple(problems)

    @property
    def sentence(self) -> str:
        said = list(dict.fromkeys(problem.message for problem in self.problems)) or [self.message]
        return " ".join([*said, *([self.hint] if self.hint != LISTED else [])])


def bad_field(path: str, message: str, *, hint: str = "") -> BadInput:
    return BadInput([Wrong(path, message)], hint=hint)


class NotReadable(ServiceProblem):
    """The body is not what it says it is, so that no field of it can be named."""

    code = "not_readable"


class TooLarge(ServiceProblem):
    code = "too_large"


class TooMany(ServiceProblem):
    """Too often in too short a time."""

    code = "too_many"

    def __init__(self, message: str, *, retry_after: int, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.retry_after = retry_after


class NotNow(ServiceProblem):
    """It would work, a moment later."""

    code = "not_now"

    def __init__(self, message: str, *, retry_after: int, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.retry_after = retry_after
