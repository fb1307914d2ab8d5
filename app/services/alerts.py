"""Alerts: what a workspace is told without looking, and the ways it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from app.services.contacts import workspace_of
from app.services.problems import BadInput, Complaint, Conflict, NotFound, Wrong
from app.services.roles import must
from app.services.safe import Safe
from app.services.workspaces import is_email
from db import alert_watches, alerts, audit
from db.alerts import Alert, Channel, Delivery
from db.session import Actor, Database, Runner

KINDS: Final = (
    "credential_broken",
    "credential_expires",
    "run_failed",
    "error_rate",
    "canary_changed",
)
WAYS: Final = ("email", "slack", "webhook")
MOST_CHANNELS: Final = 20
SLACK: Final = "hooks.slack.com"
SECURITIES: Final = ("starttls", "tls")


@dataclass(frozen=True, slots=True)
class Way:
    """A channel as somebody typed it. Secrets left out stay as they are when it is changed."""

    kind: str
    name: str
    events: Sequence[str]
    settings: Mapping[str, Any]  # email: to, and server {host, port, security, user, sender}
    secrets: Mapping[str, str]  # slack: url; webhook: url, signing_secret; email: password
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on people are told. Of fewer runs within an hour a share says nothing."""

    failing_share: float = 0.3
    fewest_runs: int = 20
    expires_days: int = 7


class Alerts:
    def __init__(self, database: Database, safe: Safe, *, has_mail: bool = False) -> None:
        """`has_mail`: the operator set up a mail server for all workspaces."""
        self._database, self._safe, self.has_mail = database, safe, has_mail

    async def raise_(
        self, workspace_id: str, kind: str, subject: str, sentence: str, link: str = ""
    ) -> None:
        """Nothing is sent here: a worker tells it, and the same thing again only after a while."""
        async with self._database.session_for(Runner(workspace_id)) as session:
            await alerts.raised(session, workspace_id, kind, subject, sentence, link)

    async def newest(self, actor: Actor, limit: int = 50) -> Sequence[Alert]:
        async with self._database.session_for(actor) as session:
            return await alerts.newest(session, workspace_of(actor), limit)

    async def limits(self, actor: Actor) -> Limits:
        must(actor, "alerts.change")
        async with self._database.session_for(actor) as session:
            found = await alert_watches.limits(session, workspace_of(actor))
        return Limits(*found) if found else Limits()

    async def set_limits(self, actor: Actor, wanted: Limits) -> None:
        must(actor, "alerts.change")
        _check_limits(wanted)
        before, workspace_id = await self.limits(actor), workspace_of(actor)
        async with self._database.session_for(actor) as session:
            await alert_watches.set_limits(session, workspace_id, asdict(wanted))
            audit.note(
                session,
                actor,
                "alert_limits.changed",
                workspace_id,
                before=asdict(before),
                after=asdict(wanted),
            )

    async def channels(self, actor: Actor) -> Sequence[Channel]:
        must(actor, "alerts.change")
        async with self._database.session_for(actor) as session:
            return await alerts.channels(session, workspace_of(actor))

    async def channel(self, actor: Actor, channel_id: UUID) -> Channel:
        must(actor, "alerts.change")
        return await self._get(actor, channel_id)

    async def add(self, actor: Actor, way: Way) -> Channel:
        must(actor, "alerts.change")
        self._check(way, set(way.secrets))
        workspace_id, channel_id = workspace_of(actor), uuid4()
        row = Channel(
            id=channel_id,
            workspace_id=workspace_id,
            kind=way.kind,
            name=way.name.strip(),
            settings=shown(way),
            secrets=await self._safe.seal_fields(workspace_id, channel_id, way.secrets),
            events=list(way.events),
            created_by=actor.user_id,
        )
        async with self._database.session_for(actor) as session:
            if len(await alerts.channels(session, workspace_id)) >= MOST_CHANNELS:
                raise Conflict(f"A workspace has at most {MOST_CHANNELS} ways to be told.")
            session.add(row)
            await session.flush()
            audit.note(session, actor, "alert_channel.added", channel_id, after=told(row))
        return row

    async def change(self, actor: Actor, channel_id: UUID, way: Way) -> None:
        """All of it but the secrets that are left out."""
        must(actor, "alerts.change")
        before = await self._get(actor, channel_id)
        if way.kind != before.kind:
            raise BadInput([Wrong("kind", "A way to be told stays of its kind. Add another one.")])
        kept = _secret_names(before)
        self._check(way, kept | set(way.secrets))
        values: dict[str, Any] = {
            "name": way.name.strip(),
            "settings": {**_kept_host(before, way), **shown(way)},
            "events": list(way.events),
            "enabled": way.enabled,
        }
        if way.secrets:
            sealed = await self._safe.seal_fields(before.workspace_id, channel_id, way.secrets)
            async with self._database.session_for(Runner(before.workspace_id)) as session:
                values["secrets"] = {
                    **await alerts.sealed(session, before.workspace_id, channel_id),
                    **sealed,
                }
        async with self._database.session_for(actor) as session:
            if not await alerts.change_channel(session, before.workspace_id, channel_id, values):
                raise NotFound("alert channel")
            after = {**told(before), "name": way.name, "events": list(way.events)}
            audit.note(
                session,
                actor,
                "alert_channel.changed",
                channel_id,
                before=told(before),
                after=after,
            )

    async def remove(self, actor: Actor, channel_id: UUID) -> None:
        must(actor, "alerts.change")
        async with self._database.session_for(actor) as session:
            name = await alerts.remove_channel(session, workspace_of(actor), channel_id)
            if name is None:
                raise NotFound("alert channel")
            audit.note(session, actor, "alert_channel.removed", channel_id, before={"name": name})

    async def try_out(self, actor: Actor, channel_id: UUID) -> UUID:
        """A message in earnest, soon: a worker sends it, and `delivery` tells how that went."""
        must(actor, "alerts.change")
        channel = await self._get(actor, channel_id)
        sentence = "This is a test: alerts of this workspace arrive here."
        async with self._database.session_for(actor) as session:
            return await alerts.try_channel(session, channel, sentence)

    async def delivery(self, actor: Actor, delivery_id: UUID) -> Delivery:
        must(actor, "alerts.change")
        async with self._database.session_for(actor) as session:
            found = await alerts.delivery(session, workspace_of(actor), delivery_id)
        if found is None:
            raise NotFound("delivery")
        return found

    async def _get(self, actor: Actor, channel_id: UUID) -> Channel:
        async with self._database.session_for(actor) as session:
            found = await alerts.channel(session, workspace_of(actor), channel_id)
        if found is None:
            raise NotFound("alert channel")
        return found

    def _check(self, way: Way, secrets: set[str]) -> None:
        wrong: list[Complaint] = []
        if way.kind not in WAYS:
            wrong.append(Wrong("kind", f"A way to be told is one of {', '.join(WAYS)}."))
        if not 1 <= len(way.name.strip()) <= 100:
            wrong.append(Wrong("name", "A name takes 1 to 100 characters."))
        if not way.events or set(way.events) - set(KINDS):
            wrong.append(Wrong("events", "Choose at least one thing to be told about."))
        if way.kind == "email":
            wrong += self._check_mail(way)
        elif way.kind in WAYS:
            wrong += _check_address(way, secrets)
        if wrong:
            raise BadInput(wrong)

    def _check_mail(self, way: Way) -> list[Complaint]:
        to, server = way.settings.get("to") or [], way.settings.get("server")
        wrong: list[Complaint] = []
        if not 1 <= len(to) <= 20 or not all(is_email(one) for one in to):
            wrong.append(
                Wrong("settings.to", "Give 1 to 20 e-mail addresses, with commas between.")
            )
        if server is None:
            if not self.has_mail:
                wrong.append(
                    Wrong("settings.server", "Give a mail server: the operator has set up none.")
                )
            return wrong
        if not str(server.get("host") or "").strip():
            wrong.append(Wrong("settings.server.host", "Which server sends the mail?"))
        port = server.get("port")
        if not isinstance(port, int) or not 1 <= port <= 65535:
            wrong.append(Wrong("settings.server.port", "A port is a number from 1 to 65535."))
        if server.get("security") not in SECURITIES:
            wrong.append(Wrong("settings.server.security", "Mail goes encrypted: STARTTLS or TLS."))
        if not is_email(str(server.get("sender") or "")):
            wrong.append(Wrong("settings.server.sender", "From which address is the mail sent?"))
        return wrong


