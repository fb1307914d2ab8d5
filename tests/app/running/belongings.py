"""One of each thing that a workspace may have, and whether anything of it has moved."""

from typing import Any

import psycopg
import pytest

from tests.app.conftest import Client
from tests.app.running.connectors import lookup
from tests.app.running.routes import CHANNEL
from tests.databases import Tenant
from tests.providers.service import Service
from tests.waiting import until


@pytest.fixture
async def ours(api: Client, service: Service, acme: Tenant, owner_url: str) -> dict[str, str]:
    """One of each, in acme: parameter → id."""

    async def make(path: str, **body: Any) -> str:
        answer = await api.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        return str(answer.json()["id"])

    made = {"workspace_id": "acme", "version": "1", "user_id": str(acme.editor.user_id)}
    made["contact_id"] = await make("/contacts", email="ada@example.com")
    made["connector_id"] = connector = await make("/connectors", **lookup(service.url))
    run = f"/connectors/{connector}/execute?"
    made["execution_id"] = await make(run, contact_id=made["contact_id"])
    bulk = f"/connectors/{connector}/bulk-executions"
    made["bulk_id"] = await make(bulk, contact_ids=[made["contact_id"]])
    made["schedule_id"] = await make(
        "/schedules", connector_id=connector, cron="0 3 1 1 *", time_zone="UTC", filter={}
    )
    made["trigger_id"] = await make("/contact-triggers", connector_id=connector)
    made["webhook_id"] = await make("/webhooks", connector_id=connector, name="In")
    made["key_id"] = await make("/api-keys", name="Ours")
    made["credential_id"] = await make(
        "/workspace/credentials",
        service_name="people",
        auth={"type": "bearer"},
        credentials={"key": service.KEY},
        allowed_hosts=[service.host],
        test={"method": "GET", "url": f"{service.url}/locked/bearer"},
    )
    private = {"name": "Ours", "config": lookup(service.url)["config"], "visibility": "private"}
    made["template_id"] = await make("/connector-templates", **private)
    made["channel_id"] = await make(
        "/alert-channels",
        **CHANNEL,
        secrets={"url": f"{service.url}/hooks/{service.KEY}"},
    )
    made["delivery_id"] = await make(f"/alert-channels/{made['channel_id']}/test")
    template = f"/connector-templates/{made['template_id']}"
    await make(f"{template}/install", name="From ours")
    assert (await api.post(f"{template}/rating", json={"rating": 5, "text": "Good"})).is_success
    ((made["review_id"],),) = asked(owner_url, "select review_id::text from template_ratings")
    return made


def asked(owner_url: str, question: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner_url) as owner:
        return owner.execute(question.encode(), values).fetchall()


def everything_of(owner_url: str, workspace_id: str) -> dict[str, Any]:
    """Each table's rows of this workspace, in short."""
    tables = asked(
        owner_url,
        "select c.table_name from information_schema.columns c join pg_class t"
        " on t.relname = c.table_name and t.relkind in ('r', 'p') and not t.relispartition"
        " where c.table_schema = 'public' and c.column_name = 'workspace_id'",
    )
    short = (
        "select md5(string_agg(t::text, '|' order by t::text)) from {} t where workspace_id = %s"
    )
    return {
        table: asked(owner_url, short.format(table), workspace_id) for (table,) in sorted(tables)
    }


async def until_quiet(owner_url: str) -> None:
    """Nothing of acme moves by itself any more."""
    await until(lambda: not asked(owner_url, "select 1 from engine_jobs"))
    busy = "select 1 from bulk_executions where finished_at is null"
    await until(lambda: not asked(owner_url, busy))
    waiting = "select 1 from alert_deliveries where state = 'waiting'"
    await until(lambda: not asked(owner_url, waiting))
