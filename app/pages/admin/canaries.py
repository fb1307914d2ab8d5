"""/admin/canaries: what the nightly practice runs learned about the services behind templates."""

import json

from fastapi import Request
from nicegui import ui

from app.pages.admin.guard import turned_away, why_not
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.canaries import Watched
from app.services.problems import ServiceProblem
from components.controls import (
    button,
    choice,
    field,
    icon,
    row,
    sheet,
    stack,
    text,
    tick,
)
from components.frame import frame, notice
from components.listing import Act, Column, Listing, Row, badge_cell, moment
from components.sentences import translated
from components.texts import _, later, ngettext

COLUMNS = (
    Column("name", later("Template")),
    Column("state", later("Last night"), "badge"),
    Column("said", later("What was seen")),
    Column("calls", later("Calls"), "number"),
    Column("ran", later("Asked"), "moment"),
    Column("acts", "", "acts", "150px"),
)
STATES = {
    "waiting": (later("Waiting"), "", "clock"),
    "same": (later("As it was"), "ok", "circle-check"),
    "changed": (later("Changed"), "bad", "octagon-alert"),
    "failed": (later("Failed"), "warn", "triangle-alert"),
    "skipped": (later("Passed over"), "", "circle-minus"),
}
KINDS = {"gone": later("gone"), "type": later("another type"), "new": later("new")}
NOWHERE = ""


def add(services: Services) -> None:
    @open_at("/admin/canaries")
    async def canaries(request: Request) -> None:
        visit = await begin(request, services)
        title = _("API watch")
        if await turned_away(visit, "admin-canaries", title):
            return
        with frame(visit.viewer, here="admin-canaries", title=title) as page:
            await _Canaries(visit).draw(page.side)


