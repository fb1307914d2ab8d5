"""Steps with steps inside: branches, loops and waterfalls."""

from tests.engine.run.story import call, connector

IS_ADA = {"left": "{{ contact.email }}", "op": "starts_with", "right": "ada"}
IS_BOB = {"left": "{{ contact.email }}", "op": "starts_with", "right": "bob"}
PEOPLE = ["ada@example.com", "nobody@example.com", "grace@example.com"]
LIST = {"type": "object", "properties": {"emails": {"type": "array"}}}


def put(id: str, **values):
    return {"id": id, "kind": "set", "values": values}


def find(service, id="find", email="{{ email }}", **more):
    url = f"{service.url}/people/find"
    more.setdefault("rules", [{"status": [404], "then": "not_found"}])
    return call(id, url, query={"email": email}, extract={"name": "$.data.name.givenName"}, **more)


def loop(*steps, **more):
    return {
        "id": "loop", "kind": "for_each", "items": "{{ input.emails }}", "as": "email",
        "steps": list(steps), **more,
    }  # fmt: skip


async def looped(player, step, emails=PEOPLE, **task):
    maps = {"data.names": "{{ steps.loop.items }}"}
    definition = connector(step, maps=maps, input_schema=LIST)
    return await player.play(definition, input={"emails": emails}, **task)


# branch


async def test_the_first_branch_that_holds_is_taken_and_its_steps_stay_visible(player, service):
    ways = [
        {"name": "Bob", "when": IS_BOB, "steps": [put("bob", who="Bob")]},
        {"name": "Ada", "when": IS_ADA, "steps": [put("ada", who="Ada")]},
        {"name": "Else", "steps": [put("other", who="?")]},
    ]
    after = put("after", who="{{ steps.ada.who }}", bob="{{ steps.bob.who | default('none') }}")
    end = await player.play(
        connector({"id": "way", "kind": "branch", "branches": ways}, after,
                  maps={"data.way": "{{ steps.way.taken }}", "city": "{{ steps.after.who }}"})
    )  # fmt: skip

    assert end.output == {"data.way": "Ada", "city": "Ada"}
    assert [(line["id"], line.get("path")) for line in end.entries] == [
        ("way", None),
        ("ada", "way.ada"),
        ("after", None),
    ]
    assert end.entries[2]["extracted"]["bob"] == "none"


async def test_no_branch_is_taken_where_no_condition_holds(player, service):
    way = {
        "id": "way",
        "kind": "branch",
        "branches": [{"name": "Bob", "when": IS_BOB, "steps": []}],
    }
    end = await player.play(connector(way, maps={"city": "{{ steps.way.taken | default('no') }}"}))
    assert end.status == "success"
    assert end.output == {"city": "no"}


async def test_a_failure_inside_a_branch_fails_the_run(player, service):
    inner = call("ask", f"{service.url}/bad/400?times=always")
    way = {"id": "way", "kind": "branch", "branches": [{"name": "all", "steps": [inner]}]}
    end = await player.play(connector(way))
    assert (end.status, end.error_code) == ("failed", "service_refused")
    assert [line["status"] for line in end.entries] == ["failed", "failed"]


# for_each


async def test_a_loop_gives_one_result_an_item_in_the_order_of_the_list(player, service):
    step = loop(
        find(service), result={"n": "{{ steps.find.name }}", "at": "{{ email_index }}"},
        concurrency=3,
    )  # fmt: skip
    end = await looped(player, step)

    assert end.outcome == "found"
    assert end.output["data.names"] == [{"n": "Ada", "at": 0}, None, {"n": "Grace", "at": 2}]
    assert [line.get("path") for line in end.entries] == [
        None, "loop[0].find", "loop[1].find", "loop[2].find",
    ]  # fmt: skip
    assert end.entries[2]["status"] == "not_found"


async def test_no_more_items_are_under_way_than_allowed(player, service):
    slow = call("slow", f"{service.url}/slow?seconds=0.3&n={{{{ email_index }}}}")
    end = await looped(player, loop(slow, concurrency=2), emails=list(range(4)))
    assert end.status == "success"
    assert service.most_at_once == 2


async def test_some_failed_items_make_the_run_partly(player, service):
    end = await looped(player, loop(find(service, rules=[]), result={"n": "{{ steps.find.name }}"}))
    assert (end.status, end.outcome) == ("success", "partly")
    assert end.output["data.names"] == [{"n": "Ada"}, None, {"n": "Grace"}]
    assert "1 of them failed" in player.sentences[-1]


async def test_a_loop_fails_only_if_all_its_items_did(player, service):
    end = await looped(player, loop(find(service, rules=[])), emails=["nobody@a.b", "nobody@c.d"])
    assert (end.status, end.error_code) == ("failed", "all_items_failed")
    assert end.error_message.startswith("All 2 items failed. The last: 127.0.0.1 has nothing")


async def test_a_loop_whose_items_all_took_too_long_is_a_timeout(player, service):
    slow = call("slow", f"{service.url}/slow?seconds=5", timeout_ms=30, retry={"max_retries": 0})
    end = await looped(player, loop(slow, concurrency=3))
    assert (end.status, end.error_code) == ("timeout", "all_items_failed")


