"""http: ask a service, and keep from its answer what later steps need."""

from typing import Any

from engine.effects.redact import Redactors
from engine.errors import RunStopped
from engine.model.plan import HttpPlan
from engine.run.answers import NoData
from engine.run.entry import KEPT_BYTES, cut_body, cut_values
from engine.run.events import listed
from engine.run.exchange import Exchange
from engine.run.steps import paginate, poll
from engine.run.story import Made, Place, Scope, Story


async def perform(story: Story, step: HttpPlan, place: Place, scope: Scope) -> Made:
    exchange = Exchange(story, step, place.path(step.id), scope)
    try:
        then, more = await _ask(exchange, step)
        return _made(exchange, step, then, more)
    except RunStopped as stopped:
        shown = _shown(exchange)
        if exchange.timed_out:
            shown["timed_out"] = True
        return Made("failed", stopped.message, error=stopped, shown=shown)


async def _ask(exchange: Exchange, step: HttpPlan) -> tuple[str, paginate.Pages | None]:
    if step.paginate:
        return await paginate.all_pages(exchange, step.paginate)
    if step.poll:
        return await poll.until_ready(exchange, step.poll), None
    verdict = await exchange.ask(exchange.render(step.request))
    return verdict.then, None


def _made(exchange: Exchange, step: HttpPlan, then: str, pages: paginate.Pages | None) -> Made:
    called = _called(exchange, pages)
    if then == "not_found":
        return Made("not_found", f"{called}, not found.", shown=_shown(exchange))
    if then == "ignore":
        return Made("skipped", f"{called}, ignored.", shown=_shown(exchange))
    reading = exchange.reading
    if not reading.is_data and any(path != "$" for path in step.paths):
        raise NoData(exchange.host, reading.kind)
    values = exchange.values()
    shown = _shown(exchange)
    extracted = {name: values[name] for name in step.extract}
    big = exchange.answer is not None and exchange.answer.size > KEPT_BYTES
    shown["extracted"] = cut_values(extracted) if big else extracted
    if pages is not None:
        values["items"] = pages.items
    found = [name for name, value in extracted.items() if value not in (None, [])]
    sentence = f"{called}, found {listed(found)}." if found else f"{called}."
    kept = exchange.story.task.plan.needed[step.id]
    result = {name: value for name, value in values.items() if name in kept}
    return Made("success", sentence, result, shown)


def _called(exchange: Exchange, pages: paginate.Pages | None) -> str:
    answer = exchange.answer
    ms = f" in {answer.ms:.0f} ms" if answer else ""
    called = f"Called {exchange.host}: {exchange.reading.status}{ms}"
    return f"{called}, {pages.sentence}" if pages else called


def _shown(exchange: Exchange) -> dict[str, Any]:
    """The step's part of the record: what was sent last, and what came back."""
    answer, reading = exchange.answer, exchange.reading
    shown: dict[str, Any] = {"attempts": exchange.attempts, "request": _request(exchange)}
    if answer is not None:
        body, cut = cut_body(answer.body, reading.body)
        shown["response"] = {
            "status": reading.status,
            "headers": reading.headers,
            "body": body,
            "size": answer.size,
            "truncated": cut or answer.truncated,
        }
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
