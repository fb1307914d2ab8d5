"""Tells alerts, as a worker does between runs: whatever happens, none is lost and none repeated
more often than people can bear."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from app.services.safe import Safe
from db import alerts
from db.alerts import Channel, Delivery, Due
from db.session import Database, DatabaseAway, Engine, Runner
from engine.effects.egress import Call, Egress
from engine.effects.failures import SecretUnreadable
from engine.effects.mail import Letter, Mail, MailServer
from engine.effects.secret import Secret
from engine.errors import RunStopped

logger = logging.getLogger(__name__)

AGAIN_HOURS: Final = 6  # the same thing is told at most this often
LEASE_S: Final = 120.0
WAITS_S: Final = (60, 300, 1800, 7200, 21600)  # after so many tries it has failed
TITLES: Final = {
    "credential_broken": "A credential stopped working",
    "credential_expires": "A credential expires soon",
    "run_failed": "Runs failed",
    "error_rate": "Many runs fail",
    "canary_changed": "A service's answer changed",
    "test": "Test",
}


class Telling:
    def __init__(
        self,
        database: Database,
        safe: Safe,
        egress: Egress,
        mail: Mail,
        address: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`address`: where people open this console, for links."""
        self._database, self._safe, self._egress, self._mail = database, safe, egress, mail
        self._address, self._now = address.rstrip("/"), now

    async def look(self) -> None:
        async with self._database.session_for(Engine()) as session:
            places = await alerts.workspaces_to_tell(session, AGAIN_HOURS)
        for workspace_id in places:
            await self._tell_all(workspace_id)

    async def _tell_all(self, workspace_id: str) -> None:
        async with self._database.session_for(Runner(workspace_id)) as session:
            await alerts.spread(session, workspace_id, AGAIN_HOURS)
            taken = await alerts.take_due(session, workspace_id, LEASE_S)
        # Sent outside of any transaction: a slow service must not hold a lock.
        for due in taken:
            why, again = await self._tried(due)
            async with self._database.session_for(Runner(workspace_id)) as session:
                if why:
                    await alerts.not_sent(session, due, why, again)
                else:
                    await alerts.sent(session, due)

    async def _tried(self, due: Due) -> tuple[str, float | None]:
        """Why it was not sent, and after how many seconds to try again; no reason: it was."""
        attempts = due.delivery.attempts
        again = WAITS_S[attempts - 1] if attempts <= len(WAITS_S) else None
        try:
            await self._send(due.channel, due.delivery)
        except NotTaken as problem:
            return str(problem), again
        except RunStopped as problem:
            logger.info("an alert was not sent: %s (%s)", problem.message, problem.detail)
            return problem.message, again
        except SecretUnreadable:
            return "Its secret cannot be opened. Enter it again.", None
        except DatabaseAway:
            raise
        except Exception:
            logger.exception("an alert could not be sent")
            return "Something went wrong on our side.", again
        return "", None

    async def _send(self, way: Channel, delivery: Delivery) -> None:
        opened = await self._safe.open_fields(way.workspace_id, way.id, way.secrets)
        if way.kind == "email":
            await self._mail.send(self._letter(way, delivery), _server(way, opened))
            return
        body = orjson.dumps(self._slack(delivery) if way.kind == "slack" else self._event(delivery))
        headers = [("content-type", "application/json")]
        if secret := opened.get("signing_secret"):
            headers += signed(secret, self._now(), body)
        call = Call(
            "POST", opened["url"].reveal(), tuple(headers), body, timeout_s=15.0, follow=False
        )
        answer = await self._egress.send(call)
        if not 200 <= answer.status < 300:
            raise NotTaken(f"{way.settings.get('host')} answered with {answer.status}.")

    def _link(self, delivery: Delivery) -> str:
        return f"{self._address}{delivery.link}" if delivery.link.startswith("/") else ""

    def _letter(self, way: Channel, delivery: Delivery) -> Letter:
        lines = [delivery.sentence]
        if delivery.count > 1:
            lines.append(f"This happened {delivery.count} times since you were last told.")
        if link := self._link(delivery):
            lines.append(link)
        lines.append(f"You are told because this address is in “{way.name}” under Alerts.")
        subject = f"[Connector Console] {TITLES.get(delivery.kind, 'Alert')}"
        return Letter(tuple(way.settings["to"]), subject, "\n\n".join(lines) + "\n")

    def _slack(self, delivery: Delivery) -> dict[str, Any]:
        title, said = TITLES.get(delivery.kind, "Alert"), _escaped(delivery.sentence)
        times = f" ({delivery.count} times)" if delivery.count > 1 else ""
        link = self._link(delivery)
        more = f"\n<{link}|Open in Connector Console>" if link else ""
        return {"text": f"*{title}*{times}\n{said}{more}"}

    def _event(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "id": str(delivery.id),
            "kind": delivery.kind,
            "workspace_id": delivery.workspace_id,
            "sentence": delivery.sentence,
            "count": delivery.count,
            "link": self._link(delivery),
            "at": delivery.created_at,
        }


class NotTaken(Exception):
    """The other side answered, and not with yes."""


def signed(secret: Secret, now: datetime, body: bytes) -> list[tuple[str, str]]:
    """As webhooks that start a connector are signed: HMAC-SHA256 over `timestamp.body`."""
    timestamp = str(int(now.timestamp()))
    message = timestamp.encode() + b"." + body
    signature = hmac.new(secret.reveal().encode(), message, hashlib.sha256).hexdigest()
    return [("x-timestamp", timestamp), ("x-signature", signature)]


def _server(way: Channel, opened: dict[str, Secret]) -> MailServer | None:
    own = way.settings.get("server")
    if not own:
        return None
    return MailServer(
        own["host"],
        own["port"],
        own["sender"],
        own["security"],
        own.get("user") or "",
        opened.get("password"),
    )


def _escaped(words: str) -> str:
    """As Slack wants it: nothing of ours becomes a link or a mention."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
