"""Files from pages: with the browser's own sign-in, never shown as a page of ours."""

from uuid import uuid4

import pytest

from tests.pages.conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="session")

HTML = "<script>alert(1)</script>"


async def test_an_answer_is_kept_as_a_file_and_never_shown(place: Place) -> None:
    response = {"status": 200, "headers": {"content-type": "text/html"}, "body": HTML}
    entry = {"id": "hello", "kind": "http", "status": "success", "response": response}
    drafts, connector = place.console.services.drafts, place.connector.id
    await drafts.remember(place.acme.editor, connector, {"hello": ("print", entry)})
    viewer = await place.someone(place.acme.viewer)
    http = viewer.user.http_client
    answer = await http.get(f"/downloads/connectors/{connector}/answers/hello?good=1")
    assert (answer.status_code, answer.text) == (200, HTML)
    assert answer.headers["content-disposition"] == 'attachment; filename="hello.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    for path in (
        f"/downloads/connectors/{uuid4()}/answers/hello",
        f"/downloads/connectors/{connector}/answers/other",
        f"/downloads/connectors/{connector}/answers/a%00b",
        f"/downloads/runs/{uuid4()}/answer?step=hello",
        "/downloads/runs/7/answer?step=hello",
    ):
        assert (await http.get(path)).status_code == 404, path


async def test_nobody_gets_a_file_after_signing_out(place: Place) -> None:
    viewer = await place.someone(place.acme.viewer)
    http = viewer.user.http_client
    assert (await http.get("/downloads/runs.csv?show=failed")).status_code == 200
    await place.console.services.accounts.sign_out(viewer.session_id)
    assert (await http.get("/downloads/runs.csv")).status_code in (303, 401)
