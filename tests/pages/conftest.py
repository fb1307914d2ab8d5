"""The console in this very process, and people who open its pages without a browser.

Run with `-p nicegui.testing.user_plugin`, in a process of its own: pages live once in a process.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nicegui import core, ui
from nicegui.testing.user_interaction import UserInteraction

from app.main import Console, build
from app.services.accounts import SESSION_LIVES, digest, new_token
from app.services.connectors import Connectors, Wanted
from app.services.contacts import Contacts
from app.settings import Settings
from app.signin import COOKIE
from db import users
from db.connectors import Connector
from db.contacts import Contact
from db.logins import Logins
from db.session import Actor, Signin
from engine.effects.master_key import MasterKey
from tests.databases import Cluster, Tenant, make_tenant
from tests.pages.visitors import Guide, Visitor

STEP = {"id": "hello", "name": "Hello", "kind": "set", "values": {"a": "b"}}


@dataclass(slots=True)
class Place:
    """The workspace acme with one connector and one contact."""

    console: Console
    acme: Tenant
    connector: Connector
    contact: Contact
    owner_url: str  # as the owner of the tables

    async def someone(self, actor: Actor) -> "Someone":
        """Signed in, with a session of their own."""
        token = new_token()
        async with self.console.database.session_for(Signin()) as session:
            session_id = await users.start_session(
                session, actor.user_id, digest(token), SESSION_LIVES, actor.workspace_id
            )
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.console.web),
            base_url="http://test",
            cookies={COOKIE: token},
        )
        return Someone(Visitor(client), session_id)


class Someone:
    """A person at a page: what they see by its test id, and what their browser may send."""

    def __init__(self, user: Visitor, session_id: Any) -> None:
        self.user, self.session_id = user, session_id

    async def open(self, path: str) -> None:
        await self.user.open(path)

    def part(self, testid: str) -> ui.element:
        assert self.user.client is not None
        return next(
            one
            for one in self.user.client.elements.values()
            if one.props.get("data-testid") == testid
        )

    def named(self, kind: type[ui.element], name: str) -> Any:
        """By what is read out."""
        assert self.user.client is not None
        elements = self.user.client.elements.values()
        return next(
            one for one in elements if isinstance(one, kind) and one.props.get("name") == name
        )

    def only(self, kind: type[ui.element]) -> Any:
        assert self.user.client is not None
        return next(one for one in self.user.client.elements.values() if isinstance(one, kind))

    def every(self, kind: type[ui.element]) -> list[Any]:
        assert self.user.client is not None
        return [one for one in self.user.client.elements.values() if isinstance(one, kind)]

    def inside(self, element: ui.element) -> list[ui.element]:
        return list(element.descendants())

    def send(self, element: ui.element, event: str, args: Any = None) -> None:
        """As a browser, or somebody pretending to be one."""
        first, *rest = event.split("-")
        name = first + "".join(part.capitalize() for part in rest)
        assert name in {one.type for one in element._event_listeners.values()}, "nobody would hear"
        UserInteraction(self.user, {element}, None).trigger(name, args)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def place(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    with cluster.clone() as name, _simulation():
        logins = Logins(cluster.url(name, cluster.owner), cluster.url(name, "console_web"))
        master = MasterKey(bytes(range(32)))
        console = build(Settings(data_dir=tmp_path_factory.mktemp("data")), logins, master)
        acme = make_tenant(logins.owner_url, "acme")
        connector = await Connectors(console.database).create(
            acme.owner, Wanted("Say hello", {"version": 1, "steps": [STEP]})
        )
        contact = await Contacts(console.database).add(acme.owner, {"email": "ada@acme.test"})
        async with core.app.router.lifespan_context(core.app):
            await console.start(with_worker=False)
            yield Place(console, acme, connector, contact, logins.owner_url)
        await console.stop()  # once no page asks it anything any more


@contextmanager
def _simulation() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NICEGUI_USER_SIMULATION", "true")
        patch.setattr(ui, "navigate", Guide())
        yield
