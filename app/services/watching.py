"""Looks for what nobody raises: batches and planned runs that failed, rates, keys that expire."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from db import alert_watches, alerts
from db.alert_watches import Ended, Watch
from db.session import Database, Engine, Runner

HOUR: Final = timedelta(hours=1)


class Watching:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> None:
        async with self._database.session_for(Engine()) as session:
            places = await alert_watches.workspaces_to_watch(session)
        for workspace_id in places:
            async with self._database.session_for(Runner(workspace_id)) as session:
                await look_at(session, workspace_id)


async def look_at(session: AsyncSession, workspace_id: str) -> None:
    watch, now = await alert_watches.watch(session, workspace_id), await alert_watches.now(session)
    for ended in await alert_watches.ended_badly(session, workspace_id, watch.seen_until):
        if sentence := about(ended, watch.failing_share):
            await alerts.raised(
                session, workspace_id, "run_failed", ended.subject, sentence, ended.link
            )
    watch.counts, watch.since = await _rates(session, watch, now)
    for credential, name, expires in await alert_watches.expiring(
        session, workspace_id, watch.expires_days
    ):
        await alerts.raised(
            session,
            workspace_id,
            "credential_expires",
            f"{credential} {expires:%Y-%m-%d}",
            f"The credential “{name}” expires on {expires:%Y-%m-%d}.",
            f"/credentials/{credential}",
            once=True,
        )
    await alert_watches.look_on(session, watch, now)


def about(ended: Ended, share: float) -> str:
    """Empty: it went as things go."""
    if ended.runs == 0:
        return f"A schedule of “{ended.name}” switched itself off: {ended.reason}"
    if ended.runs == 1:
        return f"A planned run of “{ended.name}” failed: {ended.reason or 'no reason was given.'}"
    if ended.failed < max(1, share * ended.runs):
        return ""
    return f"Of {ended.runs} runs of “{ended.name}”, {ended.failed} failed."


async def _rates(
    session: AsyncSession, watch: Watch, now: datetime
) -> tuple[dict[str, Any], datetime]:
    """What to count from next time: the beginning of the hour, without what was told already."""
    workspace_id, before, since = watch.workspace_id, watch.counts, watch.since
    current = await alert_watches.counters(session, workspace_id)
    if now - since > HOUR:
        return {one: [runs, failed] for one, (_, runs, failed) in current.items()}, now
    counts = dict(before)
    for one, (name, runs, failed) in current.items():
        runs_before, failed_before = counts.setdefault(one, [0, 0] if before else [runs, failed])
        ran, bad = runs - runs_before, failed - failed_before
        if ran >= watch.fewest_runs and bad >= watch.failing_share * ran:
            sentence = f"Of the last {ran} runs of “{name}”, {bad} failed."
            await alerts.raised(
                session, workspace_id, "error_rate", one, sentence, f"/runs?connector_id={one}"
            )
            counts[one] = [runs, failed]
    return counts, since
