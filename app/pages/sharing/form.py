"""What an author says about a template, and what goes out with it; the gates stand beside it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from app.pages.sharing.examples import Examples
from app.pages.sharing.gates import Gates
from app.pages.sharing.slots import draw_slots
from app.pages.sharing.what import What
from app.pages.templates import CATEGORIES
from app.pages.visit import Visit
from components.controls import box, choice, field, text
from components.sharing import Option, Options
from components.texts import _, each
from db.templates import Template

ICONS = (
    "package",
    "user",
    "user-plus",
    "user-search",
    "users",
    "contact",
    "building-2",
    "mail",
    "mail-check",
    "send",
    "globe",
    "link",
    "search",
    "sparkles",
    "database",
    "table-2",
    "tag",
    "flag",
    "shield",
    "zap",
    "repeat",
    "book-open",
)


class Form:
    """`said` is what would be published; every field writes into it, and the gates look again."""

    def __init__(
        self,
        visit: Visit,
        said: dict[str, Any],
        template: Template | None,
        connector_id: UUID | None,
        on_shared: Callable[[], Awaitable[None]],
    ) -> None:
        self.visit, self.said, self.template = visit, said, template
        self.connector_id, self.on_shared = connector_id, on_shared
        self.unread: dict[str, str] = {}  # places whose text is no JSON

    async def draw(self) -> None:
        with box("sharing"):
            with box("stack"):
                self._about()
                What(self).draw()
                draw_slots(self)
                Examples(self).draw()
            self.gates = Gates(self)
        await self.gates.start()

    async def changed(self) -> None:
        await self.gates.look()

    async def set(self, name: str, value: Any) -> None:
        self.said[name] = value
        await self.changed()

    def _about(self) -> None:
        said = self.said
        with box("card", id="about"):
            text(_("About"), tag="h2")
            self.name = field(
                _("Name"),
                said["name"],
                on_change=lambda value: self.set("name", str(value).strip()),
                name="name",
                testid="name",
            )
            field(
                _("What it does, for somebody who never saw it"),
                said["description"],
                kind="lines",
                rows=3,
                on_change=lambda value: self.set("description", value),
                name="description",
                testid="description",
            )
            with box("two"):
                known = {key: words for key, words in CATEGORIES.items() if key}
                choice(
                    _("Category"),
                    {"": _("None")} | each(known) | _other(said["category"], known),
                    said["category"] or "",
                    on_change=lambda value: self.set("category", value or None),
                )
                field(
                    _("Tags"),
                    ", ".join(said["tags"]),
                    placeholder="people, email",
                    hint=_("Separate several with commas."),
                    on_change=lambda value: self.set("tags", _tags(value)),
                    testid="tags",
                )
            text(_("Icon"), "label")
            chosen = said["icon"] or ICONS[0]
            icons = ICONS if chosen in ICONS else (chosen, *ICONS)
            Options(
                _("Icon"),
                [Option(name, name.replace("-", " "), icon=name) for name in icons],
                chosen,
                lambda value: self.set("icon", value),
                small=True,
            )


def _tags(words: str) -> list[str]:
    return list(dict.fromkeys(tag for one in words.split(",") if (tag := one.strip().lower())))


def _other(category: str | None, known: dict[str, str]) -> dict[str, str]:
    return {category: category} if category and category not in known else {}
