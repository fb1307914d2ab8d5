"""The frame around every page: places, account, top bar, command palette, keys, notices."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from nicegui import Client, ui
from nicegui.events import GenericEventArguments

from components.controls import box, button, icon, text
from components.frame.places import Viewer, commands_of, groups_of, initials, shortcuts
from components.look import lay
from components.roles import role_word
from components.sentences import translated
from components.texts import _


class Navigation(ui.element, component="navigation.js"):
    def __init__(self, model: dict[str, Any]) -> None:
        super().__init__()
        self._props["model"] = model


class Palette(ui.element, component="palette.js"):
    def __init__(self, commands: list[dict[str, Any]]) -> None:
        super().__init__()
        self._props.update(commands=commands, found=[])


class Shortcuts(ui.element, component="shortcuts.js"):
    def __init__(self, groups: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._props["groups"] = list(groups)


class Notices(ui.element, component="notices.js"):
    def __init__(self) -> None:
        super().__init__()
        self.actions: dict[str, Callable[[], Any]] = {}
        self.on("action", self._act)

    def _act(self, event: GenericEventArguments) -> Any:
        action = self.actions.pop(str(event.args), None)
        return action() if action else None


NOTICES: WeakKeyDictionary[Client, Notices] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the command palette: a link, or something the page does."""

    title: str
    run: Callable[[], Any] | None = None
    href: str | None = None
    icon: str = "arrow-right"
    group: str = ""
    caps: str = ""


@dataclass(slots=True)
class Frame:
    """What a page may fill: `lead` beside the title, `side` at the right, `content` below."""

    lead: ui.element
    side: ui.element
    content: ui.element
    heading: Any
    palette: Palette
    keys: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def on_key(self, name: str, do: Callable[[], Any]) -> None:
        """Names: test (Ctrl+Enter), undo, redo, save, again (R), cancel (C)."""
        self.keys[name] = do


@contextmanager
def frame(
    viewer: Viewer,
    *,
    here: str,
    title: str,
    crumbs: Sequence[tuple[str, str]] = (),
    commands: Sequence[Command] = (),
    filled: bool = False,
    narrow: bool = False,
) -> Iterator[Frame]:
    """A page. `filled`: the content fills the window and scrolls inside itself (builder, lists)."""
    lay()
    ui.page_title(f"{title} · Connector Console")
    _make_room_for_landmarks()
    with box("frame"):
        box("skip", tag="a", href="#content")._text = _("Skip to the page")
        Navigation(_model(viewer, here))
        with box("main"):
            with box("top", tag="header"):
                with box("lead") as lead:
                    heading = _title(crumbs, title)
                with box("side") as side:
                    pass
            with box(
                "content filled" if filled else "content", tag="main", id="content"
            ) as content:
                inside = content if filled else box("page narrow" if narrow else "page")
    palette = _palette(viewer, commands)
    made = Frame(lead, side, inside, heading, palette)
    Shortcuts(shortcuts())
    NOTICES[ui.context.client] = Notices()
    ui.on("hotkey", lambda event: made.keys.get(str(event.args), _nothing)())
    ui.on_exception(_say_it_went_wrong)
    with side:
        opener = button(_("Search"), icon="search", kind="ghost fold-label", caps=_("Ctrl K"))
        opener.on(
            "press",
            js_handler='() => dispatchEvent(new CustomEvent("console-key", {detail: "palette"}))',
        )
        opener.classes("palette-opener")
    with inside:
        yield made


def notice(
    words: str,
    *,
    tone: str = "",
    hint: str = "",
    action: str = "",
    on_action: Callable[[], Any] | None = None,
) -> None:
    """Tell, briefly, that something happened. Tones: ok, bad, warn.

    An error with a next step wants an error card instead.
    """
    notices = NOTICES[ui.context.client]
    key = ""
    if on_action:
        key = str(len(notices.actions) + 1)
        notices.actions[key] = on_action
    notices.run_method(
        "say",
        {
            "words": translated(words),
            "tone": tone,
            "hint": translated(hint),
            "action": action,
            "key": key,
        },
    )


def _make_room_for_landmarks() -> None:
    """NiceGUI wraps everything into one <main>; ours is the part beside the navigation."""
    around = ui.context.client.content.parent_slot
    if around is not None:
        around.parent.tag = "div"


def _say_it_went_wrong(error: Exception) -> None:
    """The technical part is in the log; people learn that it happened and what they can do."""
    message = getattr(error, "message", None) or _("That did not work, and it is not your fault.")
    hint = getattr(error, "hint", None) or _(
        "Try again. If it stays like this, tell your operator."
    )
    notice(str(message), tone="bad", hint=str(hint))


def _nothing() -> None:
    """A key that this page gives no meaning to."""


def _title(crumbs: Sequence[tuple[str, str]], title: str) -> Any:
    if crumbs:
        with box("crumbs", tag="ol", aria_label=_("Path")):
            for words, href in crumbs:
                with box(tag="li"):
                    text(words, tag="a").props["href"] = href
                    icon("chevron-right")
    return text(title, "cut", tag="h1")


def _palette(viewer: Viewer, commands: Sequence[Command]) -> Palette:
    runs = {f"page-{number}": command for number, command in enumerate(commands)}
    own = [
        {
            "key": key,
            "title": c.title,
            "icon": c.icon,
            "href": c.href,
            "group": c.group,
            "caps": c.caps,
        }
        for key, c in runs.items()
    ]
    palette = Palette([*own, *commands_of(viewer)])

    def run(event: GenericEventArguments) -> Any:
        command = runs.get(str(event.args))
        return command.run() if command and command.run else None

    palette.on("run", run)
    if viewer.search:
        palette.on("ask", lambda event: _find(palette, viewer, str(event.args).strip()))
    return palette


async def _find(palette: Palette, viewer: Viewer, words: str) -> None:
    """What is stored and fits what was typed, below the pages and commands."""
    palette._props["found"] = await viewer.search(words) if viewer.search and words else []


def _model(viewer: Viewer, here: str) -> dict[str, Any]:
    return {
        "here": here,
        "groups": groups_of(viewer),
        "workspace": {
            "id": viewer.workspace_id,
            "name": viewer.workspace_name,
            "about": _("Practice: invented data") if viewer.is_demo else _("Connector Console"),
        },
        "workspaces": [{"id": key, "name": name} for key, name in viewer.workspaces],
        "viewer": {
            "name": viewer.name,
            "email": viewer.email,
            "role": role_word(viewer.role),
            "initials": initials(viewer.name),
        },
        "account": [{"title": _("Your account"), "href": "/account", "icon": "user"}],
        "sign_out": "/sign-out",
        "switch_to": "/switch-workspace",
    }
