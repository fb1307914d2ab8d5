"""What is refused first where several things are wrong with one request."""

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
