"""Ratings, installs and runs of a template: counted right however many people come at once."""

import asyncio
from collections import Counter

import psycopg
import pytest

from db.session import Actor
from tests.app.running.publishing import KEY, admin, whole

__all__ = ["admin", "whole"]


@pytest.fixture
async def official(admin, whole) -> str:
    return (await admin.post("/admin/connector-templates", json=whole)).json()["id"]


async def template(api, number: str) -> dict:
    return (await api.get(f"/connector-templates/{number}")).json()


@pytest.mark.parametrize(
    "body", [{}, {"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": "5"}]
)
async def test_a_rating_is_one_to_five(api, official, body):
    answer = await api.post(f"/connector-templates/{official}/rating", json=body)
    assert answer.status_code == 422


async def test_everyone_has_one_rating_and_may_change_it(api, theirs, official):
    address = f"/connector-templates/{official}/rating"
    assert (await api.post(address, json={"rating": 5})).json()["rating_count"] == 1
    assert (await theirs.post(address, json={"rating": 2})).json()["rating"] == 3.5
    again = (await api.post(address, json={"rating": 1})).json()
    assert (again["rating"], again["rating_count"], again["yours"]) == (1.5, 2, 1)
    before = (await template(api, official))["updated_at"]
    await api.post(address, json={"rating": 3})
    assert (await template(api, official))["updated_at"] == before


async def test_who_rated_and_who_reported_is_in_the_audit_log_of_their_workspace(
    api, theirs, official, admin
):
    address, given = f"/connector-templates/{official}", {"people": {"api_key": KEY}}
    await api.post(f"{address}/install", json={"credentials": given})
    await api.post(f"{address}/rating", json={"rating": 5})
    await api.post(f"{address}/rating", json={"rating": 2, "text": "Often wrong."})
    (review,) = (await theirs.get(f"{address}/reviews")).json()["items"]
    await theirs.post(f"{address}/reviews/{review['id']}/report", json={"reason": "Unfair"})
    rated, first = (await api.get("/audit")).json()["items"][:2]
    assert (rated["action"], rated["object_id"]) == ("template.rated", official)
    assert (first["before"], first["after"]["stars"]) == (None, 5)
    assert (rated["before"]["stars"], rated["after"]["stars"]) == (5, 2)
    (reported,) = (await theirs.get("/audit")).json()["items"]
    assert (reported["action"], reported["after"]["reason"]) == ("review.reported", "Unfair")


@pytest.fixture
def fifty(owner_url, client_of) -> list:
    """Fifty people of acme, each with a key to the API."""
    with psycopg.connect(owner_url) as owner:
        people = owner.execute(
            "insert into auth.users (id, email) select gen_random_uuid(), 'p' || n || '@acme.test'"
            " from generate_series(1, 50) n returning id"
        ).fetchall()
        for (user,) in people:
            owner.execute("insert into workspace_members values ('acme', %s, 'admin')", [user])
    return [client_of(Actor(user, "acme", "admin")) for (user,) in people]


async def test_fifty_ratings_and_installs_at_once_are_counted_right(
    api, official, owner_url, fifty
):
    address, given = f"/connector-templates/{official}", {"people": {"api_key": KEY}}
    asked = []
    for number, client in enumerate(fifty):
        stars = {"rating": number % 5 + 1}
        install = {"name": f"People {number}", "credentials": given}
        once = {"Idempotency-Key": f"people {number}"} if number % 2 else {}
        asked += [client.post(f"{address}/rating", json=stars)]
        asked += [client.post(f"{address}/install", json=install, headers=once)]
    codes = Counter(answer.status_code for answer in await asyncio.gather(*asked))
    assert codes == {200: 50, 201: 50}
    now = await template(api, official)
    assert (now["rating"], now["rating_count"], now["install_count"]) == (3.0, 50, 50)
    with psycopg.connect(owner_url) as owner:
        parts = owner.execute(
            "select (select count(*) from connectors where created_from_template = %(id)s),"
            " (select count(distinct name) from connectors),"
            " (select count(*) from connector_versions),"
            " (select count(*) from template_installs where template_id = %(id)s),"
            " (select count(*) from audit_log where action = 'connector.made'),"
            " (select count(*) from workspace_api_credentials),"
            " (select count(*) from template_ratings where template_id = %(id)s)",
            {"id": official},
        ).fetchone()
        assert parts == (50, 50, 50, 50, 50, 1, 50)
        owner.execute("delete from auth.users where email like 'p_@acme.test'")
    assert (await template(api, official))["rating_count"] == 41


async def test_of_two_keys_given_at_once_one_is_kept_and_the_other_installs_nothing(
    api, official, fifty
):
    answers = await asyncio.gather(
        *(
            client.post(
                f"/connector-templates/{official}/install",
                json={"credentials": {"people": {"api_key": f"{KEY}-{number}"}}},
            )
            for number, client in enumerate(fifty[:10])
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    refused = {one.json()["type"].rpartition(":")[2] for one in answers if one.status_code == 409}
    assert refused == {"service_taken"}
    assert (await template(api, official))["install_count"] == 1
    assert len((await api.get("/connectors")).json()["items"]) == 1


async def test_usage_counts_the_runs_of_all_that_was_made_from_it(api, console, official, ada):
    given = {"credentials": {"people": {"api_key": KEY}}}
    install = f"/connector-templates/{official}/install"
    made = (await api.post(install, json=given)).json()["id"]
    for _ in range(2):
        execute = f"/connectors/{made}/execute"
        await api.post(execute, json={"contact_id": ada}, headers={"Prefer": "wait=30"})
    await console.services.ratings.count_usage()
    assert (await template(api, official))["usage_count"] == 2
    await api.delete(f"/connectors/{made}")
    await console.services.ratings.count_usage()
    assert (await template(api, official))["usage_count"] == 2
