"""That people in these tests are not taken for one another."""

import pytest
from nicegui import ui

from tests.pages.conftest import Place
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_everybody_goes_where_their_own_page_sends_them(place: Place) -> None:
    one, other = [await place.someone(place.acme.editor) for _ in range(2)]
    for somebody in (one, other):
        await somebody.open("/connectors")
    assert one.user.client is not None
    with one.user.client:
        assert one.user.client is not other.user.client  # who is looked at last
        ui.navigate.to("/contacts")
    await until(lambda: one.user.back_history[-1] == "/contacts")
    assert other.user.back_history == ["/connectors"]
