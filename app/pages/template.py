"""/templates/{id}: what it does, where data goes, what it needs; and the way to one's own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import BadInput, NotFound, ServiceProblem
from components.controls import (
    Field,
    badge,
    box,
    button,
    empty_state,
    field,
    icon,
    row,
    sheet,
    stack,
    text,
)
from components.frame import Frame, frame
from components.sentences import translated
from components.texts import _
from db.templates import Template
from engine.model.definition import load
from engine.model.parts import all_steps
from engine.model.sentences import describe, describe_mapping, hosts


def add(services: Services) -> None:
    @ui.page("/templates/{template_id}")
    async def template(request: Request, template_id: str) -> None:
        visit = await begin(request, services)
        try:
            found = await services.templates.get(await visit.me(), UUID(template_id))
        except (NotFound, ValueError):
            return _not_there(visit)
        with frame(visit.viewer, here="templates", title=found.name, crumbs=_crumbs()) as page:
            _Template(visit, services, found).draw(page)
        return None


class _Template:
    def __init__(self, visit: Visit, services: Services, template: Template) -> None:
        self.visit, self.services, self.template = visit, services, template

    def draw(self, page: Frame) -> None:
        one = self.template
        read = load(
            {
                "config": one.config,
                "input_schema": one.input_schema,
                "field_mappings": one.field_mappings,
            }
        )
        with page.lead:
            if one.is_official:
                badge(_("Official"), "ok", "badge-check")
        with page.side:
            get = button(
                _("Install"), icon="package", kind="primary", on_press=self.ask, testid="install"
            )
            get.because(self.visit.why_not("templates.install"))
        text(one.description, "soft")
        with box("columns"):
            with stack("wide"):
                _told(
                    _("What it does"), "", [describe(step) for step in all_steps(read.config.steps)]
                )
                _told(
                    _("What it writes to the contact"),
                    "pencil",
                    [describe_mapping(mapping) for mapping in read.field_mappings],
                    none=_("Nothing: it only sends."),
                )
            with stack("wide"):
                _told(_("Where data goes"), "globe", list(hosts(read)))
                _told(
                    _("What it needs"),
                    "key-round",
                    [_need(slot) for slot in one.slots],
                    none=_("No key."),
                )

    async def ask(self) -> None:
        one = self.template
        me = await self.visit.me()
        kept = (await self.services.credentials.listed(me, limit=200)).items
        there = {row.service_name for row in kept}
        fields: dict[str, Field] = {}
        with sheet(_("Install {name}").format(name=one.name), testid="install-sheet") as asked:
            name = field(_("Name of your connector"), one.name, name="name")
            for slot in one.slots:
                if slot["service_name"] in there:
                    with row():
                        icon("circle-check", "tone-ok")
                        text(
                            _("Uses the key for {value} that is here already.").format(
                                value=slot["title"]
                            ),
                            "small",
                        )
                    continue
                fields |= _slot(slot)
            trouble = text("", "error")
            text(_("Keys are stored sealed and go only to the hosts named on this page."), "hint")

        async def install() -> None:
            for part in fields.values():
                part.failed("")
            given: dict[str, dict[str, str]] = {}
            for path, part in fields.items():
                service, _slash, member = path.partition("/")
                given.setdefault(service, {})[member] = part.value
            try:
                made = await self.services.templates.install(
                    await self.visit.me(), one.id, name=name.value, credentials=given
                )
            except BadInput as bad:
                _show(bad, fields, trouble)
                return
            except ServiceProblem as problem:
                trouble.say(translated(f"{problem.message} {problem.hint}"))
                return
            ui.navigate.to(f"/connectors/{made.id}")

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            button(_("Install"), kind="primary", on_press=install, testid="install-now")
        asked.show()


def _slot(slot: Mapping[str, Any]) -> dict[str, Field]:
    text(_("Your key for {value}").format(value=slot["title"]), tag="h3")
    made = {}
    for one in slot["fields"]:
        made[f"{slot['service_name']}/{one['name']}"] = field(
            one["title"],
            kind="text" if one.get("secret") is False else "secret",
            hint=one.get("help") or "",
            placeholder=one.get("example") or "",
            name=one["name"],
            testid=f"slot-{one['name']}",
        )
        if str(one.get("docs_url") or "").startswith("https://"):
            link = text(_("Where do I find this?"), "small", tag="a")
            link.props.update({"href": one["docs_url"], "target": "_blank", "rel": "noreferrer"})
    return made


def _show(bad: BadInput, fields: Mapping[str, Field], trouble: Any) -> None:
    """Each complaint at its field; what has none stands below."""
    for problem in bad.problems:
        parts = problem.path.split(".")
        part = fields.get("/".join(parts[1:3])) if len(parts) > 2 else None
        if part:
            part.failed(problem.message)
        else:
            trouble.say(translated(problem.message))


def _need(slot: Mapping[str, Any]) -> str:
    wanted = ", ".join(str(one["title"]) for one in slot["fields"])
    return f"{slot['title']}: {wanted or 'a login'}"


def _told(title: str, symbol: str, sentences: list[str], *, none: str = "") -> None:
    with box("card"):
        text(title, tag="h2")
        if not sentences:
            text(none, "quiet")
        with box("told", tag="ul" if symbol else "ol"):
            for sentence in sentences:
                with box(tag="li"):
                    if symbol:
                        icon(symbol)
                    text(translated(sentence), tag="span")


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="templates", title=_("Template"), crumbs=_crumbs()):
        empty_state(
            _("There is no such template"),
            _("It may have been taken back, or belong to another workspace."),
            icon_name="search",
            action=_("See all templates"),
            href="/templates",
        )


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Templates"), "/templates")]
