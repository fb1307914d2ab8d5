"""Two changed copies of one document, brought together: what only one of them changed is taken,
what both changed differently is a conflict for a person to settle.

Lists of things that have an id, a name or a field of their own are compared thing by thing, so that
a step added here and another one changed there do not get in each other's way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Side = Literal["mine", "theirs"]


class _Gone:
    """Not there, which null would not say."""

    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()
KEYS: Final = ("id", "field", "name")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where, and the three values; GONE where there is none."""

    path: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(slots=True)
class Merged:
    """Until they are settled, conflicts stand as `mine`."""

    value: Any
    conflicts: list[Conflict] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # choices for what is no conflict


def merge(base: Any, mine: Any, theirs: Any, choices: Mapping[str, Side] | None = None) -> Merged:
    work = _Merge(dict(choices or {}))
    value = work.whole("", base, mine, theirs)
    settled = {one.path for one in work.conflicts}
    return Merged(
        value,
        [one for one in work.conflicts if one.path not in work.choices],
        [path for path in work.choices if path not in settled],
    )


class _Merge:
    def __init__(self, choices: dict[str, Side]) -> None:
        self.choices = choices
        self.conflicts: list[Conflict] = []

    def whole(self, path: str, base: Any, mine: Any, theirs: Any) -> Any:
        if _same(mine, theirs) or _same(theirs, base):
            return mine
        if _same(mine, base):
            return theirs
        if _alike(mine, theirs):
            return self._members(path, base if isinstance(base, dict) else {}, mine, theirs)
        if isinstance(mine, list) and isinstance(theirs, list):
            before = base if isinstance(base, list) else []
            key = _key(before, mine, theirs)
            if key is not None:
                return self._items(path, key, before, mine, theirs)
        self.conflicts.append(Conflict(path, base, mine, theirs))
        return theirs if self.choices.get(path) == "theirs" else mine

    def _members(
        self, path: str, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
    ) -> dict[str, Any]:
        made = {}
        for name in dict.fromkeys([*mine, *theirs]):
            three = (base.get(name, GONE), mine.get(name, GONE), theirs.get(name, GONE))
            value = self.whole(f"{path}.{name}" if path else name, *three)
            if value is not GONE:
                made[name] = value
        return made

    def _items(
        self,
        path: str,
        key: str,
        base: list[dict[str, Any]],
        mine: list[dict[str, Any]],
        theirs: list[dict[str, Any]],
    ) -> list[Any]:
        first, second, third = ({one[key]: one for one in some} for some in (base, mine, theirs))
        made = {}
        for name in dict.fromkeys([*second, *third]):
            three = (first.get(name, GONE), second.get(name, GONE), third.get(name, GONE))
            value = self.whole(f"{path}[{name}]", *three)
            if value is not GONE:
                made[name] = value
        return [made[name] for name in _order([*first], [*second], [*third]) if name in made]


def _order(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """As theirs, or as mine where only mine was reordered; the other's own behind what they
    followed."""
    both = [one for one in mine if one in theirs]
    moved = [one for one in mine if one in base] != [one for one in base if one in mine]
    lead, other = (mine, theirs) if moved or both == [*theirs] else (theirs, mine)
    order = list(lead)
    for place, name in enumerate(other):
        if name not in order:
            before = [one for one in other[:place] if one in order]
            order.insert(order.index(before[-1]) + 1 if before else 0, name)
    return order


def _key(*lists: list[Any]) -> str | None:
    """What tells their things apart, in all three alike."""
    for key in KEYS:
        if all(_told_apart(one, key) for one in lists):
            return key
    return None


def _told_apart(some: list[Any], key: str) -> bool:
    names = [one.get(key) for one in some if isinstance(one, dict)]
    texts = [one for one in names if isinstance(one, str) and one]
    return len(texts) == len(some) == len(set(texts))


def _alike(mine: Any, theirs: Any) -> bool:
    """Two objects that can be brought together: a call and a loop of one id cannot."""
    both = isinstance(mine, dict) and isinstance(theirs, dict)
    return both and bool(mine.get("kind") == theirs.get("kind"))


def _same(one: Any, other: Any) -> bool:
    """As JSON: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def differences(old: Any, new: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """(path, was, now) of every leaf that is not the same; GONE where it is on one side only."""
    if _same(old, new):
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        names = dict.fromkeys([*old, *new])
        pairs = [
            (f"{path}.{one}" if path else one, old.get(one, GONE), new.get(one, GONE))
            for one in names
        ]
    elif isinstance(old, list) and isinstance(new, list) and (key := _key(old, new)):
        before, after = ({one[key]: one for one in some} for some in (old, new))
        both = dict.fromkeys([*before, *after])
        pairs = [(f"{path}[{one}]", before.get(one, GONE), after.get(one, GONE)) for one in both]
        if not any(not _same(was, now) for _, was, now in pairs):
            return [(path, [*before], [*after])]  # nothing but the order
    else:
        return [(path, old, new)]
    return [found for here, was, now in pairs for found in differences(was, now, here)]
