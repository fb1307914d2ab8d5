"""/api/v1/executions.csv: what a list shows, as a file that a spreadsheet opens without harm."""

import csv
import io

import pytest

from app.services.exporting import Exporting
from app.services.history import Narrowed
from tests.app.running.connectors import lookup

WAIT = {"Prefer": "wait=30"}


@pytest.fixture
async def runs(api, service, ada) -> list[dict]:
    connector = (await api.post("/connectors", json=lookup(service.url))).json()["id"]
    odd = {"email": "nobody@example.com", "first_name": "=HYPERLINK(1)", "last_name": 'O"Hara, Jr'}
    nobody = (await api.post("/contacts", json=odd)).json()["id"]
    execute = f"/connectors/{connector}/execute"
    bodies = ({"contact_id": ada, "flow_run_id": "-1+1"}, {"contact_id": nobody})
    return [(await api.post(execute, json=body, headers=WAIT)).json() for body in bodies]


def lines(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_every_run_that_fits_is_one_line(api, runs):
    answer = await api.get("/executions.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    newest, oldest = lines(answer.text)
    assert [newest["id"], oldest["id"]] == [runs[1]["id"], runs[0]["id"]]
    assert (oldest["connector"], oldest["outcome"]) == ("Find the person", "found")
    assert oldest["email"] == "ada@example.com"
    only = await api.get("/executions.csv?outcome=not_found")
    assert [one["id"] for one in lines(only.text)] == [runs[1]["id"]]


async def test_no_cell_is_a_formula(api, runs):
    newest, oldest = lines((await api.get("/executions.csv")).text)
    assert newest["contact"] == "'=HYPERLINK(1) O\"Hara, Jr"
    assert oldest["flow_run_id"] == "'-1+1"


async def test_long_lists_go_on_in_parts(console, acme, runs):
    exporting = Exporting(console.database, at_once=1)
    parts = [one async for one in exporting.runs(acme.viewer, Narrowed())]
    assert len(parts) == 3
    assert len(lines("".join(parts))) == 2


async def test_nobody_else_gets_them(theirs, runs):
    assert lines((await theirs.get("/executions.csv")).text) == []
