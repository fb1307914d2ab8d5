"""A JSON or YAML document that somebody hands in, read without trusting it.

YAML is taken as JSON with a nicer look: no tags, no dates, no merging. What an anchor repeats
is counted each time, so that a small text cannot stand for a huge one.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson
import yaml

from engine.errors import StepFailed
from engine.model.poison import clean_text

LONGEST: Final = 8_000_000  # characters, as much as an answer may have
DEEPEST: Final = 100
MOST_VALUES: Final = 1_000_000  # with everything that anchors repeat

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
_PLAIN_WORDS: Final = {**_PLAIN, "FALSE": False, "null": None, "Null": None, "~": None, "": None}
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER: Final = re.compile(
    r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?"
)
_JSON_TAGS: Final = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")}


class NotADocument(StepFailed):
    """What was handed in is neither JSON nor YAML, or is made to break whoever reads it."""


def read_document(text: str) -> Any:
    """The value in it. Raises NotADocument."""
    if len(text) > LONGEST:
        raise NotADocument(
            f"This document is longer than {LONGEST // 1_000_000} million characters.",
            hint="Take the description of one part of the service.",
        )
    value = _json(text) if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else _yaml(text)
    _measure(value)
    return value


def _json(text: str) -> Any:
    try:
        return orjson.loads(text.lstrip("\ufeff"))
    except orjson.JSONDecodeError as problem:
        try:
            return _yaml(text)  # braces are YAML, too
        except NotADocument:
            hint = f"Line {problem.lineno}: {problem.msg}."
            raise NotADocument("This is neither JSON nor YAML.", hint=hint) from problem


def _yaml(text: str) -> Any:
    made = _Composer()
    try:
        for event in yaml.parse(clean_text(text), Loader=_LOADER):
            made.take(event)
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"Look at line {mark.line + 1}." if mark else ""
        raise NotADocument("This is neither JSON nor YAML.", hint=where) from problem
    return made.root


class _Composer:
    """Builds the value out of the parser's events, with a stack of its own."""

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[Any] = []
        self.names: list[str | None] = []  # of the member that comes next, by open container
        self.anchors: dict[str, Any] = {}
        self.documents = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise NotADocument("This text holds several documents.", hint="Take one.")
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                _check_tag(event.tag)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()
                self.names.pop()
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._repeat(event.anchor)

    def _begin(self, container: Any, anchor: str | None) -> None:
        if len(self.open) >= DEEPEST:
            raise _too_deep()
        self._put(container)
        self.open.append(container)
        self.names.append(None)
        if anchor:
            self.anchors[anchor] = container

    def _scalar(self, event: Any) -> None:
        if self._awaits_a_name:
            self.names[-1] = event.value  # as it is written: 200 and on are names like others
            return
        value = _scalar(event)
        if event.anchor:
            self.anchors[event.anchor] = value
        self._put(value)

    def _repeat(self, anchor: str) -> None:
        value = self.anchors.get(anchor)
        if anchor not in self.anchors or any(value is one for one in self.open):
            raise NotADocument("This document leads in a circle, or nowhere.")
        self._put(value)

    @property
    def _awaits_a_name(self) -> bool:
        return bool(self.open) and type(self.open[-1]) is dict and self.names[-1] is None

    def _put(self, value: Any) -> None:
        if not self.open:
            self.root = value
        elif type(self.open[-1]) is list:
            self.open[-1].append(value)
        elif (name := self.names[-1]) is None:
            raise NotADocument("A name in this document is no text.")
        else:
            self.open[-1][name] = value
            self.names[-1] = None


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.tag not in (None, "!"):
        _check_tag(event.tag)
        return text
    if not event.implicit[0]:
        return text
    if text in _PLAIN_WORDS:
        return _PLAIN_WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _check_tag(tag: str | None) -> None:
    if tag not in (None, "!") and tag not in _JSON_TAGS:
        raise NotADocument(
            "This document asks for more than plain values.", hint=f"It has the tag {tag[:60]}."
        )


def _measure(value: Any) -> None:
    """Counted as the tree a reader would walk, however often an anchor shares its parts."""
    left = MOST_VALUES
    walks: list[Iterator[Any]] = [iter((value,))]
    while walks:
        inner = next(walks[-1], walks)
        if inner is walks:
            walks.pop()
            continue
        left -= 1
        if left < 0:
            raise NotADocument("This document holds more than a million values.")
        if type(inner) in (dict, list):
            if len(walks) > DEEPEST:
                raise _too_deep()
            walks.append(iter(inner.values() if type(inner) is dict else inner))


def _too_deep() -> NotADocument:
    return NotADocument(f"This document is nested deeper than {DEEPEST} levels.")
