"""How well templates do, told only where enough workspaces contribute; and what people write."""

import asyncio

import psycopg
import pytest

from db.session import Actor
from tests.app.running.test_templates import add_template


@pytest.fixture
def template(owner_url, service) -> str:
    return add_template(owner_url, service, "Find people", is_official=True)


def ran(owner_url, template, workspace: str, outcomes: dict[str, int], cost: float = 0) -> None:
    """A workspace that installed it, and how its runs ended."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("insert into workspaces (id, name) values (%s, %s)", [workspace] * 2)
        (connector,) = owner.execute(
            "insert into connectors (workspace_id, name, config, created_from_template)"
            " values (%s, 'C', '{\"steps\": []}', %s) returning id",
            [workspace, template],
        ).fetchone()
        for outcome, times in outcomes.items():
            owner.execute(
                "insert into connector_executions (workspace_id, connector_id, connector_version,"
                " status, outcome, finished_at, steps_executed) select %s, %s, 1,"
                " case when %s = 'failed' then 'failed' else 'success' end, %s, now(),"
                " jsonb_build_array(jsonb_build_object('kind', 'waterfall', 'extracted',"
                " jsonb_build_object('cost', %s::numeric)))"
                " from generate_series(1, %s)",
                [workspace, connector, outcome, outcome, cost, times],
            )


async def measured(api, console, template) -> tuple:
    await console.services.ratings.measure()
    one = (await api.get(f"/connector-templates/{template}")).json()
    return one["success_rate"], one["hit_rate"], one["price_per_found"]


async def test_rates_are_told_once_five_workspaces_contribute(api, console, template, owner_url):
    for number in range(4):
        ran(owner_url, template, f"w{number}", {"found": 6, "not_found": 2, "failed": 2})
    assert await measured(api, console, template) == (None, None, None)
    ran(owner_url, template, "w4", {"found": 6, "not_found": 2, "failed": 2})
    assert await measured(api, console, template) == (0.8, 0.75, None)
    with psycopg.connect(owner_url) as owner:
        owner.execute("delete from workspaces where id = 'w0'")
    assert await measured(api, console, template) == (None, None, None)


async def test_no_workspace_can_be_read_out_of_the_mean(api, console, template, owner_url):
    """Very many runs of one weigh no more than a hundred of another."""
    ran(owner_url, template, "big", {"failed": 400})
    for number in range(4):
        ran(owner_url, template, f"w{number}", {"found": 100})
    assert (await measured(api, console, template))[0] == 0.8


async def test_a_price_needs_five_that_paid(api, console, template, owner_url):
    with psycopg.connect(owner_url) as owner:
        steps = '{"steps": [{"kind": "waterfall", "attempts": [{"cost": 1}]}]}'
        owner.execute("update connector_templates set config = %s", [steps])
    for number in range(5):
        ran(owner_url, template, f"w{number}", {"found": 3, "not_found": 1}, cost=0.03)
    assert await measured(api, console, template) == (1.0, 0.75, 0.04)


async def test_the_best_measured_come_first_and_the_unmeasured_last(
    api, console, template, owner_url, service
):
    add_template(owner_url, service, "Nobody ran this")
    worse = add_template(owner_url, service, "Worse")
    for number in range(5):
        ran(owner_url, template, f"a{number}", {"found": 1})
        ran(owner_url, worse, f"b{number}", {"found": 1, "failed": 1})
    await console.services.ratings.measure()
    items = (await api.get("/connector-templates?sort=success")).json()["items"]
    assert [one["name"] for one in items] == ["Find people", "Worse", "Nobody ran this"]


# -- what people write --


@pytest.fixture
async def installed(api, template) -> str:
    given = {"credentials": {"people": {"api_key": "demo-key-not-real-8271"}}}
    answer = await api.post(f"/connector-templates/{template}/install", json=given)
    assert answer.status_code == 201
    return template


async def rate(client, template, stars: int, **more):
    body = {"rating": stars, **more}
    return await client.post(f"/connector-templates/{template}/rating", json=body)


async def reviews(client, template) -> list[dict]:
    return (await client.get(f"/connector-templates/{template}/reviews")).json()["items"]


async def test_whoever_installed_it_writes_and_nobody_learns_who(api, theirs, installed):
    assert (await rate(theirs, installed, 1, text="Never used it.")).status_code == 403
    assert (await rate(theirs, installed, 1)).status_code == 200
    assert (await rate(api, installed, 4, text="  Finds most of them. ")).status_code == 200
    (mine,) = await reviews(api, installed)
    (other,) = await reviews(theirs, installed)
    assert (mine["text"], mine["rating"], mine["yours"]) == ("Finds most of them.", 4, True)
    assert other == {**mine, "yours": False}
    assert set(other) == {"id", "rating", "text", "created_at", "yours"}


async def test_a_review_can_be_changed_and_taken_back(api, installed):
    await rate(api, installed, 4, text="Good")
    await rate(api, installed, 2)
    assert [(one["rating"], one["text"]) for one in await reviews(api, installed)] == [(2, "Good")]
    await rate(api, installed, 2, text=None)
    assert await reviews(api, installed) == []
    assert (await rate(api, installed, 2, text="x" * 2001)).status_code == 422


async def test_a_reported_review_comes_before_the_admins(
    api, theirs, client_of, acme, globex, installed, owner_url, console
):
    await rate(api, installed, 1, text="Buy my pills")
    (one,) = await reviews(theirs, installed)
    report = f"/connector-templates/{installed}/reviews/{one['id']}/report"
    assert (await theirs.post(report, json={"reason": "Spam"})).status_code == 204
    assert (await theirs.post(report)).status_code == 204
    nobody = report.replace(one["id"], installed)
    assert (await theirs.post(nobody)).status_code == 404
    admin, ratings = Actor(globex.viewer.user_id), console.services.ratings
    assert await ratings.reported(admin) == []
    with psycopg.connect(owner_url) as owner:
        make = "insert into saas_admin_users (user_id, role) values (%s, 'owner')"
        owner.execute(make, [admin.user_id])
    (found,) = await ratings.reported(admin)
    assert (found.said, found.reports, found.template_name) == ("Buy my pills", 1, "Find people")
    assert "@" not in str(found)
    await ratings.settle(admin, found.review_id, hide=True)
    assert await reviews(theirs, installed) == []
    assert await ratings.reported(admin) == []


async def test_reviews_of_a_hidden_template_stay_hidden(api, theirs, installed, owner_url):
    await rate(api, installed, 5, text="Good")
    (one,) = await reviews(theirs, installed)
    with psycopg.connect(owner_url) as owner:
        owner.execute("update connector_templates set is_public = false")
    answer = await theirs.get(f"/connector-templates/{installed}/reviews")
    assert answer.status_code == 404
    report = f"/connector-templates/{installed}/reviews/{one['id']}/report"
    assert (await theirs.post(report)).status_code == 404


async def test_fifty_reviews_at_once_are_counted_right(console, api, installed, owner_url):
    with psycopg.connect(owner_url) as owner:
        people = owner.execute(
            "insert into auth.users (id, email) select gen_random_uuid(), 'r' || n || '@acme.test'"
            " from generate_series(1, 50) n returning id"
        ).fetchall()
        for (user,) in people:
            owner.execute("insert into workspace_members values ('acme', %s, 'editor')", [user])
    say = console.services.ratings.rate
    await asyncio.gather(
        *(say(Actor(user, "acme", "editor"), installed, 3, f"Words {user}") for (user,) in people),
        *(say(Actor(user, "acme", "editor"), installed, 3) for (user,) in people),
    )
    one = (await api.get(f"/connector-templates/{installed}")).json()
    assert (one["rating"], one["rating_count"]) == (3.0, 50)
    first = (await api.get(f"/connector-templates/{installed}/reviews?limit=40")).json()
    rest = await api.get(
        f"/connector-templates/{installed}/reviews?limit=40&cursor={first['next_cursor']}"
    )
    texts = {one["text"] for one in first["items"] + rest.json()["items"]}
    assert len(texts) == 50
