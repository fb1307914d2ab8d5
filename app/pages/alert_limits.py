"""On /alerts: from when on people are told, in one sentence, and the form that changes it."""

from typing import Any

from app.pages.visit import Visit
from app.services.alerts import Alerts, Limits
from app.services.problems import BadInput
from components.controls import Field, button, field, row, sheet, text
from components.texts import _, ngettext, number, percent


class AlertLimits:
    def __init__(self, visit: Visit, alerts: Alerts) -> None:
        self.visit, self.alerts = visit, alerts

    def draw(self) -> None:
        with row("wrap"):
            self.place = text("", "soft grow", tag="span")
            self.place.props["data-testid"] = "limits"
            button(_("Change"), kind="small", on_press=self.ask, testid="change-limits")

    async def load(self) -> None:
        self.known = await self.alerts.limits(await self.visit.me())
        self.place.say(in_words(self.known))

    def ask(self) -> None:
        known = self.known
        with sheet(_("When people are told"), testid="limits-sheet") as asked:
            self.fields = {
                "failing_share": _number(
                    _("Percent of the runs that fail"), round(known.failing_share * 100)
                ),
                "fewest_runs": _number(
                    _("Of at least so many runs within an hour"), known.fewest_runs
                ),
                "expires_days": _number(_("Days before a credential expires"), known.expires_days),
            }
            trouble = text("", "error")
            trouble.props["role"] = "alert"

        async def save() -> None:
            wanted = self._said()
            if wanted is None:
                return
            try:
                await self.alerts.set_limits(await self.visit.me(), wanted)
            except BadInput as bad:
                for one in bad.problems:
                    self.fields[one.path].failed(one.message)
                return
            asked.close()
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Save"), kind="primary", on_press=save, testid="save-limits")
        asked.show()

    def _said(self) -> Limits | None:
        said = {name: _whole(one.value) for name, one in self.fields.items()}
        for name, one in self.fields.items():
            one.failed(_("Give a whole number.") if said[name] is None else "")
        share, fewest, days = said.values()
        if share is None or fewest is None or days is None:
            return None
        return Limits(share / 100, fewest, days)


def in_words(limits: Limits) -> str:
    return ngettext(
        "Told when {share} of at least {runs} runs fail within an hour, and {n} day before a"
        " credential expires.",
        "Told when {share} of at least {runs} runs fail within an hour, and {n} days before a"
        " credential expires.",
        limits.expires_days,
    ).format(
        share=percent(limits.failing_share),
        runs=number(limits.fewest_runs),
        n=number(limits.expires_days),
    )


def _number(label: str, value: int) -> Field:
    return field(label, value, kind="number")


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value % 1 == 0 else None
