"""A service's own description (OpenAPI 3): read it, find the call in it, and it is a step."""

from collections.abc import Callable
from typing import Any

from nicegui import events, ui

from app.pages.builder.bench import Bench
from app.pages.builder.bringing import Bringing, Ready, Where
from app.services.problems import ServiceProblem
from components.controls import (
    Field,
    Sheet,
    Tick,
    badge,
    box,
    button,
    field,
    fold,
    icon,
    sheet,
    text,
    tick,
)
from components.finder import Choice, Finder
from components.kinds import readable
from components.sentences import translated
from components.texts import _, listed, ngettext, number
from engine.errors import StepFailed
from engine.model.documents import LONGEST
from engine.model.names import name_for
from engine.model.openapi import Described, FromOpenApi, Operation
from engine.model.sentences import host_of

MOST_TICKS = 30
COLOURS = {"GET": "#2563eb", "POST": "#0f8a5f", "DELETE": "#dc2626"}


class Importing:
    def __init__(self, bench: Bench, where: Where, opened: Callable[[str], None]) -> None:
        self.bench, self.where, self.opened = bench, where, opened
        self.described: Described | None = None
        self.chosen = ""
        self.base: Field | None = None
        self.also: dict[str, Tick] = {}
        self.keep: dict[str, Tick] = {}

    def ask(self) -> None:
        with sheet(_("Import a description"), wide=True, testid="import-sheet") as asked:
            self.place = box("stack")
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
            picker = ui.upload(auto_upload=True, max_file_size=LONGEST, on_upload=self.take_file)
            picker.on("rejected", lambda: self.trouble.say(_("This file is too large.")), args=[])
            picker.props('accept=".json,.yaml,.yml"').classes("unseen").props("inert")
            self.picker = picker
        with asked.footer:
            self.back = button(_("Back"), icon="arrow-left", on_press=self.step_back)
            box("grow")
            button(_("Cancel"), on_press=asked.close)
            self.go = button(
                _("Read it"), kind="primary", on_press=self.go_on, testid="import-next"
            )
        self.sheet: Sheet = asked
        self._show_sources()
        asked.show()

    # Where it comes from

    def _show_sources(self) -> None:
        self.described, self.chosen = None, ""
        self._turn(_("Read it"), back=False)
        with self.place:
            text(
                _(
                    "Many services publish a description of all their calls. Look for "
                    "“OpenAPI”, openapi.json or openapi.yaml in their documentation."
                ),
                "soft",
            )
            self.url = field(
                _("Its address"),
                "",
                kind="url",
                placeholder="https://api.example.com/openapi.json",
                autofocus=True,
                on_enter=self.go_on,
                testid="import-url",
            )
            self.text = field(
                _("Or the description itself"),
                "",
                kind="lines",
                rows=6,
                mono=True,
                placeholder="openapi: 3.1.0 …",
                hint=_("JSON or YAML. For more than 1 MB choose a file."),
                testid="import-text",
            )
            with box("row"):
                button(
                    _("Choose a file"),
                    icon="upload",
                    kind="small",
                    on_press=lambda: self.picker.run_method("pickFiles"),
                    testid="import-file",
                )

    async def take_file(self, upload: events.UploadEventArguments) -> None:
        if upload.file.size() > LONGEST:
            self.trouble.say(_("This file is too large."))
            return
        content = await upload.file.read()
        await self._read(content.decode("utf-8", "replace"), "")

    async def _read(self, said: str, url: str) -> None:
        services, me = self.bench.services, await self.bench.visit.me()
        self.trouble.say("")
        self.go.working(True)
        try:
            reading = services.descriptions
            self.described = await (reading.fetch(me, url) if url else reading.read(me, said))
        except (StepFailed, ServiceProblem) as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint or ''}".strip()))
            return
        finally:
            self.go.working(False)
        self._show_operations()

    # Which call

    def _show_operations(self) -> None:
        described = self.described
        assert described is not None
        self.chosen = ""
        self._turn("", back=True)
        count = len(described.operations)
        with self.place:
            with box("row"):
                text(described.title, "strong grow cut", tag="h3")
                text(
                    ngettext("{n} call", "{n} calls", count).format(n=number(count)), "quiet small"
                )
            finder = Finder(
                _("Search the calls"),
                placeholder=_("Find a person, /contacts, POST …"),
                nothing=_("No call fits."),
                on_pick=self.choose,
                testid="import-calls",
            )
            finder.show([_choice(one) for one in described.operations])

    def choose(self, key: str) -> None:
        if self.described is None:
            return
        self.chosen = key
        self._show_call()

    # What it will be

    def _show_call(self) -> None:
        described = self.described
        assert described is not None
        self.also, self.keep, self.base = {}, {}, None
        self._turn(_("Make the step"), back=True)
        with self.place:
            if not described.base:
                self.base = field(
                    _("Address of the service"),
                    "",
                    kind="url",
                    placeholder="https://api.example.com",
                    hint=_("The description does not say where the service is."),
                    autofocus=True,
                    testid="import-base",
                )
            self.preview = box("stack")
        try:
            made = described.step(self.chosen, base="" if described.base else "https://api.invalid")
        except StepFailed as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint or ''}".strip()))
            self.go.because(problem.message)
            return
        made.slot = self._slot(made)
        with self.preview:
            self._call(made)
            self._ticks(made)

    def _call(self, made: FromOpenApi) -> None:
        request = made.step["request"]
        with box("pasted", data_testid="import-preview"):
            text(str(made.step["name"]), "strong")
            with box("row"):
                badge(str(request["method"]), "brand")
                text(str(request["url"]), "mono")
            body = request.get("body") or {}
            inside = next((one for one in body.values() if type(one) is dict), {})
            sent = [*(request.get("query") or {}), *(request.get("headers") or {}), *inside]
            if sent:
                text(_("With {names}").format(names=listed(sent[:8])), "quiet small")
        facts = []
        if made.slot is not None:
            facts.append(
                ("key-round", _("It needs a key for {service}.").format(service=made.slot["title"]))
            )
        if made.inputs:
            names = listed([str(one["title"]) for one in made.inputs.values()][:6])
            facts.append(
                ("circle-help", _("It asks before each run for {names}.").format(names=names))
            )
        if made.step["extract"]:
            kept = listed([readable(name).lower() for name in made.step["extract"]])
            facts.append(("check", _("It keeps {names}.").format(names=kept)))
        facts += [("info", _(note)) for note in made.notes]
        for symbol, words in facts:
            with box("row"):
                icon(symbol, "quiet")
                text(words, "soft small")

    def _ticks(self, made: FromOpenApi) -> None:
        if made.optional:
            with fold(_("Send more")):
                for one in made.optional[:MOST_TICKS]:
                    self.also[one.key] = tick(_named(one.name), False, hint=one.about)
        if made.offered:
            with fold(_("Keep more of the answer")):
                for name, path in list(made.offered.items())[:MOST_TICKS]:
                    self.keep[name] = tick(readable(name), False, hint=path)

    # On and back

    async def go_on(self) -> None:
        if self.chosen:
            self._make()
        elif self.described is not None:
            return
        elif url := str(self.url.value or "").strip():
            await self._read("", url if "://" in url else f"https://{url}")
        elif said := str(self.text.value or "").strip():
            await self._read(said, "")
        else:
            self.url.failed(_("Give its address, or paste it."))

    def step_back(self) -> None:
        if self.chosen:
            self._show_operations()
        else:
            self._show_sources()

    def _make(self) -> None:
        assert self.described is not None
        try:
            made = self.described.step(
                self.chosen,
                base=str(self.base.value) if self.base else "",
                also=[key for key, one in self.also.items() if one.value],
                keep=[name for name, one in self.keep.items() if one.value],
            )
        except StepFailed as problem:
            (self.base.failed if self.base else self.trouble.say)(translated(problem.message))
            return
        self.sheet.close()
        asks = {"properties": made.inputs, "required": made.required}
        Bringing(self.bench, self.opened).bring(
            self.where,
            Ready([made.step], self._slot(made), asks, name=str(made.step["name"])),
        )

    def _slot(self, made: FromOpenApi) -> dict[str, Any] | None:
        """The catalogue knows more about a service than its description, where it knows it."""
        if made.slot is None:
            return None
        known = self.bench.services.catalogue.at(host_of(made.step["request"]["url"]))
        if known is None or known.slot is None:
            return made.slot
        made.step["credential"] = known.slot["service_name"]
        return known.slot

    def _turn(self, go: str, *, back: bool) -> None:
        self.place.clear()
        self.trouble.say("")
        self.go.because("")
        self.go.say(go)
        self.go.set_visibility(bool(go))
        self.back.set_visibility(back)


def _choice(one: Operation) -> Choice:
    return Choice(
        id=one.key,
        title=one.summary,
        about=one.key,
        badge=_("outdated") if one.deprecated else one.tag,
        tone="warn" if one.deprecated else "",
        icon="send" if one.method in ("POST", "PUT", "PATCH") else _icon(one.method),
        color=COLOURS.get(one.method, "#64748b"),
    )


def _icon(method: str) -> str:
    return "trash-2" if method == "DELETE" else "search"


def _named(name: str) -> str:
    """page_size is Page size, and what experts look for stays readable."""
    words = readable(name_for(name))
    return words if name_for(name) == name else f"{words} ({name})"
