"""One call: what is sent, what is kept of the answer, and what the record shows."""

import gc

import pytest

from engine.run.exchange import Exchange
from tests.engine.run.story import ADA, call, connector, key_for


async def test_a_value_of_the_answer_reaches_the_contact(player, service):
    found = call(
        "find_person",
        f"{service.url}/people/find",
        query={"email": "{{ contact.email }}"},
        extract={"person": "$.data"},
    )
    maps = {"first_name": "{{ steps.find_person.person.name.givenName }}", "city": "London"}
    end = await player.play(connector(found, maps=maps))

    assert (end.status, end.outcome) == ("success", "found")
    assert [(one.field, one.value) for one in end.mapped] == [
        ("first_name", "Ada"),
        ("city", "London"),
    ]
    assert end.output == {"first_name": "Ada", "city": "London"}


async def test_a_later_call_uses_what_an_earlier_one_found(player, service):
    search = call(
        "search",
        f"{service.url}/companies/search",
        query={"domain": "example.com"},
        extract={"id": "$.companies[0].id"},
    )
    look = call(
        "look", f"{service.url}/companies/{{{{ steps.search.id }}}}", extract={"n": "$.name"}
    )
    end = await player.play(connector(search, look, maps={"company": "{{ steps.look.n }}"}))

    assert end.output == {"company": "Analytical Engines Ltd"}
    assert [one.path for one in service.calls()] == ["/companies/search", "/companies/7"]


async def test_the_record_of_a_call_is_complete(player, service):
    step = call("find", f"{service.url}/people/find", query={"email": "{{ contact.email }}"})
    step |= {"name": "Find the person", "extract": {"name": "$.data.name.fullName"}}
    end = await player.play(connector(step))

    (line,) = end.entries
    assert set(line) == {
        "id", "name", "kind", "status", "attempts", "started_at", "duration_ms", "request",
        "response", "extracted", "cached", "error",
    }  # fmt: skip
    assert (line["id"], line["name"], line["kind"]) == ("find", "Find the person", "http")
    assert (line["status"], line["attempts"], line["cached"]) == ("success", 1, False)
    assert line["started_at"] == "2026-01-31T09:00:00.000Z"
    assert line["request"]["method"] == "GET"
    assert line["request"]["url"].endswith("/people/find?email=ada.lovelace%40example.com")
    assert set(line["request"]) == {"method", "url", "headers", "body"}
    assert set(line["response"]) == {"status", "headers", "body", "size", "truncated"}
    assert line["response"]["status"] == 200
    assert line["response"]["body"]["data"]["name"]["fullName"] == "Ada Lovelace"
    assert line["response"]["headers"]["content-type"] == "application/json"
    assert line["extracted"] == {"name": "Ada Lovelace"}
    assert line["error"] is None


async def test_each_mark_tells_its_story_in_a_sentence(player, service):
    step = call("find", f"{service.url}/people/find", query={"email": "{{ contact.email }}"})
    step |= {"name": "Find", "extract": {"name": "$.data.name", "company": "$.data.employment"}}
    await player.play(connector(step))

    assert [mark.type for mark in player.marks] == ["step.started", "step.finished"]
    assert player.sentences[0] == "Started “Find”."
    assert player.sentences[1].startswith("Called 127.0.0.1: 200 in ")
    assert player.sentences[1].endswith("ms, found name and company.")


async def test_members_that_came_out_empty_are_left_out(player, service):
    step = call(
        "send",
        f"{service.url}/echo",
        "POST",
        query={"phone": "{{ contact.phone }}", "page": "1"},
        body={
            "json": {
                "who": {"phone": "{{ contact.phone }}", "city": "{{ contact.city }}"},
                "email": "{{ contact.email }}",
                "zero": "{{ input.zero }}",
                "no": "{{ input.no }}",
                "fixed": "",
            }
        },
    )
    await player.play(connector(step, input_schema=ZERO), input={"zero": 0, "no": False})

    (sent,) = service.calls("/echo")
    assert sent.query == {"page": "1"}
    assert sent.json == {"email": ADA["email"], "zero": 0, "no": False, "fixed": ""}


