"""How much may be spent, as people type it."""

from decimal import Decimal, InvalidOperation
from typing import Any


def amount_of(typed: Any) -> Decimal | None:
    """Raises InvalidOperation where it is no amount above zero."""
    words = str(typed or "").strip().replace(",", ".")
    if not words:
        return None
    amount = Decimal(words)
    if not amount.is_finite() or amount <= 0:
        raise InvalidOperation
    return amount
