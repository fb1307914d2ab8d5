"""What programs and people read before they write: the schemas and the readable page."""

import re

import httpx
import jsonschema

from tests.app.running.connectors import lookup


async def test_the_schema_of_a_connector_fits_what_the_api_accepts(api):
    schema = (await api.get("/schema/connector.json")).json()
    jsonschema.Draft202012Validator.check_schema(schema)
    whole = {name: lookup("https://a.test")[name] for name in ("config", "field_mappings")}
    jsonschema.validate(whole, schema)
    assert schema["x-limits"]


async def test_every_route_is_in_the_document_and_on_the_page(outside):
    async with httpx.AsyncClient(base_url=outside.url) as nobody:
        document = (await nobody.get("/api/v1/openapi.json")).json()
        page = await nobody.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path, methods in document["paths"].items():
        assert path in page.text
        for route in methods.values():
            assert f'id="{route["operationId"]}"' in page.text
    assert "/api/v1/connectors/{connector_id}/execute" in document["paths"]


async def test_the_page_needs_nothing_from_elsewhere(outside):
    async with httpx.AsyncClient(base_url=outside.url) as nobody:
        page = (await nobody.get("/api/docs")).text
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)
