"""What a connector may cost at most for one contact, as far as its steps say."""

from decimal import Decimal
from typing import Any


def at_most(config: Any) -> Decimal | None:
    """All attempts of every waterfall together; None where no step says what it costs."""
    found: list[Decimal] = []
    waiting = [(config.get("steps"), 1)] if isinstance(config, dict) else []
    while waiting:
        steps, times = waiting.pop()
        for step in steps or ():
            often = times * int(step.get("max_items") or 1) if step["kind"] == "for_each" else times
            waiting.append((step.get("steps"), often))
            for part in (*(step.get("branches") or ()), *(step.get("attempts") or ())):
                waiting.append((part.get("steps"), often))
                if part.get("cost"):
                    found.append(Decimal(str(part["cost"])) * often)
    return sum(found, Decimal(0)) if found else None
