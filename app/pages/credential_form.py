"""The form for a new key: what the service wants, where the key may go, and the key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.pages.credential_asks import KINDS, RECIPES
from app.pages.credential_kinds import KindForm
from app.services.catalogue import Catalogue
from app.services.credentials import Given
from app.services.problems import BadInput, ServiceProblem
from app.services.slots import filled
from components.controls import Field, box, choice, field, icon, text
from components.sentences import translated
from components.texts import _, each
from db.credentials import Credential

Slot = Mapping[str, Any]


class CredentialForm:
    """What one types for a new credential: of a service we know, or of any other."""

    def __init__(self, catalogue: Catalogue, on_change: Any = None) -> None:
        self.slots: dict[str, Slot] = {
            one.service: one.slot for one in catalogue.calls if one.slot is not None
        }
        titles = {name: str(slot.get("title") or name) for name, slot in self.slots.items()}
        known = sorted(titles.items(), key=lambda one: one[1].lower())
        self.on_change = on_change
        self.known = choice(
            _("For which service"),
            {"": _("Another service"), **dict(known)},
            "",
            on_change=lambda _value: self.draw(),
            testid="known",
        )
        self.place = box("stack")
        self.trouble = text("", "error")
        self.trouble.props["role"] = "alert"
        self.draw()

    @property
    def slot(self) -> Slot | None:
        return self.slots.get(self.known.value)

    def draw(self) -> None:
        self.place.clear()
        self.trouble.say("")
        self.fields: dict[str, Field] = {}
        with self.place:
            if self.slot:
                self._draw_known(self.slot)
            else:
                self._draw_other()
            self._draw_rest()

    def _draw_known(self, slot: Slot) -> None:
        for one in slot.get("fields") or ():
            self.fields[one["name"]] = field(
                one.get("title") or words(one["name"]),
                one.get("usual") or "",
                kind="text" if one.get("secret") is False else "secret",
                hint=one.get("help") or "",
                placeholder=one.get("example") or "" if one.get("secret") is False else "",
                optional=one.get("optional") is True,
                autocomplete="off",
                testid=f"secret-{one['name']}",
            )
            if one.get("docs_url"):
                _link(_("Where do I find this?"), one["docs_url"])
        text(_("Goes only to {hosts}").format(hosts=", ".join(slot["allowed_hosts"])), "hint")

    def _draw_other(self) -> None:
        self.service = field(
            _("Service"),
            placeholder="hunter",
            hint=_("A short name; steps choose the key by it."),
            name="service_name",
            testid="service",
        )
        self.hosts = field(
            _("Goes only to these hosts"),
            placeholder="api.hunter.io",
            name="allowed_hosts",
            testid="hosts",
            hint=_("Separate several with commas. The key never leaves for any other host."),
        )
        self.kind = choice(
            _("How the service wants it"),
            each(KINDS),
            "header",
            on_change=lambda _value: self._draw_kind(),
            testid="kind",
        )
        self.kind_place = box("stack")
        self._draw_kind()

    def _draw_kind(self, recipe: str = "") -> None:
        self.kind_place.clear()
        kind = self.kind.value
        with self.kind_place:
            if kind == "signed":
                recipe = recipe or next(iter(RECIPES))
                choice(
                    _("How calls are signed"),
                    RECIPES,
                    recipe,
                    on_change=self._draw_kind,
                    testid="recipe",
                )
            self.ways = KindForm(kind, recipe)

    def _draw_rest(self) -> None:
        self.label = field(
            _("What people call it"),
            placeholder=_("Hunter, main account"),
            optional=True,
            name="label",
        )
        with box("two"):
            self.test = field(
                _("Test it by calling"),
                str((self.test_request() or {}).get("url") or ""),
                placeholder="https://api.hunter.io/v2/account",
                hint=_("It is called before the key is kept."),
                optional=True,
                kind="url",
                testid="test-address",
            )
            self.expires = field(
                _("Expires on"),
                kind="date",
                optional=True,
                hint=_("You are reminded a week before."),
                testid="expires",
            )

    def test_request(self) -> dict[str, Any] | None:
        return dict(self.slot["test"]) if self.slot and self.slot.get("test") else None

    async def told(self, add: Any) -> bool:
        """Whether it was taken; if not, each field says why."""
        for one in self._all():
            one.failed("")
        self.trouble.say("")
        try:
            await add(self.given())
        except BadInput as bad:
            for problem in bad.problems:
                self._show(problem.path, translated(problem.message))
        except ServiceProblem as problem:
            self.trouble.say(f"{translated(problem.message)} {translated(problem.hint)}")
        else:
            return True
        return False

    def given(self) -> Given:
        rest: dict[str, Any] = {
            "label": self.label.value.strip(),
            "test": tested(self.test.value, self.test_request()),
            "expires_at": moment_of(self.expires.value),
        }
        if self.slot:
            return _of_slot(self.slot, self.fields, rest)
        said = self.ways.typed()
        return Given(
            self.service.value.strip(),
            said["auth"],
            said["credentials"],
            said["settings"],
            hosts_of(self.hosts.value),
            **rest,
        )

    def _all(self) -> list[Field]:
        own = [] if self.slot else [self.service, self.hosts, *self.ways.shown]
        return [*own, *self.fields.values(), self.test]

    def _show(self, path: str, message: str) -> None:
        start, name = path.partition(".")[0], path.rpartition(".")[2]
        if not self.slot and start == "service_name":
            self.service.failed(message)
        elif not self.slot and start == "allowed_hosts":
            self.hosts.failed(message)
        elif not self.slot and self.ways.failed(path, message):
            return
        elif start in ("credentials", "settings") and name in self.fields:
            self.fields[name].failed(message)
        elif start == "credentials" and self.fields:
            list(self.fields.values())[-1].failed(message)
        elif start == "test":
            self.test.failed(message)
        else:
            self.trouble.say(message)


def _of_slot(slot: Slot, fields: Mapping[str, Field], rest: dict[str, Any]) -> Given:
    """Held out to what the service's template says of each field."""
    typed = {name: one.value.strip() for name, one in fields.items()}
    rest["label"] = rest["label"] or str(slot.get("title") or "")
    (given,) = filled([slot], {str(slot["service_name"]): typed}, set())
    return replace(given, **rest)


def tested(address: str, before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The request of a test: as it was where its address is the same."""
    address = (address or "").strip()
    if before and address == before.get("url"):
        return dict(before)
    return {"method": "GET", "url": address} if address else None


def moment_of(day: str) -> datetime | None:
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    except ValueError:
        return None


def hosts_of(typed: str) -> list[str]:
    return [host.strip() for host in typed.split(",") if host.strip()]


def words(name: str) -> str:
    said = name.replace("_", " ").replace("-", " ").capitalize()
    return said.replace("Api ", "API ", 1)


def _link(label: str, address: str) -> None:
    """Out of the console, to the service's own pages."""
    if not address.startswith("https://"):
        return
    with box("row small", tag="a", href=address, target="_blank", rel="noopener noreferrer"):
        text(label, tag="span")
        icon("external-link")


def name_of(one: Credential) -> str:
    return one.label or one.service_name
