"""Answers that take more than one call: lists in pages, jobs that finish later."""

import pytest

from engine.run.task import Pause
from tests.engine.run.story import call, connector, key_for


def pages(service, kind, **paginate):
    url = f"{service.url}/pages/{kind}?total={paginate.pop('total', 25)}"
    paginate = {"kind": kind, "items": "$.results", **paginate}
    return call("list", url, paginate=paginate)


async def found(player, step):
    end = await player.play(connector(step, maps={"data.n": "{{ steps.list.items | length }}"}))
    assert end.status == "success", end.error_message
    return end.output["data.n"]


async def test_every_kind_of_paging_finds_every_item(player, service):
    for step in (
        pages(service, "page", param="page", size_param="per_page", size=10),
        pages(service, "offset", param="offset", size_param="limit", size=10),
        pages(service, "cursor", param="after", next="$.paging.next.after"),
        pages(service, "next_url", next="$.next"),
        pages(service, "link") | {"paginate": {"kind": "link_header", "items": "$.results"}},
    ):
        service.forget()
        assert await found(player, step) == 25, step["paginate"]
        assert len(service.calls()) == 3
        player.marks.clear()


async def test_a_page_may_be_asked_for_in_the_body(player, service):
    step = call(
        "list",
        f"{service.url}/pages/body?total=25",
        "POST",
        body={"json": {"sort": "name"}},
        paginate={
            "kind": "cursor",
            "items": "$.results[*]",
            "next": "$.paging.next.after",
            "param": "after",
            "param_in": "body",
        },
    )
    assert await found(player, step) == 25
    assert [one.json for one in service.calls()] == [
        {"sort": "name"},
        {"sort": "name", "after": "10"},
        {"sort": "name", "after": "20"},
    ]


async def test_the_same_next_page_again_is_the_end(player, service):
    step = pages(service, "cursor", param="after", next="$.paging.next.after")
    step["request"]["url"] = f"{service.url}/pages/stuck?total=100"
    await found(player, step)
    assert len(service.calls()) == 2


async def test_pages_that_lead_round_in_a_circle_are_read_once(player, service):
    step = pages(service, "cursor", param="after", next="$.paging.next.after")
    step["request"]["url"] = f"{service.url}/pages/circle?total=100"
    await found(player, step)
    assert [one.query.get("after") for one in service.calls()] == [None, "a", "b", "c"]


@pytest.mark.parametrize("nothing", [False, 0, None, "", {}, []])
async def test_these_lead_to_no_further_page(player, service, nothing):
    said = {"next": nothing, "all": [1]}
    step = call("list", f"{service.url}/echo", "POST", body={"json": said})
    step["paginate"] = {"kind": "cursor", "items": "$.json.all", "next": "$.json.next",
                        "param": "after"}  # fmt: skip
    assert await found(player, step) == 1
    assert len(service.calls()) == 1


async def test_a_list_longer_than_allowed_is_cut_and_says_so(player, service):
    step = pages(
        service, "page", param="page", size_param="per_page", size=10, max_pages=2, total=99
    )
    assert await found(player, step) == 20
    assert "20 items on 2 pages (cut there, more follow)" in player.sentences[-1]


async def test_a_next_page_elsewhere_is_not_followed(player, service):
    step = call(
        "list",
        f"{service.url}/echo",
        "POST",
        body={"json": {"next": "http://elsewhere.example/list", "results": [1]}},
        paginate={"kind": "next_url", "items": "$.json.results", "next": "$.json.next"},
    )
    end = await player.play(connector(step))
    assert (end.status, end.error_code) == ("failed", "next_page_elsewhere")


async def test_an_address_within_the_service_is_a_next_page_too(player, service):
    step = pages(service, "next_url", next="$.next", total="25&relative=1")
    assert await found(player, step) == 25


