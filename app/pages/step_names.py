"""What steps are called, for records that only know their ids."""

from collections.abc import Iterable
from typing import Any

from components.step_tree import places_in


class StepNames:
    def __init__(self, configs: Iterable[tuple[Any, dict[str, Any]]]) -> None:
        """By connector: its definition's `config`, as it is now."""
        self._steps = {
            key: {place.step["id"]: place.step for place in places_in(config["steps"], "root", "")}
            for key, config in configs
        }

    def name(self, connector: Any, path: str) -> str:
        """Of `loop[3].one`, too; its id where there is no such step any more."""
        step = self.step(connector, path)
        return str(step.get("name") or step["id"]) if step else path

    def step(self, connector: Any, path: str) -> dict[str, Any] | None:
        return self._steps.get(connector, {}).get(path.rpartition(".")[2])
