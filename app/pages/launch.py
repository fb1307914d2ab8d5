"""Starting a run: on whom, what it will do, then go. Nothing is called or written before that."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from app.pages.asking import Asked, ask_for, given
from app.pages.launch_many import LaunchMany
from app.pages.people import name_of
from app.pages.promise import promise_line, promise_of, promise_words, why_not_run
from app.pages.visit import Visit
from app.services.all import Services
from app.services.connectors import Narrowed
from app.services.problems import BadInput, ServiceProblem
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
from components.sentences import translated
from components.texts import _
from db.connectors import Connector
from db.contacts import Contact


@dataclass(frozen=True, slots=True)
class _Offer:
    """One contact or connector to choose."""

    key: str
    name: str
    about: str
    contact: Contact | None = None
    connector: Connector | None = None


class Launch:
    """One sheet for both ways in: from a connector, or from a contact."""

    def __init__(
        self,
        visit: Visit,
        services: Services,
        *,
        connector: Connector | None = None,
        contact: Contact | None = None,
    ) -> None:
        self.visit, self.services = visit, services
        self.connector, self.contact = connector, contact
        self.given = "contact" if connector is None else "connector"
        self.inputs: Asked = {}

    async def ask(self) -> None:
        with sheet(self._title(), testid="launch") as asked:
            self.asked = asked
            self.place = stack()
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
        with asked.footer:
            if self.given == "connector":
                button(
                    _("On many contacts"),
                    icon="users",
                    kind="ghost",
                    on_press=self.on_many,
                    testid="on-many",
                )
            button(_("Cancel"), on_press=asked.close)
            self.go = button(
                _("Start the run"), icon="play", kind="primary", on_press=self.start, testid="start"
            )
        await self._draw()
        asked.show()

    async def start(self) -> None:
        assert self.connector is not None
        assert self.contact is not None
        self.trouble.say("")
        self.go.working(True)
        try:
            run = await self.services.executions.enqueue(
                await self.visit.me(),
                self.connector.id,
                self.contact.id,
                given(self.inputs),
                trigger="manual",
            )
        except BadInput as bad:
            for problem in bad.problems:
                self._show(problem.path, problem.message)
        except ServiceProblem as problem:
            self.trouble.say(translated(problem.sentence))
        else:
            ui.navigate.to(f"/runs/{run.id}")
            return
        self.go.working(False)

    async def on_many(self) -> None:
        self.asked.close()
        await LaunchMany(self.visit, self.services, connector=self.connector).ask()

    def _title(self) -> str:
        if self.connector is not None:
            return _("Run “{name}”").format(name=self.connector.name)
        assert self.contact is not None
        return _("Run a connector on {contact}").format(contact=name_of(self.contact))

    async def _draw(self) -> None:
        self.place.clear()
        self.inputs = {}
        with self.place:
            if self.contact is None:
                self.go.because(_("Choose a contact first."))
                await self._choose(
                    _("On which contact?"), _("Name, e-mail, company"), self._contacts
                )
            elif self.connector is None:
                self.go.because(_("Choose a connector first."))
                await self._choose(
                    _("Which connector?"), _("Name or description"), self._connectors
                )
            else:
                self.go.because(
                    self.visit.why_not("executions.start") or why_not_run(self.connector)
                )
                self._summary(self.connector, self.contact)

    async def _choose(
        self, label: str, example: str, find: Callable[[str], Awaitable[list[_Offer]]]
    ) -> None:
        field(
            label,
            kind="search",
            icon="search",
            placeholder=example,
            autofocus=True,
            on_change=lambda words: self._look(find, words.strip()),
            testid="search",
        )
        self.choices = box("choices", role="group", aria_label=_("What fits"))
        self.offered: list[str] | None = None
        await self._look(find, "")

    async def _look(self, find: Callable[[str], Awaitable[list[_Offer]]], words: str) -> None:
        """Redrawn only for other choices: nothing slips away under a finger or the focus."""
        self.looked_for = words
        offers = await find(words)
        keys = [one.key for one in offers]
        if self.looked_for != words or keys == self.offered or self.choices.is_deleted:
            return
        self.offered = keys
        self.choices.clear()
        with self.choices:
            for one in offers:
                self._offer(one)
            if not offers:
                self._nothing()

    async def _contacts(self, words: str) -> list[_Offer]:
        me = await self.visit.me()
        found = (await self.services.contacts.listed(me, q=words or None, limit=30)).items
        return [_Offer(str(one.id), name_of(one), _about(one), contact=one) for one in found]

    async def _connectors(self, words: str) -> list[_Offer]:
        me = await self.visit.me()
        asked = Narrowed(q=words or None, enabled=True)
        found = (await self.services.connectors.list(me, asked, limit=30)).items
        return [_Offer(str(one.id), one.name, one.description, connector=one) for one in found]

    def _offer(self, offer: _Offer) -> None:
        async def take() -> None:
            self.contact = offer.contact or self.contact
            self.connector = offer.connector or self.connector
            await self._draw()

        one = box("menu-item", tag="button", type="button", data_testid=f"choose-{offer.key}")
        with one, box("stack tight", tag="span"):
            text(offer.name, "strong cut", tag="span")
            text(offer.about, "quiet small cut", tag="span")
        one.on("click", take, args=[])

    def _nothing(self) -> None:
        of_contacts = self.contact is None
        empty_state(
            _("No contact fits") if of_contacts else _("No connector fits"),
            _("Try fewer letters."),
            icon_name="search",
            action=_("Go to Contacts") if of_contacts else _("Go to the connectors"),
            href="/contacts" if of_contacts else "/connectors",
        )

    def _summary(self, connector: Connector, contact: Contact) -> None:
        promise = promise_of(connector)
        self._chosen(
            "workflow",
            connector.name,
            _("Version {version}").format(version=connector.version),
            "connector",
        )
        self._chosen("user", name_of(contact), _about(contact), "contact")
        self.inputs = ask_for(connector.input_schema)
        with box(
            "promise", role="group", aria_label=_("What this run does"), data_testid="promise"
        ):
            for symbol, words, more in promise_words(promise):
                promise_line(symbol, words, more)
            if promise.practice:
                badge(_("Practice: its answers are invented, it costs nothing"), "info", "info")

    def _chosen(self, symbol: str, name: str, about: str, part: str) -> None:
        with row():
            icon(symbol, "quiet")
            with stack("tight grow"):
                text(name, "strong cut")
                if about:
                    text(about, "quiet small cut")
            if part != self.given:
                button(_("Change"), kind="small ghost", on_press=lambda: self._forget(part))

    async def _forget(self, part: str) -> None:
        setattr(self, part, None)
        await self._draw()

    def _show(self, path: str, message: str) -> None:
        one = self.inputs.get(path.rpartition(".")[2])
        if isinstance(one, Field):
            one.failed(message)
        else:
            self.trouble.say(translated(message))


def _about(contact: Contact) -> str:
    """A second line that says something the name does not."""
    parts = (contact.job_title, contact.company, contact.email)
    return " · ".join(part for part in parts if part and part != name_of(contact))