ZERO = {"type": "object", "properties": {"zero": {}, "no": {}}}


async def test_forms_and_texts_are_sent_as_such(player, service):
    form = call(
        "a", f"{service.url}/echo/a", "POST", body={"form": {"mail": "{{ contact.email }}"}}
    )
    text = call(
        "b",
        f"{service.url}/echo/b",
        "POST",
        body={"text": "Hello {{ contact.email }}", "content_type": "text/markdown"},
    )
    await player.play(connector(form, text))

    first, second = service.calls("/echo")
    assert first.form == {"mail": ADA["email"]}
    assert first.headers["content-type"] == "application/x-www-form-urlencoded"
    assert second.text == f"Hello {ADA['email']}"
    assert second.headers["content-type"] == "text/markdown"


async def test_a_value_missing_in_an_address_stops_the_step_before_anything_is_sent(
    player, service
):
    step = call("look", f"{service.url}/companies/{{{{ input.id }}}}")
    schema = {"type": "object", "properties": {"id": {}}}
    end = await player.play(connector(step, input_schema=schema))

    assert end.status == "failed"
    assert end.error_code == "expression"
    assert service.calls() == []
    assert end.entries[0]["error"]["message"] == end.error_message


async def test_an_empty_answer_has_no_values(player, service):
    step = call("ask", f"{service.url}/empty", extract={"name": "$.name", "all": "$.names[*]"})
    end = await player.play(connector(step))

    assert end.outcome == "found"
    assert end.entries[0]["extracted"] == {"name": None, "all": []}
    assert end.entries[0]["response"]["body"] is None


