"""Every route there is, as the API's own document lists them: no key, each role, and what belongs
to another workspace."""

from uuid import uuid4

import pytest

from app.services.roles import RANKS
from tests.app.running.belongings import everything_of, ours, until_quiet
from tests.app.running.routes import NAMED, NEED_NO_KEY, Nothing, routes

__all__ = ["ours"]


async def test_every_route_is_told_about_here(api):
    document = (await api.get("/openapi.json")).json()
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/v1/")
    }
    assert there == {one.name for one in routes()} | NEED_NO_KEY


@pytest.mark.parametrize("key", [None, "Bearer", "Bearer cc_live_0_nothing", "Basic YTpi"])
async def test_without_a_key_no_route_says_anything(api, key):
    api.headers.pop("authorization")
    if key:
        api.headers["authorization"] = key
    answered = {one.name: (await one.ask(api, Nothing()))[0] for one in routes()}
    assert {name for name, status in answered.items() if status != 401} == set()
    assert (await api.post(f"/hooks/{uuid4()}", json={})).status_code in (401, 404)


@pytest.mark.parametrize("role", RANKS)
async def test_every_route_asks_for_the_role_it_needs(client_of, acme, role):
    client = client_of(getattr(acme, role))
    here = Nothing(workspace_id="acme")
    wrong = []
    # What ends the workspace comes last.
    for route in sorted(routes(), key=lambda one: one.name == "DELETE /workspaces/{workspace_id}"):
        status, text = await route.ask(client, here)
        may = route.least != "service" and RANKS.index(role) >= RANKS.index(route.least)
        if status >= 500 or (status != 403) != may:
            wrong.append((route.name, status, text[:200]))
    assert wrong == []


async def test_what_is_another_workspaces_is_not_there_by_any_route(
    console, api, theirs, ours, owner_url, service
):
    await until_quiet(owner_url)
    before, calls = everything_of(owner_url, "acme"), len(service.calls())
    wrong = []
    for route in routes():
        names = set(NAMED.findall(route.path))
        if not names or route.least == "service":
            continue
        assert names <= ours.keys(), f"Make one of these in `ours`: {names}"
        foreign = await route.ask(theirs, ours)
        nobodys = await route.ask(theirs, Nothing())
        if foreign[0] != 404 or foreign != nobodys:
            wrong.append((route.name, *foreign, *nobodys))
    assert wrong == []
    assert everything_of(owner_url, "acme") == before
    assert len(service.calls()) == calls
    # They were there all the time: for us.
    for route in routes():
        if (
            route.name.startswith("GET ")
            and NAMED.search(route.path)
            and "update" not in route.name
        ):
            status, text = await route.ask(api, ours)
            assert status == 200 or route.least == "service", (route.name, text)
