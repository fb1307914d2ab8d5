"""What one does with a key: test, replace, edit, connect, move its connectors away, delete."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from nicegui import ui

from app.pages.credential_edit import Editing
from app.pages.credential_form import name_of, words
from app.pages.visit import Visit
from app.services.all import Services
from app.services.credentials import Given
from app.services.problems import BadInput, ServiceProblem
from components.controls import (
    Button,
    button,
    choice,
    confirm,
    field,
    sheet,
    text,
)
from components.frame import notice
from components.sentences import translated
from components.texts import _, listed, ngettext, number
from db.credentials import Credential

Then = Callable[[], Awaitable[None]]


class CredentialActs:
    def __init__(self, visit: Visit, services: Services, back: str, then: Then) -> None:
        """`back`: where services send people to; `then`: what is drawn anew."""
        self.visit, self.services, self.back, self.then = visit, services, back, then

    async def connect(self, one: Credential) -> None:
        """To the service's own page; it sends the person back to /oauth/callback."""
        me = await self.visit.me()
        ui.navigate.to(await self.services.connecting.begin(me, one.id, self.back))

    async def test(self, one: Credential) -> None:
        try:
            proof = await self.services.credential_tests.run(await self.visit.me(), one.id)
        except BadInput as problem:
            notice(
                problem.message,
                hint=_("Edit it and say which address tests it."),
                tone="warn",
            )
            return
        notice(proof.message, hint=proof.hint, tone="ok" if proof.works else "bad")
        await self.then()

    async def replace(self, one: Credential) -> None:
        """Tried first; a key that does not work is kept only if one insists."""
        with sheet(
            _("Replace the key of {value}").format(value=name_of(one)), testid="replace-sheet"
        ) as asked:
            text(_("Every connector that uses it takes the new key from now on."), "soft")
            fields = {
                name: field(
                    words(name),
                    kind="secret",
                    name=name,
                    autocomplete="off",
                    hint=_("Leave it empty to keep what is there.") if len(one.fields) > 1 else "",
                    testid=f"secret-{name}",
                )
                for name in one.fields
            }
            trouble = text("", "error")
            trouble.props["role"] = "alert"
        insisting = Insisting(trouble)

        async def save() -> None:
            secrets = {name: part.value for name, part in fields.items() if part.value}
            if not secrets:
                next(iter(fields.values())).failed(_("Paste the new key here."))
                return
            me = await self.visit.me()
            given = _as_given(one, secrets)
            try:
                works = await insisting.tried(
                    given,
                    saver,
                    lambda: self.services.credential_tests.try_out(me, given, one.id),
                )
                if works is False:
                    return
                changed = await self.services.credentials.change(
                    me, one.id, {"credentials": secrets}
                )
            except ServiceProblem as problem:
                trouble.say(f"{translated(problem.message)} {translated(problem.hint)}")
                return
            if works:
                await self.services.credentials.note_test(changed, works=True, message=None)
            asked.close()
            notice(_("The key was replaced."), tone="ok")
            await self.then()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            saver = button(_("Replace"), kind="primary", on_press=save, testid="save")
        asked.show()

    async def edit(self, one: Credential) -> None:
        Editing(self.visit, self.services, one, self.then).ask()

    async def move(self, one: Credential) -> None:
        """All its connectors take another credential; one transaction, or nothing."""
        me = await self.visit.me()
        others = (await self.services.credentials.listed(me, limit=200)).items
        choices = {str(other.id): name_of(other) for other in others if other.id != one.id}
        used = await self.services.credentials.where_used(me, one.id)
        with sheet(_("Use another credential everywhere"), testid="move-sheet") as asked:
            text(
                ngettext(
                    "{n} connector uses {name}. It gets a new version that takes the other one:",
                    "{n} connectors use {name}. Each gets a new version that takes the other one:",
                    len(used),
                ).format(n=number(len(used)), name=name_of(one)),
                "soft",
            )
            to = choice(_("Use instead"), choices, next(iter(choices), None), testid="move-to")

        async def save() -> None:
            try:
                count = await self.services.moving.move(
                    await self.visit.me(), one.id, UUID(to.value)
                )
            except ServiceProblem as problem:
                to.failed(f"{translated(problem.message)} {translated(problem.hint)}")
                return
            asked.close()
            notice(
                ngettext(
                    "{n} connector takes it now.", "{n} connectors take it now.", count
                ).format(n=number(count)),
                tone="ok",
            )
            await self.then()

        with asked.footer:
            button(_("Cancel"), on_press=asked.close)
            mover = button(_("Move them"), kind="primary", on_press=save, testid="save")
            mover.because("" if choices else _("There is no other credential here."))
        asked.show()

    async def delete(self, one: Credential) -> bool:
        used = await self.services.credentials.where_used(await self.visit.me(), one.id)
        where = (
            _("Used by {names}; those steps will fail.").format(
                names=listed([name for _id, name in used])
            )
            if used
            else _("No connector uses it.")
        )
        sure = await confirm(
            _("Delete the key of {value}?").format(value=name_of(one)),
            where,
            yes=_("Delete the key"),
        )
        if sure:
            await self.services.credentials.remove(await self.visit.me(), one.id)
        return sure


class Insisting:
    """A key that its service refuses is kept only when one says so a second time."""

    def __init__(self, trouble: ui.element) -> None:
        self.trouble = trouble
        self.refused: Given | None = None

    async def tried(
        self, given: Given, saver: Button, try_out: Callable[[], Awaitable[object]]
    ) -> bool | None:
        """None: it was not tried, or one insists."""
        if self.refused == given:
            return None
        saver.working(True)
        try:
            proof = await try_out()
        finally:
            saver.working(False)
        if proof is None:
            return None
        if proof.works:  # type: ignore[attr-defined]
            return True
        self.refused = given
        said = f"{translated(proof.message)} {translated(proof.hint)}"  # type: ignore[attr-defined]
        self.trouble.say(said)  # type: ignore[attr-defined]
        saver.say(_("Keep it anyway"), kind="danger")
        return False


def _as_given(one: Credential, secrets: dict[str, str]) -> Given:
    return Given(
        one.service_name,
        dict(one.auth),
        secrets,
        dict(one.settings),
        list(one.allowed_hosts),
        one.label,
        one.test,
    )
