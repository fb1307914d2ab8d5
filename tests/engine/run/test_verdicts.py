"""What a run makes of an answer: rules, outcomes, going on without a step."""

from tests.engine.run.story import call, connector

NOT_FOUND = [{"status": [404], "then": "not_found"}]
NOBODY = {"id": "c-2", "email": "nobody@example.com"}


def find(service, **more):
    url = f"{service.url}/people/find"
    more.setdefault("extract", {"name": "$.data.name.givenName"})
    return call("find", url, query={"email": "{{ contact.email }}"}, **more)


async def test_a_404_is_not_found_where_a_rule_says_so(player, service):
    after = call("after", f"{service.url}/echo")
    definition = connector(find(service, rules=NOT_FOUND), after, maps={"city": "x"})
    end = await player.play(definition, contact=NOBODY)

    assert (end.status, end.outcome) == ("success", "not_found")
    assert end.mapped == []
    assert [line["status"] for line in end.entries] == ["not_found"]
    assert service.calls("/echo") == []
    assert "not found" in player.sentences[-1]


async def test_a_404_without_a_rule_fails(player, service):
    end = await player.play(connector(find(service)), contact=NOBODY)
    assert (end.status, end.outcome) == ("failed", "failed")
    assert "404" in end.error_message
    assert "not found" in end.error_hint


async def test_not_found_under_continue_goes_on_with_nothing(player, service):
    after = call(
        "after", f"{service.url}/echo", "POST", body={"json": {"n": "{{ steps.find.name }}"}}
    )
    step = find(service, rules=NOT_FOUND, on_error="continue")
    end = await player.play(connector(step, after), contact=NOBODY)

    assert (end.status, end.outcome) == ("success", "found")
    assert service.calls("/echo")[0].json == {}


async def test_a_failed_step_under_continue_gives_a_partly_result(player, service):
    step = call("score", f"{service.url}/bad/400?times=always", extract={"n": "$.n"})
    step["on_error"] = "continue"
    maps = {"first_name": "{{ steps.find.name }}", "data.score": "{{ steps.score.n }}"}
    end = await player.play(connector(step, find(service), maps=maps))

    assert (end.status, end.outcome) == ("success", "partly")
    assert end.output == {"first_name": "Ada"}
    assert [line["status"] for line in end.entries] == ["failed", "success"]
    assert player.marks[1].sentence.endswith("The run went on without it.")


async def test_the_connector_may_say_that_all_steps_go_on(player, service):
    step = call("score", f"{service.url}/bad/400?times=always")
    end = await player.play(connector(step, find(service), continue_on_error=True))
    assert end.outcome == "partly"


async def test_a_failed_step_ends_the_run(player, service):
    step = call("score", f"{service.url}/bad/400?times=always")
    end = await player.play(connector(step, find(service), maps={"city": "x"}))

    assert (end.status, end.outcome, end.mapped) == ("failed", "failed", [])
    assert len(end.entries) == 1
    assert service.calls("/people") == []


async def test_a_rule_about_the_body_speaks_in_the_owners_words(player, service):
    rule = {
        "when": {"left": "{{ response.body.error.code }}", "op": "equals", "right": "quota"},
        "then": "fail",
        "message": "No searches left ({{ response.status }}).",
    }
    step = call("ask", f"{service.url}/bad/403?times=always&code=quota", rules=[rule])
    end = await player.play(connector(step))
    assert end.error_message == "No searches left (403)."


async def test_rules_know_the_headers_in_lower_case(player, service):
    rule = {
        "when": {
            "left": "{{ response.headers.content-type }}",
            "op": "contains",
            "right": "html",
        },
        "then": "not_found",
    }
    rule["when"]["left"] = '{{ response.headers["content-type"] }}'
    end = await player.play(connector(call("ask", f"{service.url}/html", rules=[rule])))
    assert end.outcome == "not_found"


async def test_an_ignored_answer_leaves_nothing_behind(player, service):
    step = call(
        "ask",
        f"{service.url}/bad/409?times=always",
        rules=[{"status": [409], "then": "ignore"}],
        extract={"code": "$.error.code"},
    )
    end = await player.play(connector(step, find(service), maps={"city": "{{ steps.ask.code }}"}))
    assert (end.status, end.outcome, end.mapped) == ("success", "found", [])


async def test_a_rule_may_call_a_refusal_a_success(player, service):
    step = call(
        "ask",
        f"{service.url}/bad/409?times=always",
        rules=[{"status": "4xx", "then": "succeed"}],
        extract={"code": "$.error.code"},
    )
    end = await player.play(connector(step, maps={"city": "{{ steps.ask.code }}"}))
    assert end.output == {"city": "bad_day"}


async def test_a_rule_may_call_a_success_a_speed_limit(player, service):
    rule = {
        "when": {"left": "{{ response.body.ok }}", "op": "is_true"},
        "then": "rate_limited",
    }
    step = call("ask", f"{service.url}/bad/500?times=0", rules=[rule])
    end = await player.play(connector(step, max_retries=1))
    assert end.status == "failed"
    assert len(service.calls()) == 2


async def test_a_step_whose_condition_does_not_hold_is_skipped(player, service):
    step = find(service, when={"left": "{{ contact.phone }}", "op": "is_not_empty"})
    end = await player.play(connector(step, maps={"first_name": "{{ steps.find.name }}"}))

    assert (end.status, end.outcome, end.mapped) == ("success", "skipped", [])
    assert end.entries[0]["status"] == "skipped"
    assert end.entries[0]["request"] is None
    assert [mark.type for mark in player.marks] == ["step.finished"]


async def test_a_step_that_is_switched_off_says_so(player, service):
    await player.play(connector(find(service, disabled=True)))
    assert player.sentences == ["Skipped “Find”: it is switched off."]


async def test_a_refused_login_is_renewed_once_and_the_call_repeated(player, service):
    renewed = []

    async def renew(credential):
        renewed.append(credential.service_name)
        return good

    from tests.engine.run.story import key_for

    good = key_for(service, {"type": "bearer"})
    old = key_for(service, {"type": "bearer"}, secrets={"api_key": "old-key-not-real"})
    player.renew = renew
    step = call("ask", f"{service.url}/locked/bearer", credential="demo")
    end = await player.play(connector(step), credentials={"demo": old})

    assert end.status == "success"
    assert renewed == ["demo"]
    assert len(service.calls()) == 2


async def test_a_login_that_cannot_be_renewed_fails_in_plain_words(player, service):
    async def cannot(credential):
        return None

    player.renew = cannot
    end = await player.play(connector(call("ask", f"{service.url}/locked/bearer")))
    assert end.error_code == "credential_refused"
    assert len(service.calls()) == 1
