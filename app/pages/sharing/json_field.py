"""A part of a template as JSON, for those who want to see it exactly."""

import json
from typing import Any

from app.pages.sharing.sharing import Sharing
from components.controls import Field, field
from components.texts import _


def json_field(
    sharing: Sharing,
    label: str,
    holder: dict[str, Any],
    name: str,
    path: str,
    *,
    rows: int = 5,
    hint: str = "",
) -> Field:
    """What cannot be read stays out of `holder`, and the gates say so."""
    value = holder.get(name)

    async def read(words: str) -> None:
        try:
            holder[name] = json.loads(words) if words.strip() else None
        except ValueError as error:
            sharing.unread[path] = str(error)
            made.failed(_("This is no valid JSON."))
        else:
            sharing.unread.pop(path, None)
            made.failed("")
        await sharing.look()

    made = field(
        label,
        "" if value is None else json.dumps(value, indent=2, ensure_ascii=False),
        kind="lines",
        rows=rows,
        mono=True,
        hint=hint,
        on_change=read,
        testid=path,
    )
    return made
