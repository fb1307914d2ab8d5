"""Every trouble is told in one shape, whatever was sent, and nothing of it ends in a 500."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient as Client

from tests.app.conftest import Outside

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"city": NaN}',
        b"\xff\xfe",
    ],
)
async def test_a_body_that_is_no_json_is_a_400(api: Client, body: bytes) -> None:
    refused = await api.post("/contacts", content=body, headers=JSON)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    told = refused.json()
    assert told["status"] == 400
    assert told["title"]
    assert told["detail"]
    assert told["hint"]


async def test_what_postgres_cannot_keep_is_named_by_its_place(api: Client) -> None:
    for body, path in (
        (b'{"city": "a\\u0000b"}', "city"),
        (b'{"data": {"list": [1, {"x": "\\u0000"}]}}', "data.list[1].x"),
        (b'{"data": {"a\\u0000": 1}}', "data"),
        (b'{"city": "\\ud800"}', "city"),
        (b'{"data": {"\\udc00a": 1}}', "data"),
        (b'{"data": {"n": [1e5000]}}', "data.n[0]"),
        (b'{"data": {"n": ' + b"9" * 5000 + b"}}", "data.n"),
        (b'{"city": "x", "data": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "data"),
    ):
        refused = await api.post("/contacts", content=body, headers=JSON)
        assert refused.status_code == 422, body
        assert refused.json()["errors"][0]["path"] == path


async def test_nesting_beyond_reason_is_refused(api: Client) -> None:
    deep = b'{"data": {"x": ' + b"[" * 100 + b"]" * 100 + b"}}"
    refused = await api.post("/contacts", content=deep, headers=JSON)
    assert refused.status_code == 422


async def test_json_that_is_not_marked_as_json_is_told_so(api: Client) -> None:
    refused = await api.post("/contacts", content=b"{}", headers={"content-type": "text/plain"})
    assert refused.status_code == 400
    assert "Content-Type" in refused.json()["hint"]


async def test_more_than_four_megabytes_are_refused_with_and_without_a_length(api: Client) -> None:
    body = b'{"data": {"x": "' + b"a" * (4 * 2**20) + b'"}}'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    for content in (body, in_pieces()):
        refused = await api.post("/contacts", content=content, headers=JSON)
        assert refused.status_code == 413
        assert refused.headers["content-type"] == "application/problem+json"
        assert "4 MB" in refused.json()["detail"]


async def test_a_nul_in_the_address_is_refused(api: Client) -> None:
    for address in ("/contacts?q=%00", "/workspaces/%00", "/contacts?cursor=%00"):
        assert (await api.get(address)).status_code in (404, 422), address


async def test_an_unknown_address_and_an_unknown_method_are_problems_too(api: Client) -> None:
    unknown = await api.get("/nothing-here")
    assert (unknown.status_code, unknown.json()["status"]) == (404, 404)
    other = await api.put("/contacts")
    assert (other.status_code, other.json()["status"]) == (405, 405)
    assert other.headers["content-type"] == "application/problem+json"
    assert other.headers["allow"] == "GET, POST"


async def test_an_id_that_cannot_be_one_is_the_id_of_nothing(api: Client) -> None:
    assert (await api.get("/contacts/not-a-uuid")).status_code == 404


async def test_a_limit_out_of_bounds_is_refused_by_name(api: Client) -> None:
    for limit in ("0", "201", "x", "-1", "1e3"):
        refused = await api.get("/contacts", params={"limit": limit})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "limit"


async def test_without_a_key_there_is_a_401_that_says_how(outside: Outside) -> None:
    async with Client(base_url=outside.url) as nobody:
        for headers in (
            {},
            {"authorization": "Bearer"},
            {"authorization": "Basic eDp5"},
            {"authorization": "Bearer cc_live_0_nothing"},
            {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
            {"cookie": "console_session=x"},
        ):
            refused = await nobody.get("/api/v1/contacts", headers=headers)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert "Authorization" in refused.json()["hint"]


async def test_health_and_metrics_need_no_key(outside: Outside) -> None:
    async with Client(base_url=outside.url) as anybody:
        assert (await anybody.get("/health/live")).status_code == 200
        assert (await anybody.get("/health/ready")).status_code == 200
        metrics = await anybody.get("/metrics")
        assert "console_database_up 1\n" in metrics.text
        assert metrics.headers["content-type"].startswith("text/plain")


async def test_answers_carry_their_guards(api: Client) -> None:
    answer = await api.get("/contacts")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
