"""Views of a list: everybody's own, replaced under the same name, and no more than fit a menu."""

import pytest

from app.services.problems import BadInput, NotFound
from app.services.saved_views import MOST, SavedViews
from db.session import Database
from tests.databases import Tenant


@pytest.fixture
def views(database: Database) -> SavedViews:
    return SavedViews(database)


async def test_a_view_is_there_again_by_name_for_whoever_saved_it(
    views: SavedViews, acme: Tenant
) -> None:
    await views.save(acme.viewer, "runs", "  What   failed ", {"show": "failed"})
    await views.save(acme.viewer, "runs", "all of bulk", {"trigger": "bulk"})
    await views.save(acme.viewer, "runs", "What failed", {"show": "failed", "when": "24h"})
    found = await views.listed(acme.viewer, "runs")
    assert [(one.name, one.asked) for one in found] == [
        ("all of bulk", {"trigger": "bulk"}),
        ("What failed", {"show": "failed", "when": "24h"}),
    ]
    assert await views.listed(acme.editor, "runs") == []


async def test_nobody_else_deletes_it(views: SavedViews, acme: Tenant, globex: Tenant) -> None:
    (view,) = await views.save(acme.viewer, "runs", "Mine", {"q": "ada"})
    for other in (acme.owner, globex.owner):
        with pytest.raises(NotFound):
            await views.remove(other, view.id)
    await views.remove(acme.viewer, view.id)
    assert await views.listed(acme.viewer, "runs") == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\0b"])
async def test_a_view_needs_a_name(views: SavedViews, acme: Tenant, name: str) -> None:
    with pytest.raises(BadInput):
        await views.save(acme.viewer, "runs", name, {})


async def test_there_is_an_end_to_them(views: SavedViews, acme: Tenant) -> None:
    for number in range(MOST):
        await views.save(acme.viewer, "runs", f"View {number}", {})
    with pytest.raises(BadInput, match="already"):
        await views.save(acme.viewer, "runs", "One more", {})
    await views.save(acme.viewer, "runs", "View 7", {"q": "changed"})
