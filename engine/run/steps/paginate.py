"""A list that comes in pages: ask for one after another, and join what is on them."""

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from engine.effects.urls import parse
from engine.errors import StepFailed
from engine.model.limits import DECODED_BYTES
from engine.model.plan import PaginatePlan
from engine.model.urls import as_sent
from engine.model.values import weight
from engine.run.answers import NoData
from engine.run.events import PageRead
from engine.run.exchange import Exchange
from engine.run.links import next_link, without_masks
from engine.run.pages import Pages
from engine.run.requests import Rendered


class LeadsElsewhere(StepFailed):
    code = "next_page_elsewhere"

    def __init__(self, host: str, other: str) -> None:
        super().__init__(
            f"{host} says that the next page is at {other}, which this step may not call.",
            hint="Add that host to the credential if it belongs to the service.",
        )


async def all_pages(exchange: Exchange, plan: PaginatePlan) -> tuple[str, Pages]:
    """How it ended, and everything found on the way. A pause in between forgets no page."""
    memory = exchange.memory
    items: list[Any] = memory.setdefault("items", [])
    memory.setdefault("pages", 0)
    memory.setdefault("weight", 0)  # many pages may hold no more than one answer
    memory.setdefault("next", _start(plan))
    memory.setdefault("seen", [])  # some services lead round and round
    _go_on_after_kept(exchange)
    while True:
        last = exchange.answer, exchange.reading
        verdict = await exchange.ask(_page(exchange, plan))
        if verdict.then == "not_found" and memory["pages"]:
            # A page beyond the last is how some services say that there are no more.
            if last[0] is not None:
                exchange.answer, exchange.reading = last
            return "succeed", Pages(items, memory["pages"])
        if verdict.then != "succeed":
            return verdict.then, Pages(items, memory["pages"])
        if not exchange.reading.is_data:
            raise NoData(exchange.host, exchange.reading.kind)
        found = plan.items(exchange.reading.body)
        items += found
        memory["pages"] += 1
        memory["weight"] += weight(found)
        following = _following(exchange, plan, found)
        if following in (None, "") or following in memory["seen"]:
            return "succeed", Pages(items, memory["pages"])
        if memory["pages"] >= plan.settings.max_pages or memory["weight"] > DECODED_BYTES:
            return "succeed", Pages(items, memory["pages"], cut=True)
        memory["next"] = following
        memory["seen"].append(following)
        await _keep(exchange, found)


def _go_on_after_kept(exchange: Exchange) -> None:
    """Pages read by whoever held the run before."""
    memory = exchange.memory
    for page in exchange.story.task.pages.get(exchange.path, ()):
        if page.number == memory["pages"]:
            memory["items"] += page.items
            memory["pages"] += 1
            memory["weight"] += weight(page.items)
            memory["next"] = page.next
            memory["seen"].append(page.next)


async def _keep(exchange: Exchange, found: list[Any]) -> None:
    story, memory = exchange.story, exchange.memory
    if not story.task.test:
        number = memory["pages"] - 1
        step_id, path = exchange.step.id, exchange.path
        await story.tell(PageRead(step_id, path, number, found, memory["next"]))


def _start(plan: PaginatePlan) -> int | None:
    """Where counting begins; the other kinds are told by the first answer."""
    usual = {"page": 1, "offset": 0}.get(plan.settings.kind)
    return usual if plan.settings.start is None or usual is None else plan.settings.start


def _page(exchange: Exchange, plan: PaginatePlan) -> Rendered:
    settings, wanted = plan.settings, exchange.memory["next"]
    number = exchange.memory["pages"]
    rendered = exchange.render(exchange.step.request, part=f":{number}" if number else "")
    if wanted is not None and settings.kind in ("next_url", "link_header"):
        return replace(rendered, url=_allowed(exchange, rendered.url, wanted))
    if settings.size_param and settings.size:
        rendered = _with(rendered, plan, settings.size_param, settings.size)
    if wanted is not None and settings.param:
        rendered = _with(rendered, plan, settings.param, wanted)
    return rendered


def _with(rendered: Rendered, plan: PaginatePlan, name: str, value: Any) -> Rendered:
    if plan.settings.param_in == "body":
        return rendered.with_member(name, value)
    return rendered.with_query(name, str(value))


def _following(exchange: Exchange, plan: PaginatePlan, found: list[Any]) -> Any:
    """What leads to the next page; None after the last."""
    settings, reading, at = plan.settings, exchange.reading, exchange.memory["next"]
    if not found:
        return None
    if settings.kind in ("page", "offset"):
        if settings.size and len(found) < settings.size:
            return None
        return at + (1 if settings.kind == "page" else settings.size or len(found))
    if settings.kind == "link_header":
        return _address(exchange, next_link(reading.headers.get("link", "")))
    following = plan.next(reading.body)
    if settings.kind == "next_url":
        return _address(exchange, following)
    # False and 0 say: no more.
    return following if type(following) in (str, int, float) and following != 0 else None


def _address(exchange: Exchange, following: Any) -> str | None:
    if not following or type(following) is not str or exchange.call is None:
        return None
    try:
        return without_masks(urljoin(exchange.call.url, as_sent(following)).partition("#")[0])
    except ValueError:
        raise LeadsElsewhere(exchange.host, "an address that cannot be read") from None


def _allowed(exchange: Exchange, first: str, url: str) -> str:
    """The next page is where the first was, or at another host of the credential."""
    origin, credential = parse(url).origin, exchange.credential
    if origin == parse(first).origin or (credential and credential.hosts.allow(origin)):
        return url
    raise LeadsElsewhere(exchange.host, origin.host)
