"""`connector-console keys …`: changes the keys that lock all others, while everything runs."""

import sys
from collections.abc import Callable
from typing import TypeVar

from app.services.key_rotation import KeyRotation
from app.services.problems import Conflict
from app.serving import database_of, master_key
from app.settings import Settings
from db.key_rotations import key_rotations
from db.migrate import migrate

T = TypeVar("T")


def rotate(settings: Settings, only: str | None) -> int:
    """Tells each step once it is done; cut off, the same command goes on with the next one."""

    def all_of(rotation: KeyRotation) -> None:
        for kind, steps in (("master", rotation.master), ("data", rotation.data)):
            if only in (None, kind):
                for sentence in steps():
                    print(sentence, flush=True)
        if gone := rotation.tidy():
            print(f"{gone} data keys of earlier changes are gone.", flush=True)

    _with(settings, all_of)
    return 0


def prepare(settings: Settings) -> int:
    print(_with(settings, KeyRotation.prepare))
    return 0


def forget_old(settings: Settings) -> int:
    done, sentence = _with(settings, KeyRotation.forget_before)
    print(sentence, file=sys.stdout if done else sys.stderr)
    return 0 if done else 1


def _with(settings: Settings, do: Callable[[KeyRotation], T]) -> T:
    with database_of(settings) as addresses:
        migrate(addresses.owner_url)
        files = master_key(settings, addresses)
        with key_rotations(addresses.owner_url) as keys:
            if keys is None:
                raise Conflict(
                    "Another process is changing the keys.", hint="Wait until it is done."
                )
            return do(KeyRotation(keys, files))
