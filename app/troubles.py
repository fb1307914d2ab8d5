"""What keeps a command from its work, in one sentence for whoever typed it."""

from app.services.problems import ServiceProblem
from db.logins import NoDatabase
from db.postgres_binaries import PostgresFailed
from db.session import DatabaseAway
from engine.effects.master_key import MasterKeyRefused


def in_words(problem: Exception) -> str | None:
    """None: nobody foresaw it, and only its trace says what it is."""
    match problem:
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
