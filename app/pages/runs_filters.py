"""The filters above the list of runs: each change goes into the address."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from uuid import UUID

from app.pages.runs_asked import PERIODS, SHOWN, TRIGGERS, Asked
from components.controls import Field, box, button, choice, field, icon, text
from components.texts import _, each, pgettext

Change = Callable[..., Awaitable[None]]


class Filters:
    def __init__(self, asked: Asked, connectors: Mapping[UUID, str], on_change: Change) -> None:
        self.asked, self.on_change = asked, on_change
        with box("filters", role="search"):
            field(
                _("Search runs"),
                asked["q"],
                kind="search",
                placeholder=_("Contact, connector or id"),
                icon="search",
                hide_label=True,
                on_change=lambda words: on_change(q=words.strip()),
            ).classes("search")
            self._choice("show", _("Result"), each(SHOWN))
            choose_connector(asked, connectors, on_change)
            self._choice("trigger", _("Started by"), each(TRIGGERS))
            when = asked["when"] or ("between" if asked["since"] or asked["until"] else "")
            choice(_("When"), each(PERIODS), when, hide_label=True, on_change=self.choose_time)
            self.days = box("row")
            with self.days:
                self._day("since", _("From"))
                text("–", "quiet", tag="span")
                self._day("until", pgettext("day", "To"))
            self.days.set_visibility(when == "between")
        self.chips = box("row wrap", role="group", aria_label=_("Also only"))
        self.show_chips()

    async def choose_time(self, when: str) -> None:
        self.days.set_visibility(when == "between")
        if when != "between":
            await self.on_change(when=when, since="", until="")
        else:
            await self.on_change(when="")

    def show_chips(self) -> None:
        """What a link has narrowed the list to, beside what can be chosen above."""
        words = {
            "error": _("Error “{code}”").format(code=self.asked["error"]),
            "step": _("Ended at step “{step}”").format(step=self.asked["step"]),
            "contact_id": _("One contact"),
            "bulk_id": _("One bulk run"),
        }
        self.chips.clear()
        shown = {name: said for name, said in words.items() if self.asked[name]}
        self.chips.set_visibility(bool(shown))
        with self.chips:
            for name, said in shown.items():
                with box("chip", tag="span"):
                    icon("filter")
                    text(said, tag="span")
                    button(
                        icon="x",
                        kind="ghost square chip-x",
                        name=_("Without: {filter}").format(filter=said),
                        on_press=lambda name=name: self.drop(name),
                    )

    async def drop(self, name: str) -> None:
        await self.on_change(**{name: ""})
        self.show_chips()

    def _choice(self, name: str, label: str, choices: Mapping[str, str]) -> None:
        choice(
            label,
            choices,
            self.asked[name],
            hide_label=True,
            on_change=lambda one: self.on_change(**{name: one}),
        )

    def _day(self, name: str, label: str) -> Field:
        return field(
            label,
            self.asked[name][:10],
            kind="date",
            hide_label=True,
            on_change=lambda day: self.on_change(**{name: day or "", "when": ""}),
            testid=f"day-{name}",
        )


def choose_connector(asked: Asked, connectors: Mapping[UUID, str], on_change: Change) -> None:
    named = {str(key): name for key, name in connectors.items()}
    choice(
        _("Connector"),
        {"": _("All connectors")} | named,
        asked["connector_id"],
        hide_label=True,
        on_change=lambda one: on_change(connector_id=one),
    )


def choose_last(asked: Asked, offered: Iterable[str], on_change: Change) -> None:
    """The last hour, day, week or month: what is counted needs a beginning."""
    choice(
        _("When"),
        each({key: PERIODS[key] for key in offered}),
        asked["last"],
        hide_label=True,
        on_change=lambda one: on_change(last=one),
    )
