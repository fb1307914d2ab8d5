"""A batch that paused before it became too dear goes on with a higher limit, said in numbers."""

from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation

from app.pages.amounts import amount_of
from app.services.bulk import Batch
from components.controls import button, field, sheet, text
from components.texts import _, money, ngettext, number

Resume = Callable[[Decimal], Awaitable[None]]


def is_too_dear(batch: Batch) -> bool:
    """Its limit does not allow for one more contact."""
    row = batch.row
    if row.max_cost is None or not row.cost_each or row.fed == row.total:
        return False
    return row.cost + row.cost_each > row.max_cost


def ask_for_more(batch: Batch, on_yes: Resume) -> None:
    row, each = batch.row, batch.row.cost_each or Decimal(0)
    left = row.total - row.fed
    least, most = row.cost + each, row.cost + each * left
    said = ngettext(
        "{cost} is spent. The {n} contact that is left may cost up to {rest}.",
        "{cost} is spent. The {n} contacts that are left may cost up to {rest}.",
        left,
    )
    with sheet(_("Go on with a higher limit?"), testid="ceiling") as asked:
        text(said.format(cost=_said(row.cost), n=number(left), rest=_said(each * left)), "soft")
        limit = field(_("Spend no more than"), f"{most.normalize():f}", testid="limit")

    async def go_on() -> None:
        try:
            amount = amount_of(limit.value)
        except InvalidOperation:
            amount = None
        if amount is None or amount < least:
            limit.failed(
                _("This must be at least {least}, which allows for one more contact.").format(
                    least=f"{least.normalize():f}"
                )
            )
            return
        asked.close()
        await on_yes(amount)

    with asked.footer:
        button(_("Cancel"), on_press=asked.close)
        button(_("Go on"), icon="play", kind="primary", on_press=go_on, testid="go-on")
    asked.show()


def _said(amount: Decimal) -> str:
    return money(float(amount))
