"""/connectors/{id}: build a connector, step by step, on real answers."""

from uuid import UUID

from fastapi import Request

from app.pages.builder.answer import Answer
from app.pages.builder.bench import Bench
from app.pages.builder.contact_fields import ContactFields
from app.pages.builder.floating import Floating
from app.pages.builder.flow import Flow
from app.pages.builder.meanwhile import Meanwhile
from app.pages.builder.picking import Picking
from app.pages.builder.publishing import Publishing
from app.pages.builder.sample_contact import COOKIE, SampleContact
from app.pages.builder.settings import Settings
from app.pages.builder.starting import Starting
from app.pages.builder.top import Top
from app.pages.builder.trying import Trying
from app.pages.builder.versions import Versions
from app.pages.market.updating import Updating
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import NotFound
from components.controls import box, button, empty_state
from components.frame import Command, frame
from components.panes import Panes
from components.texts import _


def add(services: Services) -> None:
    @open_at("/connectors/{connector_id}")
    async def builder(request: Request, connector_id: str, update: str = "") -> None:
        visit = await begin(request, services)
        try:
            opened = await services.drafts.open(await visit.me(), UUID(connector_id))
        except (NotFound, ValueError):
            _not_there(visit)
            return
        bench = Bench(visit, opened)
        bench.samples.entries = bench.newest()
        sample = SampleContact(bench)
        await sample.begin(request.cookies.get(COOKIE))
        await bench.load_keys()
        behind = (await services.updates.outdated(await visit.me())).get(bench.connector_id)
        updating = Updating(visit, services, bench.connector_id) if behind else None
        _draw(bench, sample, updating)
        if updating is not None and update and bench.page is not None:
            with bench.page:
                await updating.ask()


def _not_there(visit: Visit) -> None:
    with frame(visit.viewer, here="connectors", title=_("No such connector")):
        empty_state(
            _("There is no such connector"),
            _("It may have been deleted, or belong to another workspace."),
            icon_name="workflow",
            action=_("See all connectors"),
            href="/connectors",
        )


def _draw(bench: Bench, sample: SampleContact, updating: Updating | None) -> None:
    trying, picking, starting = Trying(bench), Picking(bench), Starting(bench)
    versions = Versions(bench)
    name = str(bench.draft.document.get("name") or _("Untitled connector"))
    with frame(
        bench.visit.viewer,
        here="connectors",
        title=name,
        crumbs=[(_("Connectors"), "/connectors")],
        commands=_commands(bench, trying, starting, sample, versions),
        filled=True,
    ) as page:
        bench.audience.page = page.content
        trying.draw_aloud()
        flow, settings = _panes(bench, trying, picking)
        if updating is not None:
            with page.lead:
                button(
                    _("Update available"),
                    icon="refresh-cw",
                    kind="small",
                    on_press=updating.ask,
                    testid="update",
                )
        publishing = Publishing(bench, settings.focus)
        Top(bench, page, flow, trying, publishing, sample, starting, versions)


def _commands(
    bench: Bench, trying: Trying, starting: Starting, sample: SampleContact, versions: Versions
) -> list[Command]:
    here = _("Builder")
    return [
        Command(_("Test all steps"), trying.everything, icon="play", group=here),
        Command(_("Test this step"), trying.step, icon="play", group=here, caps=_("Ctrl ↵")),
        Command(_("Run it on a contact"), starting.run, icon="zap", group=here),
        Command(_("Choose another sample contact"), sample.ask, icon="user", group=here),
        Command(_("Versions"), versions.show, icon="history", group=here),
        Command(_("Settings of the connector"), lambda: bench.select(""), icon="settings"),
    ]


def _panes(bench: Bench, trying: Trying, picking: Picking) -> tuple[Flow, Settings]:
    """Steps in the middle, settings at their right, the answer and the contact's fields below."""
    below = Panes(
        "builder-below",
        label=_("Height of the answer"),
        size=320,
        across=False,
        least=140,
        keep=220,
    )
    with below:
        beside = Panes(
            "builder-beside", label=_("Width of the settings"), size=400, least=320, keep=360
        )
        with beside, box("stage"):
            flow = Flow(bench)
            Floating(bench, picking)
            Meanwhile(bench)
        with beside.second:
            settings = Settings(bench, trying.step)
    with below.second:
        split = Panes(
            "builder-fields", label=_("Width of the contact fields"), size=420, least=300, keep=320
        )
        with split:
            Answer(bench, picking, trying.step, settings.focus)
        with split.second:
            ContactFields(bench)
    return flow, settings
