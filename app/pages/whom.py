"""The question on whom: everyone, those a search finds, some chosen ones, or nobody."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.services.choosing import Chosen
from components.controls import choice, field
from components.texts import _, ngettext, number

Changed = Callable[[], Awaitable[None]]


class Whom:
    """`chosen` is what stands there now; a filter no search can say stays as it is."""

    def __init__(self, now: Chosen, changed: Changed, *, may_be_nobody: bool = False) -> None:
        self._now, self._changed = now, changed
        self.way = self._way_of(now)
        ways = {"all": _("Everyone"), "search": _("Everyone a search finds")}
        if may_be_nobody:
            ways["nobody"] = _("On no contact: it runs once")
        if now.contact_ids is not None or self.way == "kept":
            ways = {self.way: words_of(now), **ways}
        choice(_("On whom"), ways, self.way, on_change=self._take_way, testid="whom")
        self.words = field(
            _("Search contacts"),
            (now.filter or {}).get("q", "") if self.way == "search" else "",
            kind="search",
            icon="search",
            placeholder=_("Name, e-mail or company"),
            on_change=self._take_words,
            testid="whom-search",
        )
        self.words.set_visibility(self.way == "search")

    @property
    def chosen(self) -> Chosen:
        if self.way == "nobody":
            return Chosen()
        if self.way == "search":
            return Chosen(filter={"q": self.words.value.strip()})
        return Chosen(filter={}) if self.way == "all" else self._now

    @property
    def trouble(self) -> str:
        """What is still missing, as a sentence."""
        if self.way == "search" and not self.words.value.strip():
            return _("Say what to search for, or choose everyone.")
        return ""

    async def _take_way(self, way: str) -> None:
        self.way = way
        self.words.set_visibility(way == "search")
        if way == "search":
            self.words.focus()
        await self._changed()

    async def _take_words(self, _words: str) -> None:
        await self._changed()

    @staticmethod
    def _way_of(chosen: Chosen) -> str:
        if chosen.contact_ids is not None:
            return "kept"
        if chosen.filter is None:
            return "nobody"
        if not chosen.filter:
            return "all"
        return "search" if set(chosen.filter) == {"q"} else "kept"


def words_of(chosen: Chosen) -> str:
    """Everyone, 12 contacts, contacts found by “acme”."""
    if chosen.contact_ids is not None:
        n = len(chosen.contact_ids)
        return ngettext("{n} contact", "{n} contacts", n).format(n=number(n))
    if chosen.filter is None:
        return _("No contact")
    if not chosen.filter:
        return _("Everyone")
    if set(chosen.filter) == {"q"}:
        return _("Found by “{words}”").format(words=chosen.filter["q"])
    fields = {name: value for name, value in chosen.filter.items() if name != "q"}
    return _("Only where {conditions}").format(conditions=_conditions(fields))


def as_said(contact_ids: Sequence[UUID] | None, filter: Mapping[str, Any] | None) -> Chosen:
    return Chosen(list(contact_ids) if contact_ids is not None else None, filter)


def _conditions(fields: Mapping[str, Any]) -> str:
    return ", ".join(
        _("{field} is empty").format(field=name)
        if value is None
        else _("{field} is {value}").format(field=name, value=value)
        for name, value in fields.items()
    )
