"""A moment, shown in the reader's own time zone and language."""

from datetime import datetime

from nicegui import ui


class Moment(ui.element, component="moment.js"):
    """`how`: ago (5 min. ago), clock (14:02:11), day (21 Nov, 14:02) or exact."""

    def __init__(self, at: datetime, how: str = "ago", *, before: str = "") -> None:
        super().__init__()
        self._props.update(at=at.isoformat(), how=how, before=before)


def moment(at: datetime, how: str = "ago", *, before: str = "") -> Moment:
    return Moment(at, how, before=before)
