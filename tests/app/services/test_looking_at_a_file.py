"""What a file of contacts holds is shown before anything of it is kept."""

from io import BytesIO

import pytest

from app.services.contact_import import BATCH, ContactImport
from app.services.contacts import Contacts
from app.services.problems import BadInput, NotAllowed
from db.session import Database
from tests.databases import Tenant

FILE = 'E-mail;Vorname;Shoe size\nzoe@x.test;Zoë;38\n\nbroken;"x\ninês@x.test;Inês;38\n'


@pytest.fixture
def imports(database: Database) -> ContactImport:
    return ContactImport(database)


async def test_columns_say_where_they_would_go_and_what_they_hold(
    imports: ContactImport, database: Database, acme: Tenant
) -> None:
    seen = await imports.look(acme.admin, BytesIO(FILE.encode("latin-1")))
    assert [(one.title, one.field) for one in seen.columns] == [
        ("E-mail", "email"),
        ("Vorname", "first_name"),
        ("Shoe size", "data.shoe_size"),
    ]
    assert seen.columns[1].examples == ("Zoë", "Inês")
    assert seen.columns[2].examples == ("38",)
    assert seen.rows == 3
    assert any("Latin-1" in note for note in seen.notes)
    assert (await Contacts(database).listed(acme.viewer)).items == []


async def test_an_editor_and_a_file_without_titles_are_refused(
    imports: ContactImport, acme: Tenant
) -> None:
    with pytest.raises(NotAllowed):
        await imports.look(acme.editor, BytesIO(FILE.encode()))
    with pytest.raises(BadInput):
        await imports.look(acme.admin, BytesIO(b"\n\n"))


async def test_who_comes_twice_in_a_file_is_one_contact(
    imports: ContactImport, database: Database, acme: Tenant
) -> None:
    file = "email,city\nAda@x.test,Oslo\nbo@x.test,Rome\nada@X.test,Bonn\n,Paris\n,Nice\n"
    told = await imports.run(acme.admin, BytesIO(file.encode()), match="email")
    assert (told.created, told.updated) == (4, 1)
    there = (await Contacts(database).listed(acme.admin)).items
    assert sorted((one.email or "", one.city) for one in there) == [
        ("", "Nice"),
        ("", "Paris"),
        ("ada@X.test", "Bonn"),
        ("bo@x.test", "Rome"),
    ]


async def test_an_import_that_is_stopped_keeps_what_is_in(
    imports: ContactImport, database: Database, acme: Tenant
) -> None:
    file = "email\n" + "".join(f"p{n}@x.test\n" for n in range(2 * BATCH + 1))
    told = await imports.run(
        acme.admin, BytesIO(file.encode()), match="email", on_progress=lambda so_far: False
    )
    assert told.created == BATCH
