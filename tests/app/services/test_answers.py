"""What a service said, as a file: all of it, of a kind we know, and for nobody else."""

from typing import Any
from uuid import UUID

import pytest

from app.services.answers import Answers, media_type_of
from app.services.connectors import Connectors
from app.services.drafts import Drafts
from app.services.problems import NotFound
from db.session import Database
from tests.databases import Tenant
from tests.db.asking import add_connector


def entry(body: Any, kind: str = "application/json; charset=utf-8") -> dict[str, Any]:
    response = {"status": 200, "headers": {"content-type": kind}, "body": body, "truncated": True}
    return {"id": "find", "name": "Find", "kind": "http", "status": "success", "response": response}


@pytest.fixture
async def connector(database: Database, acme: Tenant) -> UUID:
    return await add_connector(database, acme.editor, "acme")


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database, Connectors(database))


async def test_a_big_answer_of_a_test_is_there_as_a_whole(
    database: Database, drafts: Drafts, acme: Tenant, globex: Tenant, connector: UUID
) -> None:
    answers, whole = Answers(database), b"[" + b'{"n": 1},' * 50_000 + b'{"n": 1}]'
    tested = {"find": ("print", entry([{"n": 1}]))}
    await drafts.remember(acme.editor, connector, tested, {"find": whole})
    file = await answers.of_test(acme.viewer, connector, "find", True)
    assert (file.name, file.media_type) == ("find.json", "application/json")
    assert file.body == whole
    for other, good in ((globex.owner, True), (acme.viewer, False)):
        with pytest.raises(NotFound):
            await answers.of_test(other, connector, "find", good)


async def test_a_smaller_answer_takes_the_place_of_a_big_one(
    database: Database, drafts: Drafts, acme: Tenant, connector: UUID
) -> None:
    tested = {"find": ("print", entry({"n": 1}))}
    await drafts.remember(acme.editor, connector, tested, {"find": b"old"})
    await drafts.remember(acme.editor, connector, tested)
    file = await Answers(database).of_test(acme.viewer, connector, "find", True)
    assert file.body == b'{\n  "n": 1\n}'


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("application/problem+json", "application/json"),
        ("text/HTML; charset=utf-8", "text/html"),
        ("image/svg+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_only_kinds_we_know_are_named(said: str, taken: str) -> None:
    assert media_type_of(entry("x", said)) == taken
