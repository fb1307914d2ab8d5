"""What a file of contacts holds is shown before anything of it is kept."""

from io import BytesIO

import pytest

from app.services.contact_import import ContactImport
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
