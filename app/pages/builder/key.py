"""Which key a call is made with, and the way to a new one without leaving the builder."""

import re
from typing import Any
from urllib.parse import urlsplit

from app.pages.builder.bench import Bench
from app.services.credentials import Given
from app.services.problems import ServiceProblem
from components.controls import box, button, choice, field, row, sheet, text
from components.frame import notice
from components.kinds import HOLE
from components.texts import _, each, later

WAYS = {
    "bearer": later("In the header Authorization: Bearer …"),
    "header": later("In a header with another name"),
    "query": later("In the address, as a search term"),
    "basic": later("User name and password"),
}


class Key:
    def __init__(self, bench: Bench, step: dict[str, Any]) -> None:
        self.bench, self.step_id = bench, str(step["id"])
        with box("stack tight"):
            self.choice = choice(
                _("Key"),
                self._choices(),
                step.get("credential") or "",
                on_change=lambda said: bench.set(("credential",), said or None),
                hint=_("Keys are kept sealed and only go to the hosts they are for."),
                testid="key",
            )
            with row():
                button(
                    _("Give a new key"),
                    icon="key-round",
                    kind="small",
                    on_press=self.ask,
                    why=bench.visit.why_not("credentials.change"),
                    testid="new-key",
                )

    def _choices(self) -> dict[str, str]:
        chosen = (self.bench.draft.find(self.step_id) or {}).get("credential")
        missing = {chosen: f"{chosen} (missing)"} if chosen else {}
        return {"": _("No key needed"), **missing, **self.bench.credentials}

    def ask(self) -> None:
        step = self.bench.draft.find(self.step_id) or {}
        host = host_of(str((step.get("request") or {}).get("url") or ""))
        with sheet(_("Give a new key"), testid="new-key-sheet") as asked:
            text(
                _("It is sealed at once, and nobody can read it again, you included."), "soft small"
            )
            name = field(_("Name of the service"), _name_of(host), testid="key-service")
            hosts = field(
                _("For which host"),
                host,
                hint=_("The key is never sent anywhere else."),
                placeholder="api.example.com",
                testid="key-host",
            )
            way = choice(
                _("How it is sent"), each(WAYS), "bearer", on_change=lambda said: shape(said)
            )
            place = field(_("Name of the header or term"), "X-Api-Key")
            user = field(_("User name"), "", autocomplete="off")
            secret = field(
                _("Key"), "", kind="secret", autocomplete="new-password", testid="key-secret"
            )

            def shape(kind: str) -> None:
                place.set_visibility(kind in ("header", "query"))
                user.set_visibility(kind == "basic")

            shape("bearer")
            failed = box()
        with asked.footer:
            button(_("Cancel"), on_press=asked.close)

            async def keep() -> None:
                given = _given(
                    name.value, hosts.value, way.value, place.value, user.value, secret.value
                )
                try:
                    made = await self.bench.services.credentials.add(
                        await self.bench.visit.me(), given
                    )
                except ServiceProblem as problem:
                    failed.clear()
                    with failed:
                        text(problem.message, "error")
                    return
                asked.close()
                self.bench.credentials[made.service_name] = made.label or made.service_name
                self.choice.offer(self._choices())
                self.choice.value = made.service_name
                notice(
                    _("The key for {service_name} is sealed.").format(
                        service_name=made.service_name
                    ),
                    tone="ok",
                )

            button(_("Seal and use it"), kind="primary", on_press=keep, testid="key-keep")
        asked.show()


def host_of(url: str) -> str:
    try:
        return urlsplit(HOLE.sub("x", url)).netloc
    except ValueError:
        return ""


def _name_of(host: str) -> str:
    words = [part for part in re.split(r"[.:]", host) if part not in ("api", "www", "")]
    return words[0] if words and not words[0].isdigit() else ""


def _given(service: str, hosts: str, way: str, place: str, user: str, secret: str) -> Given:
    auth: dict[str, Any] = {"type": way}
    secrets = {"api_key": secret}
    settings: dict[str, Any] = {}
    if way in ("header", "query"):
        auth |= {"name": place}
    if way == "basic":
        auth |= {"username": "username", "password": "password"}
        secrets, settings = {"password": secret}, {"username": user}
    return Given(
        service_name=service.strip(),
        auth=auth,
        secrets=secrets,
        settings=settings,
        allowed_hosts=[host.strip() for host in hosts.split(",") if host.strip()],
    )
