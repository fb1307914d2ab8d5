"""Which key a call is made with, and the way to a new one without leaving the builder."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from app.pages.builder.bench import Bench
from app.pages.builder.new_key import NewKey
from components.controls import Button, box, button, choice, row
from components.kinds import HOLE
from components.texts import _


class Key:
    def __init__(self, bench: Bench, step: dict[str, Any]) -> None:
        self.bench, self.step_id = bench, str(step["id"])
        with box("stack tight"):
            self.choice = choice(
                _("Key"),
                self._choices(),
                step.get("credential") or "",
                on_change=self._choose,
                hint=_("Keys are kept sealed and only go to the hosts they are for."),
                testid="key",
            )
            with row():
                self.giver: Button = button(
                    icon="key-round",
                    on_press=self.ask,
                    why=bench.visit.why_not("credentials.change"),
                    testid="new-key",
                )
        self._say()

    def _choices(self) -> dict[str, str]:
        chosen = self._chosen()
        named = _("{service} (no key yet)").format(service=self._title(chosen))
        missing = {chosen: named} if chosen else {}
        return {"": _("No key needed"), **missing, **self.bench.credentials}

    def _chosen(self) -> str:
        return str((self.bench.draft.find(self.step_id) or {}).get("credential") or "")

    def _title(self, service: str) -> str:
        slot = self.bench.services.catalogue.slot(service)
        return str(slot["title"]) if slot else service

    def _choose(self, said: str) -> None:
        self.bench.draft.set(self.step_id, ("credential",), said or None)
        self.bench.changed()
        self._say()

    def _say(self) -> None:
        """What is missing is the next thing to do, so its button stands out."""
        chosen = self._chosen()
        missing = bool(chosen) and chosen not in self.bench.credentials
        words = _("Give the key for {service}").format(service=self._title(chosen))
        self.giver.say(
            words if missing else _("Give a new key"), kind="small primary" if missing else "small"
        )

    def ask(self) -> None:
        ask_for_key(self.bench, self.bench.draft.find(self.step_id) or {}, self.kept)

    def kept(self, service: str) -> None:
        if self.choice.is_deleted:
            return
        self._choose(service)
        self.choice.offer(self._choices())
        self.choice.value = service


def ask_for_key(bench: Bench, step: dict[str, Any], on_kept: Callable[[str], None]) -> None:
    """For the service that the step names or asks, as far as anybody knows it here."""
    host = host_of(str((step.get("request") or {}).get("url") or ""))
    catalogue, wanted = bench.services.catalogue, str(step.get("credential") or "")
    call = catalogue.at(host) if host else None
    slot = call.slot if call else None
    if slot is None or slot["service_name"] in bench.credentials:
        slot = catalogue.slot(wanted) if wanted not in bench.credentials else None
    service = wanted if wanted not in bench.credentials else ""
    NewKey(bench, on_kept).ask(slot, host=host, service=service)


def host_of(url: str) -> str:
    try:
        return urlsplit(HOLE.sub("x", url)).netloc
    except ValueError:
        return ""
