"""What is wrong with a draft, thing by thing: the way there, and a button that mends it."""

from collections.abc import Callable
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.key import ask_for_key
from app.pages.builder.where import sentence
from app.services.problems import ServiceProblem
from components import kinds
from components.controls import box, button, confirm, icon, text
from components.frame import notice
from components.sentences import translated
from components.texts import _, ngettext
from engine.errors import Mending, Problem
from engine.model.mending import AllowHost, Earlier, GiveKey, Reword, TakeOut, ToTheEnd


def reason(bench: Bench, problem: Problem, go: Callable[[], None], tone: str, done: Any) -> None:
    """One row. `go` leads there; `done` hears that it was mended, or is about to be."""
    step = bench.draft.find(problem.step_id or "")
    with box("row"):
        with box("menu-item grow", tag="button", type="button").on("click", go, args=[]):
            icon("circle-alert", f"tone-{tone}")
            with box("stack tight", tag="span"):
                text(sentence(problem), "strong", tag="span")
                where = kinds.title(step) if step else _("Contact fields")
                text(
                    f"{where}. {translated(problem.hint or '')}".strip(), "quiet small", tag="span"
                )
        mend_button(bench, problem, done)


def mend_button(bench: Bench, problem: Problem, done: Callable[[], None]) -> None:
    """Nothing, where nobody knows better than the person who reads it."""
    if problem.mending is None:
        return
    for_keys = isinstance(problem.mending, GiveKey | AllowHost)
    why = bench.visit.why_not("credentials.change") if for_keys else bench.why_not

    async def mend() -> None:
        await _mend(bench, problem, done)

    button(_label(problem.mending), kind="small", why=why, on_press=mend, testid="mend")


def _label(mending: Mending) -> str:
    match mending:
        case Reword():
            return _("Use “{name}”").format(name=mending.use)
        case TakeOut():
            count = len(mending.steps)
            return ngettext("Remove it", "Remove {n} steps", count).format(n=count)
        case ToTheEnd():
            return _("Move it to the end")
        case Earlier():
            return _("Move it up")
        case AllowHost():
            return _("Allow {host}").format(host=mending.host)
    return _("Give the key")


async def _mend(bench: Bench, problem: Problem, done: Callable[[], None]) -> None:
    match problem.mending:
        case GiveKey(service):
            done()
            ask_for_key(bench, bench.draft.find(problem.step_id or "") or {}, _take(bench, service))
        case AllowHost(service, host):
            if await _allow(bench, service, host):
                done()
        case Mending() as change:
            bench.draft.mend(change)
            bench.changed("structure")
            done()


def _take(bench: Bench, wanted: str) -> Callable[[str], None]:
    """Every step that asked for the missing key takes the one that was given."""

    def kept(service: str) -> None:
        for place in list(bench.draft.places()):
            if place.step.get("credential") == wanted != service:
                bench.draft.set(str(place.step["id"]), ("credential",), service)
        bench.changed("structure")

    return kept


async def _allow(bench: Bench, service: str, host: str) -> bool:
    """Whether it is allowed now: who thinks again still sees what is wrong."""
    key = bench.keys[service]
    sure = await confirm(
        _("Let this key go to {host}?").format(host=host),
        _(
            "Every step of this workspace may send “{key}” there from then on. Only agree where "
            "{host} belongs to the same service."
        ).format(host=host, key=key.label or service),
        yes=_("Allow {host}").format(host=host),
        danger=False,
    )
    if not sure or key.id is None:
        return False
    try:
        me = await bench.visit.me()
        now = (await bench.services.credentials.get(me, key.id)).allowed_hosts
        hosts = [*now, host]  # as they are, not as they were when the page was opened
        changed = await bench.services.credentials.change(me, key.id, {"allowed_hosts": hosts})
    except ServiceProblem as problem:
        notice(problem.message, tone="bad", hint=problem.hint)
        return False
    bench.note_key(changed)
    bench.tell("value")
    return True