async def test_the_next_page_may_be_one_of_several_links(player, service):
    links = [{"rel": "self", "href": "/echo?page=1"}, {"rel": "next", "href": "/echo?page=2"}]
    step = call("list", f"{service.url}/echo", "POST", body={"json": {"all": [1], "links": links}})
    step["paginate"] = {"kind": "next_url", "items": "$.json.all", "max_pages": 5,
                        "next": "$.json.links[?@.rel == 'next'].href"}  # fmt: skip
    assert await found(player, step) == 2
    assert service.calls()[-1].query == {"page": "2"}


async def test_a_next_page_is_asked_for_as_a_browser_would(player, service):
    said = {"all": [1], "next": "/echo?q=Ada Lovelace|é"}
    step = call("list", f"{service.url}/echo", "POST", body={"json": said})
    step["paginate"] = {"kind": "next_url", "items": "$.json.all", "next": "$.json.next",
                        "max_pages": 2}  # fmt: skip
    assert await found(player, step) == 2
    assert service.calls()[-1].query == {"q": "Ada Lovelace|é"}


async def test_a_job_is_where_the_service_says_as_a_browser_would_read_it(player, service):
    said = {"at": f"{service.url}/echo?job=a b"}
    first = call("job", f"{service.url}/echo", "POST", body={"json": said})
    first["extract"] = {"at": "$.json.at"}
    end = await player.play(connector(first, call("result", "{{ steps.job.at }}")))
    assert end.status == "success"
    assert service.calls()[-1].query == {"job": "a b"}


async def test_the_path_of_a_job_is_read_as_a_browser_would_too(player, service):
    first = call("job", f"{service.url}/echo", "POST", body={"json": {"at": "/echo/a b?c=d e"}})
    first["extract"] = {"at": "$.json.at"}
    result = call("result", f"{service.url}{{{{ steps.job.at }}}}")
    assert (await player.play(connector(first, result))).status == "success"
    assert (service.calls()[-1].path, service.calls()[-1].query) == ("/echo/a b", {"c": "d e"})


async def test_a_key_repeated_in_the_address_of_a_job_is_not_sent_there(player, service):
    said = {"at": f"{service.url}/echo?key={service.KEY}&job=7"}
    first = call("job", f"{service.url}/echo", "POST", body={"json": said})
    first["extract"] = {"at": "$.json.at"}
    result = call("result", "{{ steps.job.at }}", query={"full": "1"})
    for step in (first, result):
        step["credential"] = "demo"
    key = key_for(service, {"type": "header", "name": "X-Api-Key"})
    end = await player.play(connector(first, result), credentials={"demo": key})
    assert end.status == "success", end.error_message
    assert service.calls()[-1].query == {"job": "7", "full": "1"}
    assert service.KEY not in repr(end)


async def test_a_key_repeated_in_the_next_address_is_neither_sent_there_nor_shown(player, service):
    for auth in ({"type": "query", "name": "api_key"}, {"type": "header", "name": "X-Api-Key"}):
        step = pages(service, "next_url", next="$.next") | {"credential": "demo"}
        end = await player.play(connector(step), credentials={"demo": key_for(service, auth)})
        player.marks.clear()
        assert end.status == "success"
        assert service.KEY not in repr(end)
    assert ["key" in one.query for one in service.calls()] == [False] * 6


async def test_the_page_wanted_replaces_one_that_stands_in_the_address(player, service):
    step = pages(service, "page", param="page", total="15&page=9", size_param="size", size=10)
    assert await found(player, step) == 15
    assert [one.query_string for one in service.calls()] == [
        "total=15&size=10&page=1",
        "total=15&size=10&page=2",
    ]


async def test_a_page_beyond_the_last_may_be_missing(player, service):
    step = pages(service, "page", param="page", total="20&missing=1")
    step["rules"] = [{"status": [404], "then": "not_found"}]
    step["extract"] = {"total": "$.total"}
    assert await found(player, step) == 20
    assert len(service.calls()) == 3
    assert player.done["list"].entry["extracted"] == {"total": 20}


