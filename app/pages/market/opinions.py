"""What people say about a template, and one's own word."""

from typing import Any, Final
from uuid import UUID

from app.pages.visit import Visit
from app.services.all import Services
from app.services.problems import ServiceProblem
from app.services.ratings import LONGEST
from app.services.ratings import Opinions as Found
from components.controls import (
    box,
    button,
    field,
    grow,
    moment,
    row,
    sheet,
    stack,
    text,
)
from components.frame import notice
from components.sentences import translated
from components.texts import _, ngettext
from db.reviews import Review
from db.templates import Template

STARS: Final = range(1, 6)


class Opinions:
    def __init__(self, visit: Visit, services: Services, template: Template) -> None:
        self.visit, self.services, self.template = visit, services, template
        self.stars = 0
        self.words = ""

    async def draw(self) -> None:
        with box("card", data_testid="reviews"):
            text(_("What people say"), tag="h2")
            self.place = stack()
        await self.load()

    async def load(self) -> None:
        me = await self.visit.me()
        found = await self.services.ratings.opinions(me, self.template.id)
        self.stars = found.yours.stars if found.yours else 0
        self.words = (found.yours.said or "") if found.yours else ""
        self.place.clear()
        with self.place:
            self._yours(found)
            if not found.reviews.items:
                text(_("Nobody has written about it yet."), "quiet")
            for one in found.reviews.items:
                self._review(one)

    def _yours(self, found: Found) -> None:
        if not found.may_write:
            text(_("Those who installed it may rate it and write about it."), "hint")
            return
        why_not = self.visit.why_not("templates.rate")
        with box("own-review", role="group", aria_label=_("Your rating")):
            with row():
                text(_("Your rating"), "strong small", tag="span")
                self.row = box("stars", role="radiogroup", aria_label=_("Stars"))
                self._stars(why_not)
            field(
                _("What should others know?"),
                self.words,
                kind="lines",
                rows=2,
                optional=True,
                readonly=bool(why_not),
                placeholder=_("What worked, what did not. Nobody sees who wrote it."),
                on_change=self._write,
                testid="review-text",
            )
            with row():
                grow()
                button(
                    _("Save") if found.yours is None else _("Change"),
                    kind="small",
                    on_press=self.save,
                    why=why_not,
                    testid="review-save",
                )

    def _stars(self, why_not: str) -> None:
        self.row.clear()
        with self.row:
            for one in STARS:
                star = box("star-button", tag="button", type="button", role="radio")
                words = ngettext("{n} star", "{n} stars", one).format(n=one)
                star.props.update({"aria-label": words, "data-testid": f"star-{one}"})
                star.props["aria-checked"] = "true" if one == self.stars else "false"
                star.classes("on" if one <= self.stars else "")
                with star:
                    text("★", tag="span")
                if not why_not:
                    star.on("click", lambda n=one: self._choose(n), args=[])
                    star.on("keydown.right", lambda n=one: self._choose(min(n + 1, 5)), args=[])
                    star.on("keydown.left", lambda n=one: self._choose(max(n - 1, 1)), args=[])

    def _choose(self, stars: int) -> None:
        self.stars = stars
        self._stars("")
        self.place.client.run_javascript(
            f"document.querySelector('[data-testid=star-{stars}]')?.focus()"
        )

    def _write(self, words: Any) -> None:
        self.words = str(words or "")[:LONGEST]

    async def save(self) -> None:
        if not self.stars:
            notice(_("Choose one to five stars first."), tone="warn")
            return
        try:
            await self.services.ratings.rate(
                await self.visit.me(), self.template.id, self.stars, self.words
            )
        except ServiceProblem as problem:
            notice(translated(f"{problem.message} {problem.hint}"), tone="bad")
            return
        notice(_("Thank you. Your rating counts from now on."), tone="ok")
        await self.load()

    def _review(self, one: Review) -> None:
        with box("review", data_testid="review"):
            with row():
                label = ngettext("{n} star", "{n} stars", one.stars).format(n=one.stars)
                text("★" * one.stars, "review-stars", tag="span").props.update(
                    {"role": "img", "aria-label": label}
                )
                if one.yours:
                    text(_("by you"), "quiet small", tag="span")
                moment(one.created_at, "day").classes("quiet small")
                grow()
                if not one.yours:
                    button(
                        _("Report"),
                        kind="small ghost",
                        icon="flag",
                        on_press=lambda: self.ask_report(one.id),
                        testid="report",
                    )
            text(one.said, "small")

    def ask_report(self, review_id: UUID) -> None:
        with sheet(_("Report this review?"), testid="report-sheet") as asked:
            words = _(
                "The admins of the service look at it and decide. Its author learns nothing of you."
            )
            text(words, "soft")
            reason = field(
                _("What is wrong with it?"),
                kind="lines",
                optional=True,
                autofocus=True,
                testid="report-reason",
            )

        async def send() -> None:
            me, said = await self.visit.me(), str(reason.value or "")
            try:
                await self.services.ratings.report(me, self.template.id, review_id, said)
            except ServiceProblem as problem:
                reason.failed(problem.message)
                return
            asked.close()
            notice(_("The admins will look at it."), tone="ok")

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Report it"), kind="danger", on_press=send, testid="report-send")
        asked.show()
