"""Older versions: what was different in each, and the way back."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from app.pages.builder.bench import Bench
from app.pages.differences import list_changes
from app.services.drafts import UNPUBLISHED, document_of, is_unpublished
from components.changes import Change, changes
from components.controls import badge, box, button, confirm, fold, moment, row, sheet, text
from components.texts import _, ngettext


class Versions:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def show(self) -> None:
        bench = self.bench
        found = await bench.services.connectors.versions(
            await bench.visit.me(), bench.connector_id, limit=30, whole=True
        )
        with sheet(_("Versions"), wide=True, testid="versions") as asked:
            if bench.revision:
                self._draft()
            published = [one for one in found.items if one.definition["config"] != UNPUBLISHED]
            if not published:
                text(_("Nothing is published yet."), "hint")
            for number, version in enumerate(published):
                before = published[number + 1] if number + 1 < len(published) else None
                with box("version", data_testid=f"version-{version.version}"):
                    with row():
                        text(
                            _("Version {version}").format(version=version.version),
                            "strong",
                            tag="span",
                        )
                        if version.version == bench.connector.version:
                            badge(_("Runs use this one"), "ok", "circle-check")
                        moment(version.created_at, "day")
                        box("grow")
                        if version.version != bench.connector.version:
                            button(
                                _("Bring it back"),
                                kind="small",
                                why=bench.why_not,
                                on_press=lambda n=version.version: self._restore(n, asked.close),
                            )
                    if before is not None:
                        _differences(
                            changes(_read(before.definition), _read(version.definition)),
                            before.version,
                        )
        asked.show()

    def _draft(self) -> None:
        with box("version", data_testid="version-draft"):
            with row():
                text(_("Your draft"), "strong", tag="span")
                badge(_("Not published yet"), "warn", "pencil")
            connector = self.bench.connector
            if is_unpublished(connector):
                text(_("Publishing makes it the first version that runs use."), "hint")
                return
            found = changes(document_of(connector), self.bench.draft.document)
            _differences(found, connector.version, opened=True)

    async def _restore(self, version: int, close: Any) -> None:
        page = self.bench.page  # what was pressed goes with the sheet it stood in
        close()
        sure = await confirm(
            _("Bring version {version} back?").format(version=version),
            _("It becomes the newest version, and your draft is discarded. Nothing else is lost."),
            yes=_("Bring version {version} back").format(version=version),
            danger=False,
        )
        if sure and page is not None:
            with page:
                me = await self.bench.visit.me()
                await self.bench.services.connectors.restore(me, self.bench.connector_id, version)
                await self.bench.services.drafts.discard(me, self.bench.connector_id)
                ui.navigate.reload()


def _differences(found: list[Change], since: int, *, opened: bool = False) -> None:
    if not found:
        text(_("Nothing is different since version {version}.").format(version=since), "hint")
        return
    n = len(found)
    title = ngettext(
        "{n} thing changed since version {version}", "{n} things changed since version {version}", n
    ).format(n=n, version=since)
    with fold(title, opened=opened):
        list_changes(found)


def _read(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A version as a document: its steps stand beside its settings."""
    return {**definition, "steps": (definition.get("config") or {}).get("steps") or []}
