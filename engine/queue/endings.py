"""How an execution ends where the run itself has no say."""

from engine.run.task import End


def _failed(code: str, message: str, hint: str) -> End:
    return End(
        status="failed",
        outcome="failed",
        sentence=message,
        error_code=code,
        error_message=message,
        error_hint=hint,
    )


CANCELLED = End(
    status="cancelled",
    outcome="failed",
    sentence="Cancelled.",
    error_code="cancelled",
    error_message="This run was cancelled.",
    error_hint="What finished before is kept. Retry it to go on from there.",
)

GAVE_UP = _failed(
    "gave_up",
    "The workers that took up this run stopped again and again, so we gave it up.",
    "The steps that finished are kept. Retry it; if it ends like this once more, tell us its id.",
)

OUR_MISTAKE = _failed(
    "internal",
    "Something went wrong on our side.",
    "The steps that finished are kept. Retry it; if it ends like this once more, tell us its id.",
)

NOT_RECORDABLE = _failed(
    "not_recordable",
    "An answer could not be kept, so this run could not go on.",
    "Extract only what you need from the answer, and run it again.",
)
