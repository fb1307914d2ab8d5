"""What one step may keep, weighed while it grows."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model.expressions import Getter
from engine.model.limits import VALUE_BYTES
from engine.model.values import weight
from engine.run.story import Scope


class Room:
    """How much is left of it. Raises TooLarge once that is less than nothing."""

    def __init__(self, size: int = VALUE_BYTES) -> None:
        self._left = size

    def take(self, value: Any) -> None:
        self._left -= weight(value, self._left)

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
