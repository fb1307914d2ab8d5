"""A moment, shown in the reader's own time zone and language."""

from datetime import datetime

from nicegui import ui


class Moment(ui.element, component="moment.js"):
    """`how`: ago (5 min. ago), clock (14:02:11), minute (14:02), day (21 Nov, 14:02), exact, or
    soon: the minute, with its day where that is not today."""

    def __init__(self, at: datetime, how: str = "ago", *, before: str = "") -> None:
        super().__init__()
        self._props.update(at=at.isoformat(), how=how, before=before)

    def say(self, words: str, at: datetime | None = None) -> None:
        """A sentence, with {time} where the moment stands; without one it is only words."""
        said = {"words": words, "at": at.isoformat() if at else ""}
        if said != {name: self._props.get(name) for name in said}:
            self._props.update(said)


def moment(at: datetime, how: str = "ago", *, before: str = "") -> Moment:
    return Moment(at, how, before=before)
