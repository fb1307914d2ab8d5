"""A key given in place: what the service asks for where it is known, else how it is sent."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from app.pages.builder.bench import Bench
from app.services.credentials import Given
from app.services.problems import BadInput, ServiceProblem, Wrong
from app.services.slots import filled
from components.controls import (
    Choice,
    Field,
    Sheet,
    Text,
    box,
    button,
    choice,
    field,
    sheet,
    text,
)
from components.frame import notice
from components.marks import Mark, mark
from components.sentences import translated
from components.texts import _, each, later
from db.credentials import Credential
from engine.model.patterns import searches

WAYS = {
    "bearer": later("In the header Authorization: Bearer …"),
    "header": later("In a header with another name"),
    "query": later("In the address, as a search term"),
    "body_field": later("In what is sent along, as a field"),
    "basic": later("User name and password"),
}
Slot = Mapping[str, Any]
Keep = Callable[[], Awaitable[None]]


class NewKey:
    """`on_kept(service_name)` once it is sealed; the slot is the service's, if anybody knows it."""

    def __init__(self, bench: Bench, on_kept: Callable[[str], None]) -> None:
        self.bench, self.on_kept = bench, on_kept
        self.busy = False
        self.kept: Credential | None = None  # sealed, but not taken by the service yet

    def ask(self, slot: Slot | None = None, *, host: str = "", service: str = "") -> None:
        title = str(slot["title"]) if slot else ""
        heading = _("Your key for {service}").format(service=title) if slot else _("Give a new key")
        with sheet(heading, testid="new-key-sheet") as asked:
            place = box("stack")
        self.trouble: Text
        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            self.go = button(
                _("Seal and test it") if slot and slot.get("test") else _("Seal and use it"),
                kind="primary",
                on_press=lambda: self._keep(asked),
                testid="key-keep",
            )
        with place:
            keep = partial(self._keep, asked)
            self._form = _Known(slot, keep) if slot else _Any(host, service, keep)
            self.trouble = text("", "error")
            self.trouble.props["role"] = "alert"
            text(
                _("It is sealed at once, and nobody can read it again, you included."),
                "hint",
            )
        asked.show()

    async def _keep(self, asked: Sheet) -> None:
        """Sealed, tried out where there is a way to, and chosen."""
        if self.busy:
            return
        self.trouble.say("")
        self.busy = True
        self.go.working(True)
        try:
            await self._seal(asked)
        except BadInput as bad:
            if not self._form.failed(bad):
                self.trouble.say(translated(f"{bad.message} {bad.hint}".strip()))
        except ServiceProblem as problem:
            self.trouble.say(translated(f"{problem.message} {problem.hint}".strip()))
        finally:
            self.busy = False
            self.go.working(False)

    async def _seal(self, asked: Sheet) -> None:
        services, me = self.bench.services, await self.bench.visit.me()
        given = self._form.given()
        if self.kept is None:
            self.kept = await services.credentials.add(me, given)
        else:
            values = {"credentials": given.secrets, "settings": given.settings}
            self.kept = await services.credentials.change(me, self.kept.id, values)
        self.bench.note_key(self.kept)
        if given.test:
            proof = await services.credential_tests.run(me, self.kept.id)
            if not proof.works:
                self.trouble.say(translated(f"{proof.message} {proof.hint}".strip()))
                self.go.say(_("Try again"), kind="primary")
                return
        asked.close()
        self.on_kept(self.kept.service_name)
        self._tell(given, self.kept)

    def _tell(self, given: Given, kept: Credential) -> None:
        name = kept.label or kept.service_name
        if given.auth.get("type") == "oauth2_authorization_code":
            notice(
                _("The login for {service} is sealed.").format(service=name),
                hint=_("Connect it once on the page of credentials; it is renewed by itself then."),
                tone="warn",
            )
        elif given.test:
            notice(_("The key for {service} works.").format(service=name), tone="ok")
        else:
            notice(_("The key for {service} is sealed.").format(service=name), tone="ok")


