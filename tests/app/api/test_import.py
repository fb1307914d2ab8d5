"""CSV import: whatever spreadsheets write goes in, row by row, and broken rows are told."""

from typing import Any

import pytest
from httpx import AsyncClient as Client

CSV = {"content-type": "text/csv"}


async def imported(api: Client, text: str | bytes, **params: str) -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    answer = await api.post("/contacts/import", content=content, headers=CSV, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def contacts(api: Client) -> list[dict[str, Any]]:
    return list((await api.get("/contacts")).json()["items"])


async def test_titles_of_other_programs_find_their_columns(api: Client) -> None:
    told = await imported(
        api, "First Name,Surname,E-mail,Company Name,Lead Score\nAda,Lovelace,ada@x.test,Acme,7\n"
    )
    assert (told["created"], told["failed"], told["errors"]) == (1, 0, [])
    (contact,) = await contacts(api)
    assert contact["first_name"] == "Ada"
    assert contact["last_name"] == "Lovelace"
    assert contact["company"] == "Acme"
    assert contact["data"] == {"lead_score": "7"}
    assert told["columns"]["Lead Score"] == "data.lead_score"


async def test_broken_rows_are_told_and_the_others_kept(api: Client) -> None:
    told = await imported(
        api,
        'email,city\nada@x.test,Oslo\nnot-an-email,Oslo\n"open,quote\nbob@x.test,Rome\n'
        "a@x.test,b,c,d\n\neve@x.test,Bonn\n",
    )
    assert told["created"] == 3
    assert told["failed"] == 3
    assert [error["row"] for error in told["errors"]] == [3, 4, 6]
    assert all(error["message"] for error in told["errors"])
    assert {contact["email"] for contact in await contacts(api)} == {
        "ada@x.test",
        "bob@x.test",
        "eve@x.test",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_encodings_and_delimiters_are_seen_by_themselves(
    api: Client, encoding: str, delimiter: str
) -> None:
    text = f"first_name{delimiter}city\r\nZoë{delimiter}Århus\r\n"
    told = await imported(api, text.encode(encoding))
    (contact,) = await contacts(api)
    assert (contact["first_name"], contact["city"]) == ("Zoë", "Århus")
    assert bool(told["notes"]) == (encoding in ("utf-16", "latin-1") or delimiter != ",")


async def test_a_cell_may_hold_line_breaks_quotes_and_delimiters(api: Client) -> None:
    await imported(api, 'first_name,city\n"Ada ""the first""","one,\ntwo"\n')
    (contact,) = await contacts(api)
    assert (contact["first_name"], contact["city"]) == ('Ada "the first"', "one,\ntwo")


async def test_a_mapping_decides_where_titles_do_not(api: Client) -> None:
    told = await imported(
        api, "A,B,C\nada@x.test,Oslo,no\n", mapping='{"A": "email", "B": "city", "C": null}'
    )
    assert told["columns"] == {"A": "email", "B": "city", "C": None}
    (contact,) = await contacts(api)
    assert (contact["email"], contact["city"], contact["data"]) == ("ada@x.test", "Oslo", {})


async def test_a_mapping_to_nowhere_is_refused_by_its_column(api: Client) -> None:
    refused = await api.post(
        "/contacts/import",
        content=b"A\n1\n",
        headers=CSV,
        params={"mapping": '{"A": "nope", "Z": "email"}'},
    )
    assert refused.status_code == 422
    assert {error["path"] for error in refused.json()["errors"]} == {"mapping.A", "mapping.Z"}


async def test_matching_by_email_changes_who_is_there_and_leaves_empty_cells_alone(
    api: Client,
) -> None:
    made = await api.post("/contacts", json={"email": "Ada@x.test", "city": "Oslo", "phone": "1"})
    told = await imported(
        api, "email,city,phone\nada@X.test,Bergen,\nnew@x.test,Rome,2\n", match="email"
    )
    assert (told["created"], told["updated"]) == (1, 1)
    ada = (await api.get(f"/contacts/{made.json()['id']}")).json()
    assert (ada["city"], ada["phone"]) == ("Bergen", "1")
    writes = (await api.get(f"/contacts/{ada['id']}/provenance")).json()["items"]
    assert ("city", "Oslo", "Bergen") in [(w["field"], w["before"], w["after"]) for w in writes]


async def test_a_form_with_a_file_does_the_same(api: Client) -> None:
    answer = await api.post(
        "/contacts/import", files={"file": ("people.csv", b"email\nada@x.test\n", "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["created"] == 1
    refused = await api.post("/contacts/import", files={"other": ("x.csv", b"email\n")})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "file"


async def test_an_empty_file_is_refused(api: Client) -> None:
    for content in (b"", b"\n\n", b"\xef\xbb\xbf"):
        refused = await api.post("/contacts/import", content=content, headers=CSV)
        assert refused.status_code == 422, content


async def test_binary_rubbish_takes_nothing_down(api: Client) -> None:
    for content in (bytes(range(256)) * 50, b"email\n\x00\n", b'"' * 9999, b"PK\x03\x04" * 99):
        answer = await api.post("/contacts/import", content=content, headers=CSV)
        assert answer.status_code in (200, 422), content[:20]


async def test_the_same_import_sent_twice_is_done_once(api: Client) -> None:
    headers = {**CSV, "Idempotency-Key": "one"}
    for _ in range(2):
        answer = await api.post("/contacts/import", content=b"email\na@x.test\n", headers=headers)
        assert answer.json()["created"] == 1
    assert len(await contacts(api)) == 1


async def test_five_thousand_rows_go_in_in_batches(api: Client) -> None:
    rows = "".join(f"n{number}@x.test,{number}\n" for number in range(5000))
    told = await imported(api, "email,Score\n" + rows)
    assert told["created"] == 5000
    found = (await api.get("/contacts", params={"q": "n4321@"})).json()["items"]
    assert [contact["data"] for contact in found] == [{"score": "4321"}]
