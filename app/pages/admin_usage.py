"""/admin/usage: what every workspace used, in numbers only; for those who run the service."""

from datetime import UTC, datetime, timedelta

from fastapi import Request

from app.pages.open_at import open_at
from app.pages.usage import PERIODS, USUAL, choose_period
from app.pages.visit import Visit, begin
from app.services.all import Services
from components.controls import empty_state
from components.frame import frame
from components.listing import Column, Listing, Row
from components.texts import _, day, later, money, number
from db.usage import OfWorkspace

COLUMNS = (
    Column("name", later("Workspace")),
    Column("members", later("Members"), "number"),
    Column("runs", later("Runs"), "number"),
    Column("failed", later("Failed"), "number"),
    Column("calls", later("Calls"), "number"),
    Column("cached", later("Saved by the cache"), "number"),
    Column("cost", later("Cost"), "number"),
    Column("last", later("Last day with runs")),
)


def add(services: Services) -> None:
    @open_at("/admin/usage")
    async def admin_usage(request: Request, days: str = USUAL) -> None:
        visit = await begin(request, services)
        with frame(visit.viewer, here="admin-usage", title=_("Usage of all workspaces")):
            if visit.viewer.saas_role not in ("admin", "owner"):
                empty_state(
                    _("This is for the marketplace's admins"),
                    _("Ask an owner of the marketplace to add you."),
                    icon_name="lock",
                    action=_("Home"),
                    href="/",
                )
                return
            shown = _All(visit, services)
            picked = days if days in PERIODS else USUAL
            choose_period(
                _("Days that are over. Admins see numbers, and no contact, run or key."),
                picked,
                shown.ask,
            )
            shown.listing = Listing(_("Usage of all workspaces"), COLUMNS)
            await shown.load(picked)


class _All:
    listing: Listing

    def __init__(self, visit: Visit, services: Services) -> None:
        self.visit, self.services = visit, services

    async def ask(self, days: str) -> None:
        self.visit.remember(days=days)
        await self.load(days)

    async def load(self, days: str) -> None:
        last = datetime.now(UTC).date()
        first = last - timedelta(days=int(days if days in PERIODS else USUAL) - 1)
        found = await self.services.usage.of_workspaces(await self.visit.me(), first, last)
        self.listing.show([_row(one) for one in found])


def _row(one: OfWorkspace) -> Row:
    return Row(
        one.workspace_id,
        {
            "name": one.name,
            "members": number(one.members),
            "runs": number(one.runs),
            "failed": number(one.failed),
            "calls": number(one.calls),
            "cached": number(one.cached),
            "cost": money(float(one.cost)),
            "last": day(one.last_day) if one.last_day else "",
        },
        more=one.workspace_id,
    )
