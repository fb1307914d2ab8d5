"""/credentials/{id}: one key: whether it works, where it goes, who uses it, what waits for it."""

from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.oauth_routes import redirect_uri
from app.pages.credential_acts import CredentialActs
from app.pages.credential_asks import KINDS
from app.pages.credential_form import name_of, words
from app.pages.credentials import STATES
from app.pages.open_at import open_at
from app.pages.visit import Visit, begin
from app.services.all import Services
from app.services.problems import NotFound
from components.controls import (
    badge,
    box,
    button,
    empty_state,
    error_card,
    grow,
    moment,
    row,
    stack,
    text,
)
from components.frame import Frame, frame, notice
from components.sentences import translated
from components.texts import _, day, ngettext, number
from db.credentials import Credential

BY_ITSELF = ("oauth2_client_credentials", "jwt_bearer", "token_exchange")


def add(services: Services) -> None:
    @open_at("/credentials/{credential_id}")
    async def credential(request: Request, credential_id: str) -> None:
        visit = await begin(request, services)
        try:
            found = await services.credentials.get(await visit.me(), UUID(credential_id))
        except (NotFound, ValueError):
            _nothing(visit)
            return
        crumbs = [(_("Credentials"), "/credentials")]
        with frame(visit.viewer, here="credentials", title=name_of(found), crumbs=crumbs) as page:
            await _Credential(visit, services, found.id, redirect_uri(request)).draw(page)


def _nothing(visit: Visit) -> None:
    with frame(visit.viewer, here="credentials", title=_("Credential")):
        empty_state(
            _("There is no such credential"),
            _("It may belong to another workspace, or somebody deleted it."),
            icon_name="search",
            action=_("All credentials"),
            href="/credentials",
        )


class _Credential:
    def __init__(self, visit: Visit, services: Services, number_: UUID, back: str) -> None:
        self.visit, self.services, self.id = visit, services, number_
        self.refused = visit.why_not("credentials.change")
        self.acts = CredentialActs(visit, services, back, self.load)

    async def draw(self, page: Frame) -> None:
        with page.side:
            self.side = row()
        self.heading = page.heading
        self.place = box("columns")
        await self.load()

    async def load(self) -> None:
        me = await self.visit.me()
        self.one = await self.services.credentials.get(me, self.id)
        used = await self.services.credentials.where_used(me, self.id)
        held = (await self.services.holds.counts(me)).get(self.id, 0)
        self.heading.say(name_of(self.one))
        self.side.clear()
        with self.side:
            self._offer(bool(used))
        self.place.clear()
        with self.place:
            with stack():
                self._trouble()
                self._holds(held)
                self._facts()
            with box("card"), stack():
                self._where_used(used)

    def _offer(self, used: bool) -> None:
        one = self.one
        for label, icon, testid, do in (
            (_("Test"), "play", "test", lambda: self.acts.test(one)),
            (_("Edit"), "pencil", "edit", lambda: self.acts.edit(one)),
            (_("Delete"), "trash-2", "delete", self._delete),
        ):
            button(label, icon=icon, on_press=do, testid=testid, kind="fold-label").because(
                self.refused
            )
        if one.auth.get("type") == "oauth2_authorization_code":
            label = _("Reconnect") if one.state == "reconnect" else _("Connect")
            main = button(
                label,
                icon="plug",
                kind="primary",
                on_press=lambda: self.acts.connect(one),
                testid="connect",
            )
        else:
            main = button(
                _("Replace the key"),
                icon="key-round",
                kind="primary",
                on_press=lambda: self.acts.replace(one),
                testid="replace",
            )
        main.because(self.refused or ("" if one.fields else _("It holds no secret.")))

    def _trouble(self) -> None:
        one = self.one
        if one.state not in ("failing", "reconnect"):
            return
        reconnect = one.state == "reconnect"
        error_card(
            _("The service wants a new login.")
            if reconnect
            else _("The service refuses this key."),
            translated(one.state_message or ""),
            tone="warn" if reconnect else "bad",
        )

    def _holds(self, held: int) -> None:
        if not held:
            return
        words_ = ngettext(
            "{n} run waits for this credential.", "{n} runs wait for this credential.", held
        ).format(n=number(held))
        with box("card"), row("wrap"):
            with stack("tight grow"):
                text(words_, "strong")
                text(
                    _("They go on where they stopped; no finished step is repeated."), "soft small"
                )
            again = ngettext("Replay {n} run", "Replay {n} runs", held).format(n=number(held))
            replay = button(again, icon="rotate-ccw", on_press=self._replay, testid="replay")
            replay.because(self.visit.why_not("executions.change"))

    async def _replay(self) -> None:
        count = await self.services.holds.resume_all(await self.visit.me(), self.id)
        notice(
            ngettext("{n} run goes on.", "{n} runs go on.", count).format(n=number(count)),
            tone="ok",
        )
        await self.load()

    def _facts(self) -> None:
        one = self.one
        tone, icon, word = STATES[one.state]
        with box("card"), box("facts", tag="dl"):
            with _fact(_("State")), row():
                badge(_(word), tone, icon)
                if one.state_since:
                    moment(one.state_since, before=_("since "))
            with _fact(_("Name in steps")):
                text(one.service_name, "mono", tag="span")
            with _fact(_("How it is sent")):
                kind = str(one.auth.get("type"))
                text(_(KINDS.get(kind, kind)), tag="span")
            for name, last4 in sorted(one.fields.items()):
                with _fact(words(name)):
                    ends = _("set, ends with {last4}").format(last4=last4) if last4 else _("set")
                    text(ends, tag="span")
            for name, value in sorted(one.settings.items()):
                with _fact(words(name)):
                    text(str(value), tag="span")
            with _fact(_("Goes only to")):
                text(", ".join(one.allowed_hosts) or _("nowhere"), tag="span")
            with _fact(_("Tested by")):
                text(str((one.test or {}).get("url") or _("nothing yet")), tag="span")
            with _fact(_("Expires")):
                text(_expiry(one), tag="span")
            with _fact(_("Last used")):
                _when(one)
            with _fact(_("Added")):
                moment(one.created_at)

    def _where_used(self, used: list[tuple[UUID, str]]) -> None:
        with row():
            text(_("Used by"), tag="h2")
            grow()
            mover = button(
                _("Use another one"),
                kind="small ghost",
                on_press=lambda: self.acts.move(self.one),
                testid="move",
            )
            mover.because(self.refused or ("" if used else _("No connector uses it.")))
        if not used:
            text(_("No connector uses it yet."), "soft")
            return
        with box("links", tag="ul"):
            for connector_id, name in used:
                with box(tag="li"):
                    text(name, tag="a").props["href"] = f"/connectors/{connector_id}"

    async def _delete(self) -> None:
        if await self.acts.delete(self.one):
            ui.navigate.to("/credentials")


def _fact(name: str) -> ui.element:
    text(name, tag="dt")
    return box(tag="dd")


def _when(one: Credential) -> None:
    if one.last_used_at:
        moment(one.last_used_at)
    else:
        text(_("never"), tag="span")


def _expiry(one: Credential) -> str:
    if one.expires_at:
        return day(one.expires_at)
    return _("renewed by itself") if one.auth.get("type") in BY_ITSELF else _("not known")
