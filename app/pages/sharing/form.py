"""What an author says about a template, and what goes out with it; the gates stand beside it."""

from app.pages.sharing.examples import Examples
from app.pages.sharing.gates import Gates
from app.pages.sharing.sharing import Sharing
from app.pages.sharing.slots import draw_slots
from app.pages.sharing.what import What
from app.pages.templates import CATEGORIES
from components.controls import box, choice, field, text
from components.sharing import Option, Options
from components.texts import _, each

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


async def draw_form(sharing: Sharing) -> None:
    with box("sharing"):
        with box("stack"):
            _about(sharing)
            What(sharing).draw()
            draw_slots(sharing)
            Examples(sharing).draw()
        gates = Gates(sharing)
    await gates.start()


def _about(sharing: Sharing) -> None:
    said = sharing.said
    with box("card", id="about"):
        text(_("About"), tag="h2")
        field(
            _("Name"),
            said["name"],
            on_change=lambda value: sharing.set("name", str(value).strip()),
            name="name",
            testid="name",
        )
        field(
            _("What it does, for somebody who never saw it"),
            said["description"],
            kind="lines",
            rows=3,
            on_change=lambda value: sharing.set("description", value),
            name="description",
            testid="description",
        )
        with box("two"):
            known = {key: words for key, words in CATEGORIES.items() if key}
            choice(
                _("Category"),
                {"": _("None")} | each(known) | _other(said["category"], known),
                said["category"] or "",
                on_change=lambda value: sharing.set("category", value or None),
            )
            field(
                _("Tags"),
                ", ".join(said["tags"]),
                placeholder="people, email",
                hint=_("Separate several with commas."),
                on_change=lambda value: sharing.set("tags", _tags(value)),
                testid="tags",
            )
        text(_("Icon"), "label")
        chosen = said["icon"] or ICONS[0]
        icons = ICONS if chosen in ICONS else (chosen, *ICONS)
        Options(
            _("Icon"),
            [Option(name, name.replace("-", " "), icon=name) for name in icons],
            chosen,
            lambda value: sharing.set("icon", value),
            small=True,
        )


def _tags(words: str) -> list[str]:
    return list(dict.fromkeys(tag for one in words.split(",") if (tag := one.strip().lower())))


def _other(category: str | None, known: dict[str, str]) -> dict[str, str]:
    return {category: category} if category and category not in known else {}
