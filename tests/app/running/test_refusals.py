"""What is refused first where several things are wrong with one request, and in which words."""

from uuid import uuid4

from tests.app.running.test_events import QUICK


async def test_what_is_not_there_is_told_before_what_is_wrong_with_the_body(api, theirs, ada):
    connector = (await api.post("/connectors", json=QUICK)).json()["id"]
    template = (await api.post("/connector-templates", json={"connector_id": connector})).json()
    person = (await api.get("/workspaces/acme/members")).json()["items"][0]["user_id"]
    wrong = [
        ("PUT", f"/connectors/{connector}", {}),
        ("PUT", f"/connectors/{connector}", {**QUICK, "version": 1, "config": {"steps": 5}}),
        ("PATCH", f"/connectors/{connector}", {}),
        ("PATCH", f"/connectors/{connector}", {"name": "\0"}),
        ("POST", f"/connectors/{connector}/execute", {"wrong": 1}),
        ("POST", f"/connectors/{connector}/bulk-executions", {}),
        ("POST", f"/connectors/{connector}/test", {"until_step": 5}),
        ("PATCH", f"/contacts/{ada}", {"email": 5}),
        ("POST", f"/connector-templates/{template['id']}/rating", {}),
        ("PATCH", "/workspaces/acme", {}),
        ("POST", "/workspaces/acme/members", {}),
        ("PATCH", f"/workspaces/acme/members/{person}", {}),
        ("PUT", f"/connectors/{uuid4()}", {}),
        ("PUT", "/connectors/no-id", {}),
    ]
    for method, path, body in wrong:
        answer = await theirs.request(method, path, json=body)
        assert answer.status_code == 404, (method, path, answer.text)


async def test_who_is_no_admin_of_the_service_is_told_so_before_anything_else(api):
    for method, path in [
        ("POST", "/admin/users"),
        ("POST", "/admin/connector-templates"),
        ("PUT", "/admin/featured-templates"),
        ("PUT", "/admin/canaries/place"),
        ("POST", f"/admin/reported-reviews/{uuid4()}"),
    ]:
        answer = await api.request(method, path, json={})
        assert answer.status_code == 403, (method, path, answer.text)


async def test_what_is_wrong_with_a_field_is_said_in_our_words(api):
    wrong = {
        "POST /connectors": [{}, {"name": 5, "config": [], "enabled": "x", "timeout_ms": 1.5}],
        "POST /contacts": [[], {"email": 5, "data": []}],
        "POST /schedules": [{"connector_id": "x", "contact_ids": [], "cron": 5}],
        "POST /connectors/test": [{"definition": 5, "contact_id": 5, "until_step": []}],
        "GET /executions?limit=0&since=x&contact_id=x&trigger=x": [None],
        "GET /executions?limit=201": [None],
        "GET /connectors?enabled=perhaps&type=x": [None],
        "GET /usage?since=x": [None],
    }
    for asked, bodies in wrong.items():
        method, path = asked.split()
        for body in bodies:
            answer = await api.request(method, path, json=body)
            assert answer.status_code == 422, (asked, answer.text)
            for one in answer.json()["errors"]:
                assert "nput should" not in one["message"], (asked, one)
                assert "valid" not in one["message"], (asked, one)


async def test_null_counts_as_left_out_where_something_may_be_left_out(api):
    made = (await api.post("/connectors", json=QUICK)).json()["id"]
    nothing = {"contact_id": None, "input": None}
    started = {**nothing, "flow_run_id": None, "run_at": None}
    answer = await api.post(f"/connectors/{made}/execute", json=started)
    assert (answer.status_code, answer.json()["input_data"]) == (202, {})
    tried = {**nothing, "contact": None, "until_step": None}
    assert (await api.post(f"/connectors/{made}/test", json=tried)).status_code == 200


async def test_a_time_with_its_zone_is_understood_though_its_plus_sign_was_lost(api):
    made = (await api.post("/connectors", json=QUICK)).json()["id"]
    run = (await api.post(f"/connectors/{made}/execute", json={})).json()
    for since in ("2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00.5%2B02:00"):
        answer = await api.get(f"/executions?since={since}")
        assert [one["id"] for one in answer.json()["items"]] == [run["id"]], answer.text


async def test_patience_is_read_in_every_spelling_of_it(api):
    made = (await api.post("/connectors", json=QUICK)).json()["id"]
    for spelling in ("wait=30", 'Wait="30"', "respond-async, wait=30", "respond-async; wait = 30"):
        answer = await api.post(
            f"/connectors/{made}/execute", json={}, headers={"Prefer": spelling}
        )
        assert (answer.status_code, answer.json()["status"]) == (202, "success"), spelling
