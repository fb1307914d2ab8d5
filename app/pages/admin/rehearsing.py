"""The button that plays a template on its own example, and what came of it."""

from uuid import UUID

from app.pages.visit import Visit
from app.services.rehearsal import Rehearsed
from components.controls import box, button, row, run_badge, text
from components.fields import field_label
from components.sentences import translated
from components.texts import _
from engine.model.values import as_text

LONGEST = 120


class Rehearsing:
    def __init__(self, visit: Visit, template_id: UUID) -> None:
        self.visit, self.template_id = visit, template_id

    def draw(self) -> None:
        with box("card"):
            with row():
                text(_("On its own example"), "grow", tag="h2")
                self.button = button(
                    _("Try it"), icon="play", on_press=self.play, testid="rehearse"
                )
            text(_("Its example answers are played; nothing is called, no key is needed."), "hint")
            self.place = box("stack tight", data_testid="rehearsed", role="status")

    async def play(self) -> None:
        self.button.working(True)
        try:
            made = await self.visit.services.reviewing.rehearsed(
                await self.visit.me(), self.template_id
            )
        finally:
            self.button.working(False)
        self.place.clear()
        with self.place:
            draw_rehearsed(made)


def draw_rehearsed(made: Rehearsed) -> None:
    with row("wrap"):
        run_badge(made.status, made.outcome)
        text(translated(f"{made.sentence} {made.hint}".strip()), "small", tag="span")
    for step in made.steps:
        with row("wrap"):
            run_badge(str(step["status"]))
            text(str(step.get("name") or step["id"]), "small", tag="span")
            if error := step.get("error"):
                text(translated(str(error["message"])), "soft small", tag="span")
    if made.would_write:
        text(_("It would write"), tag="h3")
        with box("facts", tag="dl"):
            for one in made.would_write:
                text(field_label(one["field"]), tag="dt")
                text(as_text(one["after"])[:LONGEST], tag="dd")
