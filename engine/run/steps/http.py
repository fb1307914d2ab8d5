"""http: ask a service, and keep from its answer what later steps need."""

from typing import Any

from engine.effects.redact import Redactors
from engine.errors import RunStopped
from engine.model import poison
from engine.model.limits import VALUE_BYTES
from engine.model.plan import HttpPlan
from engine.model.room import Room
from engine.run.answers import NoData
from engine.run.caching import Kept
from engine.run.entry import KEPT_BYTES, cut_body, cut_values
from engine.run.events import listed
from engine.run.exchange import Exchange
from engine.run.pages import Pages
from engine.run.steps import paginate, poll
from engine.run.story import Made, Place, Scope, Story


async def perform(story: Story, step: HttpPlan, place: Place, scope: Scope) -> Made:
    exchange = Exchange(story, step, place.path(step.id), scope)
    try:
        await exchange.log_in()
        then, pages = await _answer(exchange, step)
        return _made(exchange, step, then, pages)
    except RunStopped as stopped:
        shown = _shown(exchange)
        if exchange.timed_out:
            shown["timed_out"] = True
        return Made("failed", stopped.message, error=stopped, shown=shown)


async def _answer(exchange: Exchange, step: HttpPlan) -> tuple[str, Pages | None]:
    if step.cache is None:
        return await _ask(exchange, step)
    kept = Kept(exchange, exchange.render(step.request).call(step.timeout_s))
    async with kept.turn():
        if known := await kept.recall():
            return known
        then, pages = await _ask(exchange, step)
        await kept.keep(then, pages)
        return then, pages


async def _ask(exchange: Exchange, step: HttpPlan) -> tuple[str, Pages | None]:
    if step.paginate:
        return await paginate.all_pages(exchange, step.paginate)
    if step.poll:
        return await poll.until_ready(exchange, step.poll), None
    verdict = await exchange.ask(exchange.render(step.request))
    return verdict.then, None


def _made(exchange: Exchange, step: HttpPlan, then: str, pages: Pages | None) -> Made:
    called = _called(exchange, pages)
    if then == "not_found":
        return Made("not_found", f"{called}, not found.", shown=_shown(exchange))
    if then == "ignore":
        return Made("skipped", f"{called}, ignored.", shown=_shown(exchange))
    reading = exchange.reading
    if not reading.is_data and any(path != "$" for path in step.paths):
        raise NoData(exchange.host, reading.kind)
    values = exchange.values()
    if _decoded(exchange) * len(values) > VALUE_BYTES:
        Room().take_all(values.values())
    shown = _shown(exchange)
    extracted = {name: values[name] for name in step.extract}
    shown["extracted"] = cut_values(extracted) if _size(exchange) > KEPT_BYTES else extracted
    if pages is not None:
        values["items"] = pages.items
        shown["note"] = pages.sentence
    found = [name for name, value in extracted.items() if value not in (None, [])]
    sentence = f"{called}, found {listed(found)}." if found else f"{called}."
    kept = exchange.story.task.plan.needed[step.id]
    result = {name: value for name, value in values.items() if name in kept}
    return Made("success", sentence, result, shown)


def _called(exchange: Exchange, pages: Pages | None) -> str:
    if exchange.kept_size is not None:
        called = f"Knew the answer of {exchange.host} from an earlier call"
    else:
        ms = f" in {exchange.answer.ms:.0f} ms" if exchange.answer else ""
        called = f"Called {exchange.host}: {exchange.reading.status}{ms}"
    return f"{called}, {pages.sentence}" if pages else called


def _size(exchange: Exchange) -> int:
    return exchange.answer.size if exchange.answer else exchange.kept_size or 0


def _decoded(exchange: Exchange) -> int:
    return len(exchange.answer.body) if exchange.answer else exchange.kept_size or 0


def _shown(exchange: Exchange) -> dict[str, Any]:
    """The step's part of the record: what was sent last, and what came back."""
    answer, reading = exchange.answer, exchange.reading
    shown: dict[str, Any] = {"attempts": exchange.attempts, "request": _request(exchange)}
    if answer is None and exchange.kept_size is None:
        return shown
    size = _size(exchange)
    body, cut = cut_body(answer.body if answer else b"", reading.body, size)
    if cut and (wholes := exchange.story.task.wholes) is not None:
        wholes[exchange.step.id] = answer.body if answer else poison.dumps(reading.body)
    shown["response"] = {
        "status": reading.status,
        "headers": reading.headers,
        "body": body,
        "size": size,
        "truncated": cut or (answer is not None and answer.truncated),
    }
    shown["cached"] = answer is None
    return shown


def _request(exchange: Exchange) -> dict[str, Any] | None:
    call = exchange.call
    if call is None:
        return None
    if exchange.answer is not None:
        sent = exchange.answer.sent
        return _as_entry(sent.method, sent.url, sent.headers, sent.body)
    redactors = Redactors([one.redactor for one in exchange.story.guarded])
    url, headers, body = redactors.request(call.url, call.headers, call.body)
    return _as_entry(call.method, url, headers, body.decode("utf-8", "replace"))


def _as_entry(method: str, url: str, headers: Any, body: str) -> dict[str, Any]:
    if len(body) > KEPT_BYTES:
        body = body[:KEPT_BYTES] + "…"
    return {"method": method, "url": url, "headers": dict(headers), "body": body or None}
