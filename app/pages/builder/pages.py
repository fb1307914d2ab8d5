"""Answers that come in pages: how the next one is asked for, in words."""

from typing import Any

from app.pages.builder.bench import Bench
from components.controls import box, button, choice, field, text
from components.offered_lists import lists_in, marks_in
from components.texts import _, each, later
from engine.model import limits

KINDS = {
    "": later("No, one answer is all"),
    "page": later("Yes, pages are numbered"),
    "offset": later("Yes, by how many came before"),
    "cursor": later("Yes, each answer holds a mark for the next"),
    "next_url": later("Yes, each answer holds the address of the next"),
    "link_header": later("Yes, a Link header names the next"),
}
MOST = {"max_pages": limits.PAGES, "size": limits.ITEMS}
PARAMS = {"page": "page", "offset": "offset", "cursor": "after"}
PLACES = {
    "query": later("In the address, as a search term"),
    "body": later("In what is sent along"),
}


class Pages:
    def __init__(self, bench: Bench, step: dict[str, Any]) -> None:
        self.bench, self.step_id = bench, str(step["id"])
        self.said: dict[str, Any] = dict(step.get("paginate") or {})
        choice(
            _("Does the answer come in pages?"),
            each(KINDS),
            self.said.get("kind") or "",
            on_change=self.choose,
            testid="paginate",
        )
        self.place = box("stack")
        self.draw()

    def choose(self, kind: str) -> None:
        kept: dict[str, Any] = {
            name: self.said[name] for name in ("items", "max_pages") if name in self.said
        }
        self.said = {"kind": kind, **kept} if kind else {}
        if kind:
            self.said.setdefault("items", self._likely_items())
        if kind in PARAMS:
            self.said["param"] = PARAMS[kind]
        if kind in ("cursor", "next_url"):
            self.said["next"] = next(iter(marks_in(self._answer())), "$.next")
        self.keep()
        self.draw()

    def draw(self) -> None:
        self.place.clear()
        kind = self.said.get("kind")
        if not kind:
            return
        with self.place:
            self._path(_("Where the items are"), "items", "$.results")
            self._lists()
            if kind in ("cursor", "next_url"):
                where = {
                    "cursor": _("Where the mark of the next page is"),
                    "next_url": _("Where the address of the next page is"),
                }
                self._path(where[kind], "next", "$.paging.next")
                self._marks()
            if kind in PARAMS:
                self._text(_("Name of the search term that says which page"), "param", PARAMS[kind])
                choice(
                    _("Where it is put"),
                    each(PLACES),
                    self.said.get("param_in") or "query",
                    on_change=lambda said: self.tell("param_in", said),
                )
            if kind in ("page", "offset"):
                with box("halves"):
                    self._number(_("First one is"), "start", _("0 or 1, mostly"))
                    self._number(
                        _("Items in one page"), "size", _("Fewer than that: the last page")
                    )
                self._text(_("Name of the term that says how many"), "size_param", "per_page")
            self._number(_("Pages at most"), "max_pages", _("10, unless you say otherwise"))
            text(_("The items of all pages are joined, and known as “Items of all pages”."), "hint")

    def _path(self, label: str, key: str, example: str) -> None:
        field(
            label,
            self.said.get(key) or "",
            mono=True,
            placeholder=example,
            on_change=lambda said: self.tell(key, said.strip() or None),
            testid=f"page-{key}",
        )

    def _text(self, label: str, key: str, example: str) -> None:
        field(
            label,
            self.said.get(key) or "",
            placeholder=example,
            on_change=lambda said: self.tell(key, said.strip() or None),
            testid=f"page-{key}",
        )

    def _number(self, label: str, key: str, hint: str) -> None:
        field(
            label,
            self.said.get(key, ""),
            kind="number",
            min=0 if key == "start" else 1,
            max=MOST.get(key),
            optional=True,
            hint=hint,
            on_change=lambda said: self.tell(key, None if said is None else round(said)),
            testid=f"page-{key}",
        )

    def _lists(self) -> None:
        """Lists of the last answer, one click away."""
        self._offers(
            {
                path: _("{name}, {count} of them").format(name=name, count=count)
                for path, name, count in lists_in(self._answer())
            },
            "items",
            "list",
        )

    def _marks(self) -> None:
        self._offers(marks_in(self._answer()), "next", "arrow-right")

    def _offers(self, offers: dict[str, str], key: str, icon: str) -> None:
        others = {path: words for path, words in offers.items() if path != self.said.get(key)}
        with box("offered"):
            for path, words in others.items():
                button(
                    words,
                    icon=icon,
                    kind="small",
                    on_press=lambda path=path: self.take(key, path),
                )

    def take(self, key: str, path: str) -> None:
        self.tell(key, path)
        self.draw()

    def tell(self, key: str, value: Any) -> None:
        self.said.pop(key, None)
        if value is not None:
            self.said[key] = value
        self.keep()

    def keep(self) -> None:
        self.bench.set(("paginate",), dict(self.said) or None)

    def _answer(self) -> Any:
        return (self.bench.newest().get(self.step_id, {}).get("response") or {}).get("body")

    def _likely_items(self) -> str:
        found = lists_in(self._answer())
        return found[0][0] if found else "$.results"