async def test_a_pause_between_two_pages_forgets_none(player, service):
    step = pages(service, "cursor", param="after", next="$.paging.next.after")
    step["rules"] = [
        {
            "status": [200],
            "when": {"left": "{{ response.body.results[0].id }}", "op": "equals", "right": 11},
            "then": "rate_limited",
        }
    ]
    step["retry"] = {"max_retries": 1, "base_ms": 60_000}
    definition = connector(step)
    pause = await player.once(definition)
    assert isinstance(pause, Pause)
    assert pause.state["list"]["pages"] == 1
    player.clock.pass_by(60)
    del step["rules"]
    end = await player.once(definition, state=pause.state)
    assert end.status == "success"
    assert len(service.calls()) == 4
    assert len(player.done["list"].result["items"]) == 25


# poll


def job(service, polls=3, **more):
    ready = {"left": "{{ response.body.status }}", "op": "equals", "right": "done"}
    poll = {
        "until": ready, "every_ms": 1000, "max_wait_ms": 10_000,
        "request": {"url": f"{service.url}/jobs/{{{{ steps.job.id }}}}"}, **more,
    }  # fmt: skip
    return call(
        "job",
        f"{service.url}/jobs?polls={polls}",
        "POST",
        extract={"id": "$.id", "score": "$.result.score"},
        poll=poll,
    )


async def test_a_job_is_asked_after_until_it_is_done(player, service):
    end = await player.play(connector(job(service), maps={"data.score": "{{ steps.job.score }}"}))
    assert end.output == {"data.score": 88}
    assert [one.method for one in service.calls()] == ["POST", "GET", "GET", "GET", "GET"]
    assert player.clock.waits == [1.0] * 4


async def test_a_job_that_never_ends_is_a_timeout(player, service):
    end = await player.play(connector(job(service, polls=1000)))
    assert (end.status, end.outcome, end.error_code) == ("timeout", "failed", "timeout")
    assert len(service.calls()) == 11


async def test_long_waits_for_a_job_hold_no_worker(player, service):
    step = job(service, polls=2, every_ms=30_000, max_wait_ms=600_000)
    end = await player.play(connector(step, maps={"data.score": "{{ steps.job.score }}"}))
    assert end.output == {"data.score": 88}
    assert [one.after_s for one in player.pauses] == [30, 30, 30]
    assert len(service.calls("/jobs", "POST")) == 1


async def test_the_next_question_may_name_the_latest_answer_across_pauses_too(player, service):
    for every_ms in (10, 30_000):
        step = job(service, polls=2, every_ms=every_ms, max_wait_ms=600_000)
        asked = f"{service.url}/jobs/{{{{ steps.job.id }}}}"
        status = "{{ response.status }} {{ response.body.status }}"
        step["poll"]["request"] = {"url": asked, "query": {"after": status}}
        player.marks.clear()
        end = await player.play(connector(step))
        assert end.status == "success", end.error_message
    said = [one.query.get("after") for one in service.calls("/jobs/")]
    assert said == ["202 queued", "200 running", "200 running"] * 2


async def test_a_question_repeated_after_a_pause_is_the_same_question(player, service):
    step = job(service, polls=0)
    step["idempotency_header"] = "Idempotency-Key"
    step["poll"]["request"] = {"method": "POST", "url": f"{service.url}/bad/500?times=1"}
    step["poll"]["until"] = {"left": "{{ response.status }}", "op": "equals", "right": 200}
    step["retry"] = {"max_retries": 1, "base_ms": 60_000}
    end = await player.play(connector(step))
    assert end.status == "success"
    assert player.pauses
    first, again = service.keys("/bad/500")
    assert first == again


async def test_a_rule_sees_a_failed_job_first(player, service):
    step = job(service, polls=0)
    step["request"]["url"] += "&end=failed"
    failed = {"left": "{{ response.body.status }}", "op": "equals", "right": "failed"}
    step["rules"] = [{"when": failed, "then": "fail", "message": "{{ response.body.error }}"}]
    end = await player.play(connector(step))
    assert end.error_message == "no credits"
