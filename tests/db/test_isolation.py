"""What one workspace has, no other can see, change, count or point at."""

from sqlalchemy import func, select

from db.connectors import Connector
from db.session import Database
from tests.databases import Tenant


async def test_a_connector_of_one_workspace_is_not_there_for_another(
    database: Database, acme: Tenant, globex: Tenant
) -> None:
    async with database.session_for(acme.editor) as session:
        made = Connector(workspace_id="acme", name="Find people", config={"steps": []})
        session.add(made)
    async with database.session_for(globex.owner) as session:
        assert await session.get(Connector, made.id) is None
        assert await session.scalar(select(func.count()).select_from(Connector)) == 0
    async with database.session_for(acme.viewer) as session:
        assert (await session.get_one(Connector, made.id)).name == "Find people"
