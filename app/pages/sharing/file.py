"""/share: a template from a file, through the same gates as one from a connector."""

from typing import Any

from fastapi import Request
from nicegui import events, ui

from app.pages.open_at import open_at
from app.pages.sharing.form import draw_form
from app.pages.sharing.sharing import Sharing
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import ServiceProblem
from components.controls import box, button, empty_state, error_card
from components.frame import frame
from components.texts import _

LARGEST = 4 << 20


def add(services: Services) -> None:
    @open_at("/share")
    async def share(request: Request) -> None:
        visit = await begin(request, services)
        crumbs = [(_("Templates"), "/templates")]
        with frame(visit.viewer, here="templates", title=_("Template from a file"), crumbs=crumbs):
            _File(visit).draw()


class _File:
    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def draw(self) -> None:
        self.picker = ui.upload(auto_upload=True, max_file_size=LARGEST, on_upload=self.look)
        self.picker.on("rejected", self._too_large, args=[])
        self.picker.props('accept=".json,application/json"').classes("unseen").props("inert")
        self.place = box("stack")
        with self.place, box("card"):
            empty_state(
                _("Choose the file of a template"),
                _("You see what is in it, and what is wrong with it, before anything is kept."),
                icon_name="file-json",
            )
            with box("row").style("justify-content: center; padding-bottom: 16px"):
                self._chooser()

    async def look(self, upload: events.UploadEventArguments) -> None:
        """The browser's limit is a courtesy: who asks, and how much, counts here again."""
        me = await self.visit.me()
        if upload.file.size() > LARGEST:
            self._too_large()
            return
        try:
            said = self.visit.services.sharing.from_file(me, await upload.file.read())
        except ServiceProblem as problem:
            self._refuse(problem.message, problem.hint)
            return
        await self._show(said)

    async def _show(self, said: dict[str, Any]) -> None:
        self.place.clear()
        with self.place:
            await draw_form(Sharing(self.visit, said, None, None, self._done))

    async def _done(self) -> None:
        ui.navigate.to("/shared")

    def _refuse(self, message: str, hint: str) -> None:
        self.place.clear()
        with self.place:
            error_card(message, hint)
            with box("row"):
                self._chooser()

    def _chooser(self) -> None:
        button(
            _("Choose a file"),
            icon="upload",
            kind="primary",
            why=self.visit.why_not("templates.publish"),
            on_press=lambda: self.picker.run_method("pickFiles"),
            testid="choose-file",
        )

    def _too_large(self) -> None:
        self._refuse(_("This file cannot be taken."), _("It must be a JSON file of at most 4 MB."))
