"""What one step may keep, weighed while it grows."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model.expressions import Getter, Scope
from engine.model.limits import VALUE_BYTES
from engine.model.values import weight


class Room:
    """How much is left of it. Raises TooLarge once that is less than nothing.

    What was taken has to be kept as long as the room: it is known by its place in memory.
    """

    def __init__(self, size: int = VALUE_BYTES) -> None:
        self._left = size
        self._known: dict[int, int] = {}

    def take(self, value: Any) -> None:
        self._left -= weight(value, self._left, self._known)

    def take_all(self, values: Iterable[Any]) -> None:
        for value in values:
            self.take(value)


def worked_out(getters: Mapping[str, Getter], scope: Scope) -> dict[str, Any]:
    """All of them by name, as long as there is room for them."""
    room, made = Room(), {}
    for name, get in getters.items():
        made[name] = get(scope)
        room.take(made[name])
    return made