class _Known:
    """What the service itself asks for, in its own words."""

    def __init__(self, slot: Slot, keep: Keep) -> None:
        self.slot, self.keep = slot, keep
        self.fields: dict[str, Field] = {}
        with box("row"):
            tile(mark(str(slot["service_name"]), str(slot["title"])))
            text(
                _("It only ever goes to {hosts}.").format(
                    hosts=", ".join(slot.get("allowed_hosts") or ())
                ),
                "soft small",
            )
        for number, one in enumerate(slot.get("fields") or ()):
            self._field(one, first=number == 0)

    def _field(self, one: Mapping[str, Any], *, first: bool) -> None:
        plain = one.get("secret") is False
        made = field(
            str(one["title"]),
            str(one.get("usual") or ""),
            kind="text" if plain else "secret",
            hint=str(one.get("help") or ""),
            placeholder=str(one.get("example") or ""),
            autocomplete="off" if plain else "new-password",
            autofocus=first,
            on_enter=self.keep,
            testid=f"key-{one['name']}",
        )
        self.fields[str(one["name"])] = made
        if str(one.get("docs_url") or "").startswith("https://"):
            link = text(_("Where do I find this?"), "small", tag="a")
            link.props.update({"href": one["docs_url"], "target": "_blank", "rel": "noreferrer"})

    def given(self) -> Given:
        for one in self.fields.values():
            one.failed("")
        typed = {name: str(one.value or "").strip() for name, one in self.fields.items()}
        self._check_looks(typed)
        slot = {**self.slot, "test": self.slot.get("test")}
        return filled([slot], {str(slot["service_name"]): typed}, set())[0]

    def _check_looks(self, typed: Mapping[str, str]) -> None:
        for one in self.slot.get("fields") or ():
            value, pattern = typed[one["name"]], one.get("pattern")
            if value and pattern and not searches(pattern, value):
                message = _("This does not look like the {title} of {service}.")
                raise_at = f"credentials.{self.slot['service_name']}.{one['name']}"
                said = message.format(title=one["title"], service=self.slot["title"])
                raise BadInput([Wrong(raise_at, said)])

    def failed(self, bad: BadInput) -> bool:
        """Whether a field of its own says so."""
        shown = False
        for problem in bad.problems:
            one = self.fields.get(problem.path.rpartition(".")[2])
            if one is not None:
                one.failed(problem.message)
                shown = True
        return shown


class _Any:
    """For a service that nobody told us about."""

    def __init__(self, host: str, service: str, keep: Keep) -> None:
        self.name = field(
            _("Name of the service"),
            service or _name_of(host),
            testid="key-service",
            autofocus=True,
        )
        self.hosts = field(
            _("For which host"),
            host,
            hint=_("The key is never sent anywhere else."),
            placeholder="api.example.com",
            testid="key-host",
        )
        self.way: Choice = choice(
            _("How it is sent"),
            each(WAYS),
            "bearer",
            on_change=lambda said: self.shape(said),
            testid="key-way",
        )
        self.place = field(_("Name of the header or term"), "X-Api-Key", testid="key-place")
        self.user = field(_("User name"), "", autocomplete="off", testid="key-user")
        self.secret = field(
            _("Key"),
            "",
            kind="secret",
            autocomplete="new-password",
            on_enter=keep,
            testid="key-secret",
        )
        self.shape("bearer")

    def shape(self, way: str) -> None:
        self.place.set_visibility(way in ("header", "query", "body_field"))
        self.user.set_visibility(way == "basic")
        if way == "query" and self.place.value == "X-Api-Key":
            self.place.value = "api_key"

    def given(self) -> Given:
        for one in (self.name, self.hosts, self.secret):
            one.failed("")
        way, secret = str(self.way.value), str(self.secret.value or "")
        auth: dict[str, Any] = {"type": way}
        secrets, settings = {"api_key": secret}, {}
        if way in ("header", "query", "body_field"):
            auth |= {"name": self.place.value}
        if way == "basic":
            auth |= {"username": "username", "password": "password"}
            secrets, settings = {"password": secret}, {"username": self.user.value}
        return Given(
            service_name=str(self.name.value).strip(),
            auth=auth,
            secrets=secrets,
            settings=settings,
            allowed_hosts=[one.strip() for one in str(self.hosts.value).split(",") if one.strip()],
        )

    def failed(self, bad: BadInput) -> bool:
        shown = False
        fields = {
            "service_name": self.name,
            "allowed_hosts": self.hosts,
            "credentials": self.secret,
        }
        for problem in bad.problems:
            one = fields.get(re.split(r"[.\[]", problem.path)[0])
            if one is not None:
                one.failed(problem.message)
                shown = True
        return shown


def tile(one: Mark, size: str = "") -> None:
    made = text(one.letters, f"mark {size}", tag="span")
    made.style(f"background: {one.color}; color: {one.ink}")
    made.props["aria-hidden"] = "true"


def _name_of(host: str) -> str:
    words = [part for part in re.split(r"[.:]", host) if part not in ("api", "www", "")]
    return words[0] if words and not words[0].isdigit() else ""
