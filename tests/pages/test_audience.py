"""Who hears of a change in the builder, and when."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from nicegui import core, ui
from nicegui.client import Client
from nicegui.page import page

from app.pages.builder.audience import Audience, What


@pytest.fixture
async def audience() -> AsyncIterator[Audience]:
    before, core.loop = core.loop, asyncio.get_running_loop()
    client = Client(page("/builder"))
    made = Audience()
    made.page = client.content
    yield made
    client.delete()
    core.loop = before


async def test_the_canvas_hears_of_an_edit_at_once_and_the_panels_right_after(
    audience: Audience,
) -> None:
    heard: list[str] = []
    audience.watch(lambda what: heard.append(f"panel: {what}"))
    drawn = _drawn(audience)
    audience.watch(lambda what: heard.append(f"canvas: {what}"), first=True)
    audience.tell("structure")
    assert heard == ["canvas: structure"]
    await drawn()
    assert heard == ["canvas: structure", "panel: structure"]


async def test_panels_are_drawn_once_for_many_edits_in_a_row(audience: Audience) -> None:
    canvas: list[What] = []
    panel: list[What] = []
    audience.watch(canvas.append, first=True)
    audience.watch(panel.append)
    drawn = _drawn(audience)
    for _n in range(3):
        audience.tell("structure")
    await drawn()
    assert (len(canvas), panel) == (3, ["structure"])


async def test_panels_see_the_newest_structure_before_anything_else(audience: Audience) -> None:
    panel: list[What] = []
    audience.watch(panel.append)
    audience.tell("structure")
    audience.tell("selection")
    assert panel == ["structure", "selection"]


async def test_a_part_of_the_page_that_has_gone_hears_nothing_more(audience: Audience) -> None:
    heard: list[What] = []
    assert audience.page is not None
    with audience.page:
        part = ui.element("div")
    audience.watch(heard.append, inside=part)
    part.delete()
    audience.tell("value")
    assert heard == []


def _drawn(audience: Audience) -> Callable[[], Awaitable[object]]:
    """Waits until the last panel has heard of it."""
    heard = asyncio.Event()
    audience.watch(lambda _what: heard.set())
    return lambda: asyncio.wait_for(heard.wait(), 15)
