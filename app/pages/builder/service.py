"""Which service a call asks, as a tile; and the way to a known one, so that nothing is typed."""

from typing import Any

from app.pages.builder.adding import Adding
from app.pages.builder.bench import Bench
from app.pages.builder.key import host_of
from app.pages.builder.new_key import tile
from components.controls import box, button, icon, text
from components.marks import mark
from components.texts import _

SHOWN = 5


def service(bench: Bench, step: dict[str, Any]) -> None:
    """A call without an address is asked whom it is for; any other says whom it asks."""

    def opened(step_id: str) -> None:
        bench.selected = bench.card = step_id
        bench.changed("structure")

    def choose() -> None:
        Adding(bench, opened).choose_service(str(step["id"]), another=bool(_url(step)))

    if not _url(step):
        _invitation(bench, choose)
        return
    known = bench.services.catalogue.of_step(step)
    host = host_of(_url(step))
    with box("service-of", data_testid="service-of"):
        if known is not None:
            tile(mark(known.service, known.service_title))
            text(known.service_title, "strong cut")
            text(known.host.split(":")[0], "quiet small cut grow")
        else:
            icon("globe", "quiet")
            text(host or _("An address of your own"), "strong cut grow")
        button(
            _("Another call"),
            kind="ghost small",
            on_press=choose,
            why=bench.why_not,
            testid="another-service",
        )


def _invitation(bench: Bench, choose: Any) -> None:
    services = {one.service: one for one in bench.services.catalogue.calls}
    with box("service-invitation"):
        with box("row"):
            for one in list(services.values())[:: len(services) // SHOWN][:SHOWN]:
                tile(mark(one.service, one.service_title))
            text(_("and {n} more").format(n=len(services) - SHOWN), "quiet small")
        text(
            _("Address, login and values are filled in for services that are known here."), "small"
        )
        button(
            _("Choose a service"),
            icon="search",
            kind="primary",
            on_press=choose,
            why=bench.why_not,
            testid="choose-service",
        )
    text(_("Or set up the call yourself"), "or")


def _url(step: dict[str, Any]) -> str:
    return str((step.get("request") or {}).get("url") or "")
