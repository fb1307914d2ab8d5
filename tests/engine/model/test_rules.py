"""What an answer means, and how long to wait before asking again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.model.parts import Rule
from engine.model.retry import asked_wait_s, backoff_s, spent_for_s
from engine.model.rules import Answered, Verdict, compile_rules, decide

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def verdict(
    status: int | None,
    *rules: dict[str, Any],
    method: str = "GET",
    body: Any = None,
    headers: dict[str, str] | None = None,
    arrived: bool = True,
    **known: Any,
) -> Verdict:
    compiled = compile_rules(Rule.model_validate(rule) for rule in rules)
    answered = Answered(status, headers or {}, body, may_have_arrived=arrived)
    return decide(compiled, answered, method=method, scope={}, **known)


# Without a rule


@pytest.mark.parametrize("status", [200, 201, 202, 204, 222, 299])
def test_2xx_succeeds(status: int) -> None:
    assert verdict(status).then == "succeed"


@pytest.mark.parametrize("status", [301, 304, 400, 402, 403, 404, 409, 410, 422, 451, 501, 529])
def test_everything_else_fails(status: int) -> None:
    assert verdict(status) == Verdict("fail")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, None])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_call_that_may_be_repeated_is_tried_again(status: int | None, method: str) -> None:
    assert verdict(status, method=method).then == "retry"


@pytest.mark.parametrize("status", [425, 429])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_refusal_is_repeated_whatever_the_method(status: int, method: str) -> None:
    assert verdict(status, method=method).then == "rate_limited"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_503_is_a_refusal_when_it_says_when_to_come_back(method: str) -> None:
    assert verdict(503, method=method, headers={"retry-after": "1"}).then == "rate_limited"
    assert verdict(503, method=method).unknown


@pytest.mark.parametrize("status", [408, 500, 502, 504, None])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_post_that_may_have_arrived_is_not_repeated(status: int | None, method: str) -> None:
    assert verdict(status, method=method) == Verdict("fail", unknown=True)


def test_a_post_with_an_idempotency_header_is_repeated() -> None:
    assert verdict(500, method="POST", has_idempotency=True).then == "retry"
    assert verdict(None, method="POST", has_idempotency=True).then == "retry"


def test_a_post_that_never_left_is_repeated() -> None:
    assert verdict(None, method="POST", arrived=False).then == "retry"


def test_a_post_is_repeated_where_a_rule_says_so() -> None:
    assert verdict(500, {"status": [500], "then": "retry"}, method="POST").then == "retry"


def test_401_renews_a_credential_that_can_be_renewed() -> None:
    assert verdict(401, renewable=True).then == "refresh_credential"
    assert verdict(401).then == "fail"


# With rules


def test_the_first_rule_that_matches_decides() -> None:
    rules = (
        {"status": [404, 410], "then": "not_found"},
        {"status": "4xx", "then": "ignore"},
        {"then": "fail", "message": "Nothing else is right."},
    )
    assert verdict(410, *rules) == Verdict("not_found", rule=0)
    assert verdict(418, *rules) == Verdict("ignore", rule=1)
    assert verdict(200, *rules) == Verdict("fail", "Nothing else is right.", rule=2)


def test_status_and_condition_stand_together() -> None:
    rule = {
        "status": [200],
        "when": {"left": "{{ response.body.error.code }}", "op": "equals", "right": "quota"},
        "then": "fail",
        "message": "No searches left: {{ response.body.error.text }}.",
    }
    body = {"error": {"code": "quota", "text": "50 of 50"}}
    assert verdict(200, rule, body=body).message == "No searches left: 50 of 50."
    assert verdict(429, rule, body=body).then == "rate_limited"
    assert verdict(200, rule, body={"data": 1}).then == "succeed"
    assert verdict(200, rule, body="no data").then == "succeed"


def test_a_rule_sees_status_headers_and_body_of_the_answer() -> None:
    rule = {
        "when": {
            "all": [
                {"left": "{{ response.status }}", "op": "equals", "right": 200},
                {"left": "{{ response.headers.x-state }}", "op": "equals", "right": "pending"},
            ]
        },
        "then": "retry",
    }
    assert verdict(200, rule, headers={"x-state": "pending"}).then == "retry"
    assert verdict(200, rule).then == "succeed"


def test_a_lost_answer_is_not_taken_for_an_empty_one() -> None:
    miss = {"when": {"left": "{{ response.body.data }}", "op": "is_empty"}, "then": "not_found"}
    assert verdict(200, miss, body={}).then == "not_found"
    assert verdict(None, miss).then == "retry"
    assert verdict(None, {"then": "ignore"}).then == "retry"
    assert verdict(None, {"status": "5xx", "then": "ignore"}).then == "retry"


def test_a_rule_may_speak_of_no_answer() -> None:
    lost = {"when": {"left": "{{ response.status }}", "op": "is_empty"}, "then": "retry"}
    assert verdict(None, lost, method="POST") == Verdict("retry", rule=0)


# Waiting


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Mon, 06 May 2024 07:09:09 GMT"}, 60),
        ({"Retry-After": "Mon, 06 May 2024 07:00:00 GMT"}, 0),
        ({"Retry-After": "1000000000"}, 0),
        ({"Retry-After": "999999999"}, 3600),
        ({"Retry-After": "86400"}, 3600),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"X-RateLimit-Reset": "30"}, 30),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"X-RateLimit-Reset": str((int(NOW.timestamp()) + 90) * 1000)}, 90),
        ({"X-Rate-Limit-Reset": "2024-05-06T07:08:19Z"}, 10),
        ({"x-ratelimit-reset-requests": "1m30s"}, 90),
        ({"x-ratelimit-reset-tokens": "250ms"}, 0.25),
        ({"x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-reset-requests": "1s"}, 360),
        ({"RateLimit": "limit=100, remaining=0, reset=12"}, 12),
        ({"RateLimit-Reset": "4"}, 4),
        ({"Retry-After": "3", "X-RateLimit-Reset": "99"}, 3),
        ({"retry-after-ms": "1500", "X-RateLimit-Reset": "99"}, 1.5),
        ({"anthropic-ratelimit-requests-reset": "2024-05-06T07:08:19Z"}, 10),
        ({"anthropic-ratelimit-tokens-reset": "2024-05-06T07:08:29Z"}, 20),
        ({"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, 10),
        ({}, None),
        ({"X-RateLimit-Reset": "{'day': 1}"}, None),
        ({"Retry-After": "9" * 300}, None),
    ],
)
def test_the_service_says_how_long_to_wait(headers: dict[str, str], seconds: Any) -> None:
    assert asked_wait_s(headers.items(), NOW) == pytest.approx(seconds)


def test_without_a_word_the_wait_doubles_and_the_dice_decide() -> None:
    waits = [backoff_s(n, base_ms=500, max_ms=60_000, random=lambda: 1.0) for n in (1, 2, 3, 20)]
    assert waits == [0.5, 1.0, 2.0, 60.0]
    assert backoff_s(3, base_ms=500, max_ms=60_000, random=lambda: 0.0) == 0
    assert backoff_s(99_999, base_ms=3_600_000, max_ms=3_600_000, random=lambda: 1.0) == 3600


def test_a_rule_may_say_that_nothing_is_left() -> None:
    assert verdict(402, {"status": [402], "then": "hold"}).then == "hold"
    assert verdict(402).then == "fail"


# Headers about what is left


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "40"}, 40),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1714979299"}, 10),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "0.65"}, 0.65),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "10000"}, 10),
        ({"x-hubspot-ratelimit-remaining": "0",
          "x-hubspot-ratelimit-interval-milliseconds": "10000"}, 10),
        ({"x-sib-ratelimit-remaining": "0", "x-sib-ratelimit-reset": "1"}, 1),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "8.64s"}, 8.64),
        ({"x-ratelimit-remaining": "{'minute': 0}", "x-ratelimit-reset": "2024-05-06T07:09:09"},
         60),
        ({"ratelimit": "limit=100, remaining=0, reset=5"}, 5),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7),
        ({"x-minute-requests-left": "0"}, 60),
        ({"x-hourly-requests-left": "0", "x-minute-requests-left": "3"}, 3600),
        ({"sforce-limit-info": "api-usage=15000/15000"}, 20),
        ({"sforce-limit-info": "api-usage=18/5000; per-app-api-usage=17/250(appName=x)"}, 0),
        ({"sforce-limit-info": "api-usage=73/15000"}, 0),
        ({"sforce-limit-info": "none"}, 0),
        ({"x-hubspot-ratelimit-daily-remaining": "0"}, 20),
        ({"x-daily-ratelimit-token-remaining": "147158"}, 0),
        ({"x-daily-ratelimit-token-remaining": "0", "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": "40"}, 40),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999"}, 0),
        ({"x-ratelimit-remaining": "0"}, 0),
        ({"x-ratelimit-remaining": "10", "x-ratelimit-reset": "40"}, 0),
        ({"x-ratelimit-remaining": "{'minute': 99}", "x-ratelimit-reset": "40"}, 0),
        ({"ratelimit": "limit=100, remaining=50, reset=5"}, 0),
        ({"x-ratelimit-remaining": "none", "x-ratelimit-reset": "40"}, 0),
        ({}, 0),
    ],
)  # fmt: skip
def test_an_answer_that_says_nothing_is_left_says_until_when(
    headers: dict[str, str], seconds: float
) -> None:
    assert spent_for_s(headers, NOW) == pytest.approx(seconds)
