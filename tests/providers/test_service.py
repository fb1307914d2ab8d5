"""The pretended providers behave as they say, since everybody's tests lean on them."""

import asyncio
import json
from urllib.request import Request, urlopen

import pytest

from tests.providers.service import Service


def ask(url: str, body: bytes | None = None, **headers: str):
    request = Request(url, body, {k.replace("_", "-"): v for k, v in headers.items()})
    with urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def refused(url: str) -> int:
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as error:
        ask(url)
    with error.value as answer:
        return answer.status


def test_it_says_what_it_received(service: Service):
    said = ask(f"{service.url}/echo/a%20b?x=1", b'{"n": 1}', X_Demo="yes")
    assert said["path"] == "/echo/a b"
    assert said["query"] == {"x": "1"}
    assert said["json"] == {"n": 1}
    assert said["headers"]["x-demo"] == "yes"
    assert [call.method for call in service.calls("/echo")] == ["POST"]


def test_a_bad_day_ends_after_as_many_calls_as_asked(service: Service):
    url = f"{service.url}/bad/503?times=2"
    assert [refused(url), refused(url)] == [503, 503]
    assert ask(url)["ok"] is True


def test_an_order_with_the_same_key_is_taken_once(service: Service):
    first = ask(f"{service.url}/orders", b"tea", Idempotency_Key="k1")
    again = ask(f"{service.url}/orders", b"tea", Idempotency_Key="k1")
    assert first == again
    assert len(service.orders) == 1


def test_a_list_comes_in_pages_that_end(service: Service):
    url, seen = f"{service.url}/pages/next_url?total=25", []
    while url:
        page = ask(url)
        seen += [item["id"] for item in page["results"]]
        url = page["next"]
    assert seen == list(range(1, 26))


def test_a_job_finishes_later(service: Service):
    job = ask(f"{service.url}/jobs?polls=1", b"{}")["url"]
    assert [ask(job)["status"], ask(job)["status"]] == ["running", "done"]


async def test_calls_at_once_are_counted(service: Service):
    calls = [asyncio.to_thread(ask, f"{service.url}/slow?seconds=0.5") for _ in range(3)]
    await asyncio.gather(*calls)
    assert service.most_at_once == 3
