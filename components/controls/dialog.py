"""Dialogs with a name, and the question before something that cannot be undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nicegui import ui

from components.controls.button import button, icon_button
from components.controls.plain import box, text
from components.texts import _

# Typing begins in the first field; without one, Enter does what was asked for, unless it harms.
BEGIN = """() => {
  const sheet = [...document.querySelectorAll(".q-dialog--modal .sheet")].at(-1);
  if (!sheet || sheet.contains(document.activeElement)) return;
  const seen = (parts) => [...sheet.querySelectorAll(parts)].find((one) => one.offsetParent);
  (
    seen(".body :is(input:not([type=file]), select, textarea):enabled") ??
    seen(".foot .primary") ??
    seen(".foot .button")
  )?.focus();
}"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A dialog under construction: fill `body` and `footer`, then `show()` or await it.

    `on_close`: what is done when it is gone, whichever way it was closed."""

    dialog: ui.dialog
    body: ui.element
    footer: ui.element
    on_close: list[Callable[[], object]] = field(default_factory=list)

    def show(self) -> None:
        self.dialog.open()

    def close(self) -> None:
        self.dialog.close()


@contextmanager
def sheet(title: str, *, wide: bool = False, testid: str = "") -> Iterator[Sheet]:
    """A dialog; what is made inside the `with` is its body."""
    with ui.context.client.content:  # one that is opened out of another outlives it
        dialog = ui.dialog()
    dialog.props("transition-show=fade transition-hide=fade transition-duration=80")
    dialog.props["aria-label"] = title
    if testid:
        dialog.props["data-testid"] = testid
    with dialog, box("sheet wide" if wide else "sheet"):
        with box("head"):
            text(title, "grow", tag="h2")
            icon_button("x", _("Close"), on_press=dialog.close)
        body = box("body")
        footer = box("foot")
    made = Sheet(dialog, body, footer)
    dialog.on("show", js_handler=BEGIN)
    dialog.on("hide", lambda: _leave(made), args=[])
    with body:
        yield made


async def confirm(
    title: str, sentence: str, *, yes: str, no: str = "", danger: bool = True
) -> bool:
    """Ask before what cannot be taken back. Say in `yes` what will happen: "Delete 3 contacts"."""
    with sheet(title, testid="confirm") as asked:
        text(sentence, "soft")
    with asked.footer:
        button(no or _("Cancel"), on_press=lambda: asked.dialog.submit(False))
        button(
            yes,
            kind="danger" if danger else "primary",
            on_press=lambda: asked.dialog.submit(True),
            testid="confirm-yes",
        )
    return bool(await asked.dialog)


def _leave(closed: Sheet) -> None:
    """What was closed and has faded away is gone: each opening makes a new one."""
    if not closed.dialog.is_deleted:
        for act in closed.on_close:
            act()
        closed.dialog.delete()
