"""The gates before publishing: what keeps it back, what wants a look, and who will see it."""

from typing import Any

from nicegui import Client, background_tasks, ui

from app.pages.sharing.places import anchor, in_words
from app.pages.sharing.sharing import Sharing
from app.services.problems import BadInput, Complaint, ServiceProblem, Wrong
from app.services.rehearsal import Rehearsed, rehearse
from app.services.sharing import Audience
from components.controls import box, button, error_card, icon, row, stack, text, tick
from components.frame import notice
from components.sentences import translated
from components.sharing import Option, Options
from components.texts import _, ngettext


class Gates:
    def __init__(self, sharing: Sharing) -> None:
        self.sharing, self.visit = sharing, sharing.visit
        sharing.look = self.look
        self.audience: Audience = "private"
        self.wrong: list[Complaint] = []
        self.doubts: list[str] = []
        self.advice: list[dict[str, str]] = []
        self.rehearsed: Rehearsed | None = None
        self.looked: set[str] = set()
        self.turn = 0
        with box("gates stack"):
            self.panel = box("card")

    async def start(self) -> None:
        me = await self.visit.me()
        self.powers = await self.visit.services.admins.may(me)
        self.user_id = me.user_id
        self.audience = self._first()
        with self.panel:
            text(_("Who sees it"), tag="h2")
            Options(_("Who sees it"), self._audiences(), self.audience, self._choose)
            text(_("Before others see it"), tag="h2")
            self.findings = stack("tight")
            self.findings.props["role"] = "status"
            self.trouble = box("stack tight")
            self.button = button(
                self._words(),
                icon="rocket",
                kind="primary",
                on_press=self.share,
                testid="share",
            )
            with self.findings, row():
                icon("loader-circle", "spin")
                text(_("Looking for keys …"), "small")
            self.button.because(_("Looking for keys …"))
        # The first look of a process takes seconds; the page is there meanwhile.
        background_tasks.create(self._look_in(ui.context.client), name="share: look")

    async def _look_in(self, client: Client) -> None:
        with client:
            await self.look()

    async def look(self) -> None:
        """The newest look counts; an older one that comes late is dropped."""
        self.turn += 1
        turn = self.turn
        examined = await self.visit.services.publishing.examined(
            await self.visit.me(), self.sharing.said
        )
        if turn != self.turn or self.panel.is_deleted:
            return
        unread = [Wrong(path, _("This is no valid JSON.")) for path in self.sharing.unread]
        self.wrong = [*unread, *examined.wrong]
        self.rehearsed = None if self.wrong else await rehearse(examined.draft)
        self.doubts = list(dict.fromkeys(one["path"] for one in examined.doubts))
        self.advice = examined.advice
        self._draw()

    async def share(self) -> None:
        self.button.working(True)
        self.trouble.clear()
        try:
            shared = await self.visit.services.sharing.share(
                await self.visit.me(),
                self.sharing.said,
                self.audience,
                connector_id=self.sharing.connector_id,
                template_id=self._same(),
                as_admin=self._as_admin(),
            )
        except BadInput as bad:
            self.wrong = list(bad.problems)
            self._draw()
            return
        except ServiceProblem as problem:
            with self.trouble:
                error_card(problem.message, problem.hint)
            return
        finally:
            self.button.working(False)
        notice(self._done(shared.name), tone="ok")
        await self.sharing.on_shared()

    def _draw(self) -> None:
        self.findings.clear()
        with self.findings:
            if not self.wrong and not self.doubts:
                with row():
                    icon("circle-check", "tone-ok")
                    text(_("Nothing stands in the way."), "small")
            with box("findings", tag="ul"):
                for wrong in self.wrong:
                    with box(tag="li"):
                        self._finding(wrong.path, wrong.message, "circle-alert", "tone-bad")
                for path in self.doubts:
                    with box(tag="li"):
                        self._doubt(path)
                for one in self.advice:
                    with box(tag="li"):
                        self._finding(one["path"], one["message"], "info", "tone-info")
            if self.rehearsed is not None:
                self._example(self.rehearsed)
        self._because()

    def _example(self, made: Rehearsed) -> None:
        """How it does on its own example: no gate, but what a reviewer will see."""
        found = made.status == "success" and made.outcome in ("found", "partly")
        with row().style("align-items: flex-start"):
            icon("circle-check" if found else "info", "tone-ok" if found else "tone-info")
            said = translated(f"{made.sentence} {made.hint}".strip())
            words = _("On its example: {what}").format(what=said)
            text(words, "small")

    def _finding(self, path: str, message: str, symbol: str, tone: str) -> None:
        def go() -> None:
            ui.run_javascript(f"document.getElementById({anchor(path)!r})?.scrollIntoView()")

        one = box("finding", tag="button", type="button", data_testid="finding")
        with one.on("click", go, args=[]):
            icon(symbol, tone)
            with stack("tight grow"):
                text(in_words(path, self.sharing.said), "strong small", tag="span")
                text(translated(message), "soft small", tag="span")

    def _doubt(self, path: str) -> None:
        self._finding(path, _("This looks as if it could be a key."), "eye", "tone-warn")
        tick(
            _("I looked: it is none"),
            path in self.looked,
            on_change=lambda yes, path=path: self._agree(path, yes),
            testid="looked",
        )

    def _agree(self, path: str, yes: bool) -> None:
        (self.looked.add if yes else self.looked.discard)(path)
        self._because()

    def _because(self) -> None:
        """Why not yet, in the words of the first thing to do."""
        open_doubts = [path for path in self.doubts if path not in self.looked]
        if self.wrong:
            n = len(self.wrong)
            why = ngettext("Mend {n} thing first.", "Mend {n} things first.", n).format(n=n)
        elif open_doubts:
            why = _("Look at what could be a key, and say that it is none.")
        else:
            why = ""
        self.button.because(why)
        self.button.say(self._words())

    def _choose(self, audience: Any) -> None:
        self.audience = audience
        self._because()

    # Who sees it

    def _audiences(self) -> list[Option]:
        private, community = (
            self.visit.why_not("templates.publish"),
            self.visit.why_not("templates.publish_community"),
        )
        options = [
            Option("private", _("This workspace"), _("At once, and nobody else."), "lock", private),
            Option(
                "community",
                _("Everybody"),
                _("After an admin of the marketplace has looked at it."),
                "globe",
                community,
            ),
        ]
        if self.powers:
            why = "" if "templates" in self.powers else _("Your permissions do not include this.")
            options.append(
                Option("official", _("Everybody, officially"), _("At once."), "badge-check", why)
            )
        return options

    def _first(self) -> Audience:
        known = self.sharing.template
        if known is None:
            return "private"
        if known.is_official:
            return "official"
        return "private" if known.workspace_id is not None else "community"

    def _same(self) -> Any:
        """The template of which this is the next version; None: it becomes a new one."""
        known = self.sharing.template
        if known is None or self.audience != self._first():
            return None
        return known.id if known.published_by == self.user_id or self._as_admin() else None

    def _as_admin(self) -> bool:
        """Somebody else's, or official: changed by right of the service, without a new review."""
        known = self.sharing.template
        if known is None or known.workspace_id is not None or self.audience != self._first():
            return False
        if known.is_official:
            return "templates" in self.powers
        return known.published_by != self.user_id and "review" in self.powers

    def _words(self) -> str:
        known = self.sharing.template
        if self._same() is not None and known is not None:
            waits = known.workspace_id is None and not self._as_admin()
            return _("Hand in the change") if waits else _("Publish the next version")
        if self.audience == "community":
            return _("Hand it in for review")
        return _("Publish")

    def _done(self, name: str) -> str:
        if self.audience == "community" and not self._as_admin():
            return _("“{name}” is in review now.").format(name=name)
        return _("“{name}” is published.").format(name=name)
