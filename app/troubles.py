"""What keeps a command from its work, in one sentence for whoever typed it."""

from app.services.problems import BadInput, ServiceProblem
from db.logins import NoDatabase
from db.postgres_binaries import PostgresFailed
from db.session import DatabaseAway
from engine.effects.master_key import MasterKeyRefused

MOST_LISTED = 50


def in_words(problem: Exception) -> str | None:
    """None: nobody foresaw it, and only its trace says what it is."""
    match problem:
        case BadInput():
            return "\n".join([problem.message, *_listed(problem), problem.hint])
        case ServiceProblem():
            return f"{problem.message} {problem.hint}".strip()
        case PostgresFailed():
            return "\n".join(map(str, problem.args))
        case NoDatabase() | MasterKeyRefused():
            return str(problem)
        case DatabaseAway():
            return "The database does not answer at the moment. Try again in a while."
        case OSError() if problem.filename is not None:
            return f"{problem.filename} cannot be used: {problem.strerror}."
    return None


def _listed(bad: BadInput) -> list[str]:
    """As the hint promises; nobody reads more than a screen of them."""
    more = len(bad.problems) - MOST_LISTED
    lines = [f"  {one.path}: {one.message}" for one in bad.problems[:MOST_LISTED]]
    return [*lines, f"  … and {more:,} more"] if more > 0 else lines
