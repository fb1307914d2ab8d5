"""What is shown only once, in full, with a button that copies it."""

from components.clipboard import copy_text
from components.controls import field, icon_button, row
from components.frame import notice
from components.texts import _


def to_copy(label: str, value: str, *, testid: str) -> None:
    def copy() -> None:
        copy_text(value)
        notice(_("Copied: {what}").format(what=label), tone="ok")

    with row("to-copy"):
        field(label, value, readonly=True, mono=True, testid=testid).classes("grow")
        icon_button(
            "copy", _("Copy: {what}").format(what=label), on_press=copy, testid=f"copy-{testid}"
        )