def _check_limits(wanted: Limits) -> None:
    wrong: list[Complaint] = []
    if not 0.01 <= wanted.failing_share <= 1:
        wrong.append(Wrong("failing_share", "A share is a number from 1 to 100 percent."))
    if not 1 <= wanted.fewest_runs <= 100_000:
        wrong.append(Wrong("fewest_runs", "Give a number of runs from 1 to 100,000."))
    if not 1 <= wanted.expires_days <= 365:
        wrong.append(Wrong("expires_days", "Give a number of days from 1 to 365."))
    if wrong:
        raise BadInput(wrong)


def _check_address(way: Way, secrets: set[str]) -> list[Complaint]:
    if "url" not in secrets:
        return [Wrong("secrets.url", "Paste the address here.")]
    url = way.secrets.get("url")
    if url is None:
        return []
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or len(url) > 2000:
        return [Wrong("secrets.url", "This is not an address that begins with https://.")]
    if way.kind == "slack" and (parts.scheme, parts.hostname) != ("https", SLACK):
        return [Wrong("secrets.url", f"A Slack webhook begins with https://{SLACK}/.")]
    return []


def shown(way: Way) -> dict[str, Any]:
    """What of it may be shown."""
    if way.kind == "email":
        return {name: way.settings[name] for name in ("to", "server") if way.settings.get(name)}
    host = urlsplit(way.secrets["url"]).netloc if "url" in way.secrets else None
    return {"host": host} if host else {}


def _kept_host(before: Channel, way: Way) -> dict[str, Any]:
    """The address is not told again, so its host stays."""
    return dict(before.settings) if way.kind != "email" else {}


def _secret_names(before: Channel) -> set[str]:
    return {"url"} if before.kind in ("slack", "webhook") else set()


def told(row: Channel) -> dict[str, Any]:
    """What the audit says about it."""
    return {"name": row.name, "kind": row.kind, "events": list(row.events)}
