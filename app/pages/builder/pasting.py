"""A cURL command becomes a step, and its key a credential; the key never reaches the draft."""

from collections.abc import Callable
from typing import Any

from app.pages.builder.bench import Bench
from app.pages.builder.bringing import Bringing, Ready, Where
from app.services.credentials import Given
from app.services.problems import ServiceProblem
from components import kinds
from components.controls import Tick, box, button, field, icon, sheet, text, tick
from components.copies import unpacked
from components.fields import amid, field_label
from components.frame import notice
from components.kinds import HOLE
from components.sentences import translated
from components.texts import _
from engine.errors import StepFailed
from engine.model.curl import FromCurl, read_curl, slot_for
from engine.model.stand_ins import StandIn, stand_ins, with_stand_ins


class Pasting:
    def __init__(self, bench: Bench, where: Where, opened: Callable[[str], None]) -> None:
        self.bench, self.where, self.opened = bench, where, opened
        self.read: FromCurl | None = None
        self.keep: Tick | None = None
        self.stand_ins: list[tuple[StandIn, Tick]] = []

    def ask(self, said: str = "") -> None:
        with sheet(_("Paste a cURL command"), testid="paste-sheet") as asked:
            field(
                _("cURL command, or a copied step"),
                said,
                kind="lines",
                rows=6,
                mono=True,
                autofocus=True,
                placeholder=_("curl https://api.example.com/people?email=… -H 'X-Api-Key: …'"),
                hint=_("It is only read, never run."),
                on_change=self.show,
                testid="paste",
            )
            self.place = box("stack")
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            self.go = button(
                _("Make the step"),
                kind="primary",
                on_press=lambda: self.make(asked.close),
                testid="paste-make",
            )
        self.show(said)
        asked.show()

    def show(self, said: str) -> None:
        """What the step will be, before it is one."""
        self.read, self.keep, self.stand_ins = None, None, []
        self.place.clear()
        self.trouble.say("")
        if not said.strip():
            self.go.because(_("Paste a command first."))
            return
        copied = unpacked(said)
        try:
            self.read = FromCurl(copied) if copied else read_curl(said)
        except StepFailed as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint or ''}".strip()))
            self.go.because(_("This cannot be read yet."))
            return
        self.go.because("")
        with self.place:
            self._found(self.read)

    def _found(self, read: FromCurl) -> None:
        request = read.step.get("request") or {}
        with box("pasted", data_testid="pasted"):
            text(kinds.title(read.step), "strong")
            if request:
                text(f"{request.get('method', 'GET')} {request.get('url', '')}", "mono")
            else:
                text(kinds.sentence(read.step), "soft small")
            sent = [*(request.get("query") or {}), *(request.get("headers") or {})]
            if sent:
                text(_("With {sent}").format(sent=", ".join(sent)), "quiet small")
        for note in read.notes:
            with box("row"):
                icon("info", "quiet")
                text(note, "soft small")
        for one in stand_ins(request):
            self.stand_ins.append((one, self._stand_in(one)))
        if read.credential is not None:
            self._key(read.credential)

    def _stand_in(self, one: StandIn) -> Tick:
        """Somebody's own value, where each contact's own is meant."""
        path = HOLE.findall(one.expression)[0]
        return tick(
            _("Send the contact’s {field} instead of “{value}”").format(
                field=amid(field_label(path.removeprefix("contact."))), value=one.literal[:60]
            ),
            True,
            testid=f"paste-stand-in-{len(self.stand_ins)}",
        )

    def _key(self, credential: dict[str, Any]) -> None:
        service, host = credential["service_name"], credential["allowed_hosts"][0]
        why_not = self.bench.visit.why_not("credentials.change")
        if service in self.bench.credentials:
            text(
                _("It uses the key for {service} that is kept here already.").format(
                    service=service
                ),
                "soft small",
            )
        elif not credential["credentials"]:
            text(
                _("It asks for your key for {service} next.").format(service=service), "soft small"
            )
        elif why_not:
            text(_("Its key is left out. {why_not}").format(why_not=why_not), "soft small")
        else:
            self.keep = tick(
                _("Keep its key, sealed, for {service}").format(service=service),
                True,
                hint=_("It only ever goes to {host}. Otherwise it is left out.").format(host=host),
                testid="paste-keep",
            )

    async def make(self, close: Callable[[], None]) -> None:
        if self.read is None:
            return
        step = {name: value for name, value in self.read.step.items() if value is not None}
        if self.read.credential is not None and not await self._keep_key(self.read.credential):
            return
        slot = self._slot(self.read.credential)
        if step.get("credential") not in self.bench.credentials and slot is None:
            step.pop("credential", None)
        if "request" in step:
            chosen = [one for one, wanted in self.stand_ins if wanted.value]
            step["request"] = with_stand_ins(step["request"], chosen)
        close()
        Bringing(self.bench, self.opened).bring(self.where, Ready([self._tidy(step)], slot))
        self.read = None

    def _slot(self, credential: dict[str, Any] | None) -> dict[str, Any] | None:
        """What to ask for, where the command only has a place for somebody's key."""
        if credential is None or credential["credentials"]:
            return None
        known = self.bench.services.catalogue.at(credential["allowed_hosts"][0])
        if known is not None and known.slot is not None:
            return {**known.slot, "service_name": credential["service_name"]}
        return slot_for(credential)

    async def _keep_key(self, said: dict[str, Any]) -> bool:
        """False where keeping it failed, so that nothing is made of half of it."""
        if self.keep is None or not self.keep.value:
            return True
        given = Given(
            service_name=said["service_name"],
            auth=said["auth"],
            secrets=said["credentials"],
            settings=said["settings"],
            allowed_hosts=said["allowed_hosts"],
        )
        try:
            made = await self.bench.services.credentials.add(await self.bench.visit.me(), given)
        except ServiceProblem as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint}".strip()))
            return False
        self.bench.note_key(made)
        notice(
            _("The key for {service_name} is sealed.").format(service_name=made.service_name),
            tone="ok",
        )
        return True

    def _tidy(self, step: dict[str, Any]) -> dict[str, Any]:
        """As the builder begins a call: with an id, and without settings that say nothing."""
        if "request" in step:
            step["request"] = {name: value for name, value in step["request"].items() if value}
            step.setdefault("extract", {})
        return {"id": self.bench.draft.new_id(step["kind"]), **step}
