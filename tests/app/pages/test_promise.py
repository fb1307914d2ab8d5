"""The numbers that are said before a run starts."""

from typing import Any

from app.pages.promise import promise_of, promise_words, why_not_run
from app.services.drafts import UNPUBLISHED
from db.connectors import Connector

CALL = {
    "id": "find",
    "name": "Find",
    "kind": "http",
    "request": {"method": "GET", "url": "https://api.hunter.io/v2/people"},
    "extract": {"city": "$.city"},
}


def connector(steps: list[dict[str, Any]], fields: tuple[str, ...] = ()) -> Connector:
    return Connector(
        config={"version": 1, "steps": steps},
        input_schema={},
        field_mappings=[{"field": one, "value": "{{ steps.find.city }}"} for one in fields],
        timeout_ms=30_000,
        max_retries=3,
        continue_on_error=False,
        enabled=True,
    )


def said(one: Connector) -> list[str]:
    return [f"{words}. {more}" for _, words, more in promise_words(promise_of(one))]


def test_calls_hosts_and_fields_are_counted() -> None:
    second = CALL | {"id": "again"}
    assert said(connector([CALL, second], ("city", "data.home_town"))) == [
        "Makes up to 2 calls. to api.hunter.io",
        "Fills in up to 2 fields. City, Home town",
    ]


def test_steps_that_are_left_out_are_not_counted() -> None:
    assert said(connector([CALL | {"disabled": True}]))[0] == "Calls no service. "


def test_a_call_that_reads_page_after_page_is_not_promised_to_be_one() -> None:
    pages = CALL | {"paginate": {"kind": "page", "param": "page", "items": "$.people"}}
    assert "several times" in said(connector([pages]))[0]


def test_only_what_is_published_and_switched_on_can_run() -> None:
    off = connector([CALL])
    off.enabled = False
    never = connector([CALL])
    never.enabled, never.config = False, dict(UNPUBLISHED)
    assert why_not_run(connector([CALL])) == ""
    assert "switched off" in why_not_run(off)
    assert "never published" in why_not_run(never)