async def test_a_web_page_instead_of_data_is_said_in_plain_words(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/html", extract={"a": "$.a"})))

    assert (end.status, end.error_code) == ("failed", "no_data")
    assert end.error_message == "127.0.0.1 answered with a web page instead of data."
    assert "key" in end.error_hint
    assert end.entries[0]["response"]["status"] == 200


async def test_a_web_page_nobody_reads_is_no_failure(player, service):
    end = await player.play(connector(call("ping", f"{service.url}/html")))
    assert (end.status, end.outcome) == ("success", "found")


async def test_data_that_breaks_off_is_said_in_plain_words(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/garbage", extract={"a": "$.a"})))
    assert end.error_message == "127.0.0.1 answered with data that is damaged or breaks off."


async def test_data_nested_without_end_is_no_data(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/deep", extract={"a": "$[0]"})))
    assert (end.status, end.error_code) == ("failed", "no_data")


async def test_text_is_read_with_the_charset_the_service_names(player, service):
    step = call("ask", f"{service.url}/text?charset=latin-1", extract={"all": "$"})
    end = await player.play(connector(step))
    assert end.entries[0]["extracted"] == {"all": "Grüße aus Köln"}


async def test_poisonous_values_are_harmless_when_they_arrive(player, service):
    step = call(
        "ask",
        f"{service.url}/poison",
        extract={"big": "$.big", "nul": "$.nul", "half": "$.half", "id": "$.id"},
    )
    end = await player.play(connector(step))
    assert end.entries[0]["extracted"] == {
        "big": None,
        "nul": "a�b",
        "half": "x�y",
        "id": 9007199254740993,
    }


async def test_an_answer_of_fifty_megabytes_is_refused_without_being_read(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/huge?mb=50")))
    assert (end.status, end.error_code) == ("failed", "answer_too_large")


async def test_a_big_answer_is_cut_in_the_record_and_whole_for_the_steps(player, service):
    ask = call("ask", f"{service.url}/huge?mb=1", extract={"text": "$[0]"})
    count = {"id": "count", "kind": "set", "values": {"n": "{{ steps.ask.text | length }}"}}
    end = await player.play(connector(ask, count))

    first, second = end.entries
    assert first["response"]["truncated"] is True
    assert len(first["response"]["body"][0]) < 64 * 1024
    assert first["response"]["size"] == 1024 * 1024 + 4
    assert len(first["extracted"]["text"]) < 70_000
    assert second["extracted"] == {"n": 1024 * 1024}


async def test_a_key_travels_and_is_never_shown(player, service):
    for kind, auth in {
        "header": {"type": "header", "name": "X-Api-Key"},
        "query": {"type": "query", "name": "api_key"},
        "bearer": {"type": "bearer"},
    }.items():
        step = call("ask", f"{service.url}/locked/{kind}", credential="demo")
        key = key_for(service, auth)
        end = await player.play(connector(step), credentials={"demo": key})
        player.marks.clear()
        assert end.outcome == "found", kind
        assert service.KEY not in repr(end), kind
        assert "••••" in repr(end.entries[0]["request"]), kind


async def test_a_key_the_service_echoes_stays_hidden_from_record_steps_and_marks(player, service):
    step = call("ask", f"{service.url}/echo", credential="demo", extract={"all": "$"})
    keep = {"id": "keep", "kind": "set", "values": {"seen": "{{ steps.ask.all }}"}}
    key = key_for(service, {"type": "header", "name": "X-Api-Key"})
    end = await player.play(connector(step, keep), credentials={"demo": key})

    assert service.calls()[0].headers["x-api-key"] == service.KEY
    assert service.KEY not in repr(end)
    assert service.KEY not in repr(player.marks)


async def test_a_key_somebody_typed_into_the_address_is_hidden_even_where_nobody_answers(
    player, service
):
    step = call("ask", f"{service.url}/slow/{service.KEY}", credential="demo", timeout_ms=30)
    key = key_for(service, {"type": "header", "name": "X-Api-Key"})
    end = await player.play(connector(step, max_retries=0), credentials={"demo": key})
    assert end.status == "timeout"
    assert "/slow/••••" in end.entries[0]["request"]["url"]
    assert service.KEY not in repr(end)


async def test_a_key_that_is_not_there_is_asked_for(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/echo", credential="hunter")))
    assert end.error_code == "credential_missing"
    assert "hunter" in end.error_message
    assert service.calls() == []


async def test_a_wrong_key_is_said_in_plain_words(player, service):
    end = await player.play(connector(call("ask", f"{service.url}/locked/header")))
    assert end.error_message == "127.0.0.1 did not accept the key (401)."
    assert len(service.calls()) == 1


async def test_settings_of_the_credential_are_in_reach_of_the_call(player, service):
    step = call(
        "ask",
        f"{service.url}/echo/{{{{ credential.settings.region }}}}",
        credential="demo",
    )
    key = key_for(service, {"type": "bearer"}, settings={"region": "eu1"})
    await player.play(connector(step), credentials={"demo": key})
    assert service.calls()[0].path == "/echo/eu1"


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
async def test_data_that_is_called_a_web_page_is_data_all_the_same(player, service, charset):
    url = f"{service.url}/data?charset={charset}&kind=text/html"
    end = await player.play(connector(call("ask", url, extract={"city": "$.city"})))
    assert end.entries[0]["extracted"] == {"city": "Köln"}


@pytest.mark.parametrize("charset", ["latin-1", "windows-1252", "utf-16"])
async def test_data_is_read_with_the_charset_the_service_names(player, service, charset):
    step = call("ask", f"{service.url}/data?charset={charset}", extract={"city": "$.city"})
    end = await player.play(connector(step, maps={"city": "{{ steps.ask.city }}"}))
    assert end.output == {"city": "Köln"}


async def test_what_a_step_held_goes_with_it_and_waits_for_no_search(player, service):
    url = f"{service.url}/people/find"
    found = call("let_go", url, query={"email": "{{ contact.email }}"})
    gc.disable()
    try:
        end = await player.play(connector(found))
        every = (one for one in gc.get_objects() if type(one) is Exchange)
        held = [one.path for one in every if one.step.id == "let_go"]
    finally:
        gc.enable()

    assert end.status == "success"
    assert held == []