async def test_a_result_that_cannot_be_worked_out_fails_its_item_only(player, service):
    result = {"n": "{{ email | split(',') | length }}"}
    emails = ["a,b", "," * 200_000, "c"]
    end = await looped(player, loop(put("x", y=1), result=result), emails=emails)
    assert end.status == "success"
    assert end.entries[0]["extracted"]["items"] == [{"n": 2}, None, {"n": 1}]


async def test_a_loop_over_nothing_does_nothing(player, service):
    for emails in ([], None):
        end = await looped(player, loop(find(service)), emails=emails)
        player.marks.clear()
        assert (end.status, end.outcome) == ("success", "skipped")


async def test_a_loop_over_something_else_than_a_list_fails(player, service):
    end = await looped(player, loop(find(service)), emails="ada@example.com")
    assert end.error_code == "not_a_list"


async def test_a_loop_stops_at_its_limit(player, service):
    end = await looped(player, loop(find(service), max_items=1))
    assert len(service.calls()) == 1
    assert end.output["data.names"] == [{}]


async def test_a_step_of_one_item_knows_nothing_of_the_item_before(player, service):
    first = find(service, when={"left": "{{ email_index }}", "op": "equals", "right": 0})
    step = loop(first, result={"n": "{{ steps.find.name }}"})
    end = await looped(player, step)
    assert end.output["data.names"] == [{"n": "Ada"}, {"n": None}, {"n": None}]


async def test_an_item_that_waits_for_long_does_not_lose_the_others(player, service):
    url = f"{service.url}/bad/429?times=1&retry_after=60&n={{{{ email_index }}}}"
    pausing = call("ask", url, when={"left": "{{ email_index }}", "op": "equals", "right": 0})
    end = await looped(player, loop(find(service), pausing, concurrency=1))

    assert (end.status, len(player.pauses)) == ("success", 1)
    assert len(service.calls("/people")) == 3


async def test_while_an_item_waits_for_long_no_other_begins(player, service):
    url = f"{service.url}/bad/429?times=1&retry_after=60&n={{{{ email_index }}}}"
    await looped(player, loop(call("ask", url)))
    assert [one.query["n"] for one in service.calls()] == ["0", "0", "1", "1", "2", "2"]
    assert len(player.pauses) == 3


async def test_a_stop_inside_a_loop_ends_the_run(player, service):
    stop = {"id": "enough", "kind": "stop", "outcome": "partly", "message": "Enough."}
    stop["when"] = {"left": "{{ steps.find.name }}", "op": "equals", "right": "Ada"}
    end = await looped(player, loop(find(service), stop))
    assert (end.outcome, end.sentence) == ("partly", "Enough.")
    assert len(service.calls()) == 1


# waterfall


def attempt(service, name, email, **more):
    return {
        "name": name, "cost": 2, "steps": [find(service, id=name.lower(), email=email)],
        "result": {"n": f"{{{{ steps.{name.lower()}.name }}}}"}, **more,
    }  # fmt: skip


async def waterfall(player, *attempts, **more):
    step = {"id": "best", "kind": "waterfall", "attempts": list(attempts), **more}
    maps = {"first_name": "{{ steps.best.n }}", "data.by": "{{ steps.best.winner }}",
            "data.cost": "{{ steps.best.cost }}"}  # fmt: skip
    return await player.play(connector(step, maps=maps))


async def test_a_waterfall_stops_at_the_first_answer_that_is_good_enough(player, service):
    end = await waterfall(
        player,
        attempt(service, "Hunter", "nobody@example.com"),
        attempt(service, "Apollo", "ada@example.com"),
        attempt(service, "Lusha", "grace@example.com"),
    )
    assert end.outcome == "found"
    assert end.output == {"first_name": "Ada", "data.by": "Apollo", "data.cost": 4}
    assert type(end.output["data.cost"]) is int  # 2 and 2 make 4, not 4.0
    assert [line.get("path") for line in end.entries] == [None, "best[0].hunter", "best[1].apollo"]


async def test_a_waterfall_judges_by_its_own_condition(player, service):
    accept = {"left": "{{ result.n }}", "op": "equals", "right": "Grace"}
    end = await waterfall(
        player,
        attempt(service, "Hunter", "ada@example.com", accept=accept),
        attempt(service, "Apollo", "grace@example.com", accept=accept),
    )
    assert end.output["data.by"] == "Apollo"


async def test_a_failed_attempt_leads_to_the_next_one(player, service):
    broken = {
        "name": "Broken",
        "steps": [call("broken", f"{service.url}/bad/400?times=always")],
        "result": {},
    }
    end = await waterfall(player, broken, attempt(service, "Apollo", "ada@example.com"))
    assert (end.status, end.outcome) == ("success", "found")


async def test_a_waterfall_without_a_winner_is_not_found(player, service):
    end = await waterfall(
        player,
        attempt(service, "Hunter", "nobody@example.com"),
        attempt(service, "Apollo", "nobody@example.org"),
    )
    assert (end.status, end.outcome, end.mapped) == ("success", "not_found", [])
    assert end.entries[0]["extracted"] == {"winner": None, "cost": 4}


async def test_a_waterfall_fails_only_if_every_attempt_did(player, service):
    step = call("broken", f"{service.url}/bad/400?times=always")
    end = await waterfall(player, {"name": "Broken", "steps": [step], "result": {"n": "x"}})
    assert (end.status, end.error_code) == ("failed", "all_attempts_failed")
