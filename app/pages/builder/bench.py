"""The workbench of one open builder: draft, tests, sample, and who must hear of a change."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nicegui import background_tasks, ui

from app.pages.builder.audience import Audience, What
from app.pages.visit import Visit
from app.services.drafts import LastTest, Opened, is_unpublished
from app.services.key_checks import KnownKey, known_key
from app.services.problems import Conflict, NotSignedIn, ServiceProblem
from components.asked import sample_input
from components.draft import Draft, fingerprint
from components.expression_input import ExpressionInput, Known
from components.mapping_table import MappedField
from components.samples import Samples
from components.texts import _
from components.unfinished import once, unfinished
from db.contacts import Contact
from db.credentials import Credential
from db.session import Actor
from engine.errors import Problem
from engine.model.contact import contact_scope

SHOWN_FIRST = 0.03  # seconds: the change is on its way to the screen before it is kept


class Bench:
    """All state of the page. Panels change it through here and are told by `watch`."""

    def __init__(self, visit: Visit, opened: Opened) -> None:
        self.visit, self.services = visit, visit.services
        self.connector, self.connector_id = opened.connector, opened.connector.id
        self.draft = Draft(opened.document)
        self.kept = self.draft.document  # as it was saved last, by us
        self.revision, self.base_version = opened.revision, opened.base_version
        self.saved_at: datetime | None = opened.saved_at
        self.not_saved = ""  # why, where the last change could not be kept
        self.outdated = False  # somebody else changed the draft meanwhile
        self.tests: dict[str, dict[bool, LastTest]] = {}
        self.note_tests(opened.tests)
        self.selected = next((place.step["id"] for place in self.draft.places()), "")
        # The card that the next drawing puts the keyboard on; the first one of a new connector.
        self.card = self.selected if is_unpublished(self.connector) and not opened.tests else ""
        self.samples = Samples(
            workspace={"id": visit.viewer.workspace_id, "name": visit.viewer.workspace_name}
        )
        self.samples.usual = self.services.catalogue.settings
        self.samples.input = sample_input(self.draft.document)
        self.samples.now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self.contact: Contact | None = None
        self.contact_id: UUID | None = None
        self.contact_name = _("No sample contact")
        self.typed: dict[str, Any] = {}  # or values somebody typed, instead of a contact
        self.target: ExpressionInput | None = None  # the field a clicked value goes into
        self.target_step: str | None = None
        self.field = ""  # or the contact field it is written to
        self.running: set[str] = set()
        self.trial: asyncio.Task[Any] | None = None
        self.unread: dict[str, str] = {}  # texts that are no JSON yet, by step
        self.unfolded: dict[tuple[str, str], bool] = {}  # parts of a step's form, as left
        self.credentials: dict[str, str] = {}
        self.keys: dict[str, KnownKey] = {}
        self.why_not = visit.why_not("connectors.change")
        self.why_no_test = visit.why_not("connectors.test")
        self._document, self._worked = self.draft.document, dict[str, Any]()
        self.problems: tuple[Problem, ...] = ()  # what keeps it from being published
        self.advice: tuple[Problem, ...] = ()  # what does not, and is worth a second look
        self.look_again()
        self.audience = Audience()
        self.watch = self.audience.watch
        self._dirty, self.saving = False, False
        self._saver: asyncio.Task[None] | None = None

    @property
    def page(self) -> ui.element | None:
        return self.audience.page

    def tell(self, what: What) -> None:
        if what in ("tests", "sample"):
            self._worked.clear()
        self.audience.tell(what)

    def changed(self, what: What = "value") -> None:
        """The draft is another one: look at it again, tell everybody, keep it."""
        self._follow()
        self._save_soon()
        self.tell(what)

    def _follow(self) -> None:
        self.look_again()
        if self.selected and self.draft.find(self.selected) is None:
            self.selected = ""
        self.samples.entries = self.newest()
        self.samples.input = sample_input(self.draft.document)

    def select(self, step_id: str) -> None:
        if step_id == self.selected:
            return
        self.selected = step_id
        self.target = None
        self.tell("selection")

    def set(self, path: tuple[str | int, ...], value: Any) -> None:
        """A setting of the step that is open."""
        self.draft.set(self.selected, path, value)
        self.changed()

    def focus(self, inside: str) -> None:
        """Put the caret into a field that is about to be drawn, whoever asked for that."""
        if self.page is not None and not self.page.is_deleted:
            self.audience.catch_up()
            self.page.client.run_javascript(
                f"setTimeout(() => document.querySelector({inside!r})?.focus(), 100)"
            )

    def aim(self, target: ExpressionInput, step_id: str | None) -> None:
        """A clicked value goes into this field from now on; None: the mapping's own field."""
        self.target, self.target_step = target, step_id
        if step_id is not None:
            self.field = ""
        self.tell("target")

    def leave(self, target: ExpressionInput) -> None:
        """The field was left for something that is no value."""
        if self.target is target:
            self.target = None
            self.tell("target")

    def test_on(self, typed: dict[str, Any], name: str) -> None:
        """Values of nobody who is kept here, for tests alone."""
        self.contact, self.contact_id = None, None
        self.typed, self.contact_name = typed, name
        self.samples.contact = contact_scope(typed)
        self.tell("sample")

    def known(self, place: str | None, extra: Mapping[str, Any] | None = None) -> Known:
        if extra is not None:
            return self.samples.known(self.draft, place, extra)
        found: Known = self._once(f"known {place}", lambda: self.samples.known(self.draft, place))
        return found

    def fields(self) -> list[MappedField]:
        """Every contact field, with what a run would do to it."""
        rows: list[MappedField] = self._once("fields", self._fields)
        return list(rows)

    def _fields(self) -> list[MappedField]:
        return self.samples.fields(self.draft, self.known(None))

    def _once(self, what: str, work: Callable[[], Any]) -> Any:
        """Panels ask the same of the same document; each change makes it another one."""
        if self._document is not self.draft.document:
            self._document, self._worked = self.draft.document, {}
        if what not in self._worked:
            self._worked[what] = work()
        return self._worked[what]

    # Tests

    def note_tests(self, tests: Iterable[LastTest]) -> None:
        for test in tests:
            self.tests.setdefault(test.step_id, {})[test.good] = test

    def last(self, step_id: str) -> LastTest | None:
        """The newest answer of a step, good or bad."""
        both = self.tests.get(step_id, {}).values()
        return max(both, key=lambda test: test.tested_at, default=None)

    def stale(self, step_id: str) -> bool:
        last = self.last(step_id)
        return last is not None and last.fingerprint != self.draft.fingerprint(step_id)

    def state_of(self, step: dict[str, Any], *, wrong: bool) -> str:
        """As the canvas shows it; `wrong`: something keeps it from being published."""
        if step["id"] in self.running:
            return "running"
        if wrong:
            return "todo"
        last = self.last(step["id"])
        if last is None:
            return "" if step.get("disabled") else "fresh"
        if last.fingerprint != fingerprint(step):
            return "stale"
        return {"success": "good", "not_found": "none", "skipped": ""}.get(
            last.entry["status"], "bad"
        )

    # Saving

    def _save_soon(self) -> None:
        if self.why_not or self.outdated:
            return
        self._dirty = True
        if not self.saving:
            self.saving = True
            self._saver = background_tasks.create(self._save(), name="builder: save the draft")

    def agree(self, theirs: Opened) -> None:
        """What somebody else made meanwhile is known here now; the next change goes on from it."""
        self.connector, self.base_version = theirs.connector, theirs.base_version
        self.kept, self.revision, self.saved_at = theirs.document, theirs.revision, theirs.saved_at
        self.outdated, self.not_saved = False, ""
        self._follow()
        self.tell("structure")

    async def all_saved(self) -> None:
        """Until nothing is on its way to the database."""
        if self._saver is not None and not self._saver.done():
            await asyncio.wait([self._saver])

    async def _save(self) -> None:
        try:
            await asyncio.sleep(SHOWN_FIRST)
            while self._dirty:
                self._dirty = False
                await self._save_once()
        finally:
            self.saving = False
            self.tell("saved")

    async def _save_once(self) -> None:
        try:
            me = await self._me()
            document = self.draft.document
            saved = await self.services.drafts.save(
                me,
                self.connector_id,
                document,
                revision=self.revision,
                base_version=self.base_version,
            )
        except ServiceProblem as problem:
            self.not_saved = problem.message
            self.outdated = isinstance(problem, Conflict)
        except Exception as problem:  # the database is away, say: the next change tries again
            self.not_saved = str(getattr(problem, "message", _("The console cannot be reached.")))
        else:
            self.revision, self.saved_at, self.not_saved = saved.revision, saved.at, ""
            self.kept = document

    async def _me(self) -> Actor:
        """A tab that was closed meanwhile still gets its last change saved."""
        if self.page is not None and not self.page.is_deleted:
            with self.page:
                return await self.visit.me()
        actor = await self.visit.browser.current()
        if actor is None:
            raise NotSignedIn(_("You are signed out."), hint=_("Sign in again."))
        return actor

    def newest(self) -> dict[str, dict[str, Any]]:
        """For samples a good answer serves better than a newer bad one."""
        return {
            step_id: (both.get(True) or both[False]).entry for step_id, both in self.tests.items()
        }

    def look_again(self) -> None:
        """What is wrong with the draft, and with the keys it takes."""
        self._worked.clear()
        unread = tuple(
            Problem("body", _("The body is not valid JSON."), step_id=step_id, field="body")
            for step_id in self.unread
            if self.draft.find(step_id) is not None
        )
        definition, found = self.draft.read()
        look = self.services.checking.looked_at
        closed, advice = look(definition, self.keys) if definition else ([], [])
        self.problems = unread + once(unfinished(self.draft), (*found, *closed))
        self.advice = once(self.problems, advice)[len(self.problems) :]

    # Keys

    async def load_keys(self) -> None:
        """Names and hosts; a viewer may see that a key is there, nobody can see the key."""
        found = await self.services.credentials.listed(await self.visit.me(), limit=200)
        self.keys, self.credentials, self.samples.settings = {}, {}, {}
        for one in found.items:
            self._keep_key(one)
        self.look_again()

    def note_key(self, key: Credential) -> None:
        self._keep_key(key)
        self.look_again()

    def _keep_key(self, key: Credential) -> None:
        name = key.service_name
        self.keys[name] = known_key(key)
        self.credentials[name] = key.label or name
        self.samples.settings = {**self.samples.settings, name: key.settings}


__all__ = ["Bench", "What"]