class _Canaries:
    def __init__(self, visit: Visit) -> None:
        self.visit, self.canaries = visit, visit.services.canaries
        self.rows: dict[str, Watched] = {}

    async def draw(self, side: ui.element) -> None:
        self.refused = await why_not(self.visit, "canaries")
        with side:
            button(
                _("Where and when"),
                icon="settings",
                why=self.refused,
                on_press=self.ask_place,
                testid="place",
            )
        text(
            _("Every night each official template is tried once. When a service answers in "
              "another shape than the template's example, you see it here and get an alert."),
            "soft",
        )  # fmt: skip
        self.place = text("", "small")
        self.place.props["data-testid"] = "where"
        self.listing = Listing(_("Official templates"), COLUMNS, on_act=self.act)
        await self.load()

    async def load(self) -> None:
        me = await self.visit.me()
        rows = await self.canaries.listed(me)
        self.rows = {str(one.template.id): one for one in rows}
        self.settings = await self.canaries.settings(me)
        self.place.say(self._where(rows))
        self.listing.show([self._row(one) for one in sorted(rows, key=_order)])

    def _where(self, rows: list[Watched]) -> str:
        chosen = self.settings
        if chosen is None or chosen.workspace_id is None:
            return _("No workspace is chosen for practice runs, so there are none yet.")
        names = dict(self.visit.viewer.workspaces)
        ready = [one for one in rows if one.on and not one.missing]
        calls = sum(one.calls for one in ready)
        words = ngettext(
            "At {hour} UTC in {place}: {templates} templates, {n} call.",
            "At {hour} UTC in {place}: {templates} templates, {n} calls.",
            calls,
        )
        known = names.get(chosen.workspace_id)
        place = f"“{known}”" if known else _("a workspace of another admin")
        return words.format(hour=f"{chosen.hour:02}:00", place=place, templates=len(ready), n=calls)

    def _row(self, one: Watched) -> Row:
        canary = one.canary
        state = canary.state if canary else "waiting"
        word, tone, symbol = STATES[state if one.on and not one.missing else "skipped"]
        return Row(
            str(one.template.id),
            {
                "name": one.template.name,
                "state": badge_cell(_(word), tone, symbol),
                "said": self._said(one),
                "calls": one.calls,
                "ran": moment(canary.ran_at) if canary else None,
                "acts": [
                    Act("look", _("What changed"), "eye"),
                    Act("run", _("Try it now"), "play", "", self._why_not_run(one)),
                    Act("change", _("Change how it is watched"), "settings", "", self.refused),
                ],
            },
            href=f"/admin/templates/{one.template.id}",
        )

    def _said(self, one: Watched) -> str:
        if not one.on:
            return _("Not watched: it writes to the service.")
        if one.missing:
            return _("There is no key for {services}.").format(services=", ".join(one.missing))
        return translated((one.canary.message if one.canary else "") or "")

    def _why_not_run(self, one: Watched) -> str:
        if self.refused:
            return self.refused
        if self.settings is None or self.settings.workspace_id is None:
            return _("Choose a workspace first.")
        return "" if one.on and not one.missing else self._said(one)

    async def act(self, row_id: str, name: str) -> None:
        if one := self.rows.get(row_id):
            await {"look": self.look, "run": self.run, "change": self.ask_how}[name](one)

    async def run(self, one: Watched) -> None:
        try:
            now = await self.canaries.run_now(await self.visit.me(), one.template.id)
        except ServiceProblem as problem:
            notice(problem.message, tone="bad", hint=problem.hint)
        else:
            word, tone, _symbol = STATES[now.state]
            said = now.message or _("The answer has the shape it had.")
            tone = tone if tone in ("ok", "bad", "warn") else ""
            notice(f"{one.template.name}: {_(word)}", tone=tone, hint=said)
        await self.load()

    async def look(self, one: Watched) -> None:
        canary = one.canary
        with sheet(one.template.name, wide=True, testid="changes") as asked:
            text(self._said(one) or _("The answer has the shape it had."), "soft")
            for found in canary.differences if canary else ():
                _difference(found)
            text(_("Only names and types are kept, never a value of an answer."), "hint")
        with asked.footer:
            button(_("Close"), on_press=asked.close)
            if canary and canary.state == "changed":
                button(
                    _("This is fine from now on"),
                    icon="check",
                    why=self.refused,
                    on_press=lambda: self._accept(one, asked.close),
                    testid="accept",
                )
        asked.show()

    async def _accept(self, one: Watched, close: object) -> None:
        await self.canaries.accept(await self.visit.me(), one.template.id)
        if callable(close):
            close()
        await self.load()

    async def ask_how(self, one: Watched) -> None:
        contact = (one.canary.contact if one.canary else None) or None
        with sheet(_("How “{name}” is watched").format(name=one.template.name)) as asked:
            watched = tick(
                _("Try it every night"),
                one.on,
                hint="" if one.only_reads else _("It writes to the service each time."),
                testid="watched",
            )
            typed = field(
                _("On this contact"),
                json.dumps(contact, indent=2) if contact else "",
                kind="lines",
                mono=True,
                optional=True,
                hint=_("As JSON. Without one the template's invented contact is asked about, whom "
                       "a real service does not know."),
                testid="contact",
            )  # fmt: skip

        async def save() -> None:
            try:
                said = json.loads(typed.value) if (typed.value or "").strip() else None
                changes = {"watched": bool(watched.value), "contact": said}
                await self.canaries.change(await self.visit.me(), one.template.id, changes)
            except ValueError:
                typed.failed(_("This is no valid JSON."))
                return
            except ServiceProblem as problem:
                typed.failed(problem.message)
                return
            asked.close()
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Save"), kind="primary", on_press=save, testid="save")
        asked.show()

    def ask_place(self) -> None:
        chosen = self.settings
        places = {NOWHERE: _("Nowhere: no practice runs")} | dict(self.visit.viewer.workspaces)
        now = chosen.workspace_id if chosen else None
        with sheet(_("Where and when"), testid="place-sheet") as asked:
            text(
                _("Practice runs use the keys of this workspace, in your name, and cost what "
                  "calls cost there. Make one for them alone."),
                "soft",
            )  # fmt: skip
            place = choice(
                _("Workspace"), places, now if now in places else NOWHERE, testid="workspace"
            )
            hours = {str(hour): f"{hour:02}:00 UTC" for hour in range(24)}
            hour = choice(_("Every night at"), hours, str(chosen.hour if chosen else 3))
            trouble = text("", "error")

        async def save() -> None:
            try:
                await self.canaries.choose(
                    await self.visit.me(), place.value or None, int(hour.value)
                )
            except ServiceProblem as problem:
                trouble.say(translated(f"{problem.message} {problem.hint}"))
                return
            asked.close()
            await self.load()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Save"), kind="primary", on_press=save, testid="save-place")
        asked.show()


def _difference(found: dict[str, object]) -> None:
    tone = "tone-bad" if found.get("read") and found["kind"] != "new" else "quiet"
    with row().style("align-items: flex-start"):
        icon("plus" if found["kind"] == "new" else "octagon-alert", tone)
        with stack("tight grow"):
            text(str(found["path"]), "mono small", tag="span")
            what = _(KINDS[str(found["kind"])])
            if found["kind"] == "type":
                what = _("was {was}, is {now}").format(was=found["was"], now=found["now"])
            words = _("Step “{step}”: {what}").format(step=found["step"], what=what)
            if found.get("read") and found["kind"] != "new":
                words = _("{words}. The template reads this.").format(words=words)
            text(words, "soft small", tag="span")


def _order(one: Watched) -> tuple[int, str]:
    """What needs somebody stands first."""
    state = one.canary.state if one.canary else "waiting"
    ranks = {"changed": 0, "failed": 1, "same": 2, "waiting": 3, "skipped": 4}
    return (ranks[state] if one.on and not one.missing else 5, one.template.name.lower())
