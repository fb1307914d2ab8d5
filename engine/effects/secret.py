"""A secret value that cannot slip out by being printed, stored or sent on."""

import hmac
from typing import NoReturn

MASK = "••••"
SHORTEST = 4  # anything shorter would be masked all over the place, or nowhere


class Secret:
    """Only `reveal()` gives the value; only the code that puts it on the wire calls that."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self._value.encode(), other._value.encode()
        )

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("A secret is not stored this way.")


def too_short(secret: str) -> bool:
    """Such a secret could not be masked in what we show, so it is refused when saved."""
    return len(secret.strip()) < SHORTEST
