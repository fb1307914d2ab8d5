"""What a definition may say, and what it is told where it says something else."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from engine.model.definition import kind_of, load
from engine.model.parts import Limits, all_steps
from engine.model.published import connector_schema
from tests.engine.model.connectors import (
    EVERYTHING,
    YES,
    connector,
    http,
    paths,
    problems,
    set_values,
)


def test_everything_the_contract_shows_is_accepted() -> None:
    assert problems(EVERYTHING) == []
    assert len(list(all_steps(load(EVERYTHING).steps))) == 17


def test_the_published_schema_accepts_it_too() -> None:
    schema = connector_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(EVERYTHING)
    assert schema["x-limits"]["answer_bytes"] == 8 * 2**20
    assert schema["x-limits"]["answer_decoded_bytes"] == 16 * 2**20
    assert schema["x-limits"]["steps"] == 200


def test_the_published_schema_refuses_unknown_keys() -> None:
    raw = connector(http(retries=3))
    assert not Draft202012Validator(connector_schema()).is_valid(raw)


@pytest.mark.parametrize(
    "status", [404, "4xx", [404, "5xx"], [], 99, 600, "9xx", [99], ["x"], [[404]], 404.5, True]
)
def test_the_published_schema_and_the_check_at_save_agree_about_a_status(status: Any) -> None:
    raw = connector(http(rules=[{"status": status, "then": "fail"}]))
    assert Draft202012Validator(connector_schema()).is_valid(raw) == (problems(raw) == [])


def test_version_defaults_to_1_and_a_type_beside_steps_is_worked_out_anew() -> None:
    one = load({"config": {"type": "multi-step", "steps": [http()]}})
    assert one.config.version == 1
    assert kind_of(one) == "single-step"
    assert kind_of(load(connector(http("a"), http("b")))) == "multi-step"
    loop = {"id": "l", "kind": "for_each", "items": "{{ input.list }}", "steps": [http()]}
    assert kind_of(load(connector(loop))) == "multi-step"


def test_only_config_is_needed() -> None:
    definition = load({"config": {"steps": []}})
    assert (definition.timeout_ms, definition.max_retries) == (30_000, 3)
    assert definition.continue_on_error is False


def test_a_definition_cannot_be_changed() -> None:
    definition = load(connector(http()))
    with pytest.raises(ValueError, match="frozen"):
        definition.config.steps[0].id = "other"


# Unknown keys


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ([], "colour"),
        (["config"], "triggers"),
        (["config", "steps", 0], "retries"),
        (["config", "steps", 0, "request"], "methd"),
        (["config", "steps", 0, "retry"], "max"),
        (["config", "steps", 0, "rules", 0], "code"),
        (["config", "steps", 0, "rules", 2, "when"], "rihgt"),
        (["config", "steps", 0, "cache"], "ttl"),
        (["config", "steps", 1, "paginate"], "page"),
        (["config", "steps", 1, "request", "body"], "xml"),
        (["config", "steps", 6, "poll"], "times"),
        (["config", "steps", 6, "poll", "until", "all", 0], "operator"),
        (["config", "steps", 7, "branches", 0], "if"),
        (["config", "steps", 8], "parallel"),
        (["config", "steps", 9, "attempts", 0], "price"),
        (["config", "steps", 9, "attempts", 0, "steps", 0], "paginat"),
        (["field_mappings", 0], "target"),
    ],
)
def test_an_unknown_key_is_refused_by_name_at_its_place(place: list[Any], key: str) -> None:
    raw = copy.deepcopy(EVERYTHING)
    holder: Any = raw
    for part in place:
        holder = holder[part]
    holder[key] = 1
    (problem,) = problems(raw)
    assert f"“{key}”" in problem.message
    assert problem.path.endswith(f".{key}" if place else key)
    assert problem.hint


def test_the_place_is_written_as_people_read_it() -> None:
    raw = connector(http(request={"url": 5}))
    (problem,) = problems(raw)
    assert problem.path == "config.steps[0].request.url"
    assert (problem.step_id, problem.field) == ("find", "url")
    assert problem.message == "This must be text."


def test_the_hint_names_the_key_that_was_probably_meant() -> None:
    (problem,) = problems(connector(http(request={"methd": "GET"})))
    assert problem.hint == "Did you mean “method”?"


def test_every_problem_is_told_at_once() -> None:
    raw = connector(
        http("a", request={"url": 5, "headers": {"Host": "x"}}, extract={"x": "no path"}),
        {"id": "B!", "kind": "nothing"},
        http("c", when={"left": "{{ steps.nowhere.x }}", "op": "is_empty"}, timeout_ms="1"),
        mappings=[{"field": "emial", "value": "{{ steps.a.y }}"}],
        max_retries=-1,
        surprise=True,
    )
    assert set(paths(raw)) == {
        "config.steps[0].request.url",
        "config.steps[0].request.headers.Host",
        "config.steps[0].extract.x",
        "config.steps[1].kind",
        "config.steps[2].timeout_ms",
        "config.steps[2].when.left",
        "field_mappings[0].field",
        "field_mappings[0].value",
        "max_retries",
        "surprise",
    }


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["steps", 0, "id"], 5),
        (["steps", 0, "rules", 0], "x"),
        (["steps", 1, "paginate", "kind"], "scroll"),
        (["steps", 6, "poll", "until", "all", 0], []),
        (["steps", 7, "branches", 0], None),
        (["steps", 9, "attempts", 0, "cost"], "much"),
    ],
)
def test_a_wrong_form_does_not_hide_a_wrong_name(place: list[Any], value: Any) -> None:
    raw = copy.deepcopy(EVERYTHING)
    raw["field_mappings"].append({"field": "emial", "value": 1})
    holder: Any = raw["config"]
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    assert {one.path.partition("[")[0] for one in problems(raw)} == {
        "config.steps",
        "field_mappings",
    }


def test_a_setting_that_takes_any_number_is_told_once_at_its_place() -> None:
    raw = connector(http(limits={"per_second": "x"}))
    (problem,) = problems(raw)
    assert problem.path == "config.steps[0].limits.per_second"
    assert problem.message == "This must be a number."
    assert paths(connector(http(extract={"int": 5}))) == ["config.steps[0].extract.int"]


# Shapes


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (connector(http("1a")), "config.steps[0].id"),
        (connector(http("A")), "config.steps[0].id"),
        (connector(http("a-b")), "config.steps[0].id"),
        (connector(http("a" * 41)), "config.steps[0].id"),
        (connector(http("a\n")), "config.steps[0].id"),
        (connector({"kind": "http", "id": "a"}), "config.steps[0].request"),
        (connector({"id": "a", "request": {}}), "config.steps[0].kind"),
        (connector(http(timeout_ms=0)), "config.steps[0].timeout_ms"),
        (connector(http(timeout_ms=True)), "config.steps[0].timeout_ms"),
        (connector(http(omit_empty="yes")), "config.steps[0].omit_empty"),
        (connector(http(on_error="retry")), "config.steps[0].on_error"),
        (connector(http(request={"method": "get"})), "config.steps[0].request.method"),
        (connector(http(request={"method": "TRACE"})), "config.steps[0].request.method"),
        (connector(http(rules={})), "config.steps[0].rules"),
        (connector(http(rules=[{"status": [404]}])), "config.steps[0].rules[0].then"),
        (connector(http(extract={"no way": "$"})), 'config.steps[0].extract["no way"]'),
        (connector(http(credential="../x")), "config.steps[0].credential"),
        (connector(http(retry={"max_ms": 3_600_001})), "config.steps[0].retry.max_ms"),
        (connector(http(), config=None), "config"),
        (connector(http(), timeout_ms=1.5), "timeout_ms"),
        ({"config": {"version": 2, "steps": []}}, "config.version"),
        ({"config": {}}, "config.steps"),
        ({"config": {"steps": {}}}, "config.steps"),
        ({"config": []}, "config"),
        ({}, "config"),
        ([], "definition"),
        (None, "definition"),
        ("text", "definition"),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_place(raw: Any, path: str) -> None:
    assert paths(raw) == [path]


@pytest.mark.parametrize("status", [[99], [600], "404", "6xx", "xx", [True], [4.04], {}, None])
def test_a_status_is_a_list_of_codes_or_a_family(status: Any) -> None:
    found = paths(connector(http(rules=[{"status": status, "then": "fail"}])))
    assert found == ([] if status is None else ["config.steps[0].rules[0].status"])


def test_a_connector_has_at_most_200_steps_wherever_they_are() -> None:
    assert paths(connector(*(set_values(f"s{n}") for n in range(200)))) == []
    inner = [set_values(f"s{n}") for n in range(200)]
    loop = {"id": "loop", "kind": "for_each", "items": "{{ input.all }}", "steps": inner}
    assert paths(connector(loop)) == ["config.steps"]


def nested(depth: int) -> dict[str, Any]:
    step = set_values("inmost")
    for level in range(depth):
        step = {"id": f"way{level}", "kind": "branch", "branches": [{"steps": [step]}]}
    return step


def test_steps_are_nested_at_most_4_deep() -> None:
    assert problems(connector(nested(4))) == []
    (problem,) = problems(connector(nested(5)))
    assert "nested at most 4" in problem.message


def test_a_definition_deeper_than_any_should_be_is_refused_at_once() -> None:
    value: Any = []
    for _ in range(5_000):
        value = [value]
    assert paths(connector(set_values(x=value))) == ["definition"]


# Bodies, waits, conditions


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "body"),
        ({"json": {}, "text": "x"}, "body"),
        ({"json": {}, "content_type": "a/b"}, "body.content_type"),
        ({"form": {"a": {"b": 1}}}, "body.form.a"),
    ],
)
def test_a_body_is_one_thing(body: dict[str, Any], path: str) -> None:
    raw = connector(http(request={"body": body}))
    assert paths(raw) == [f"config.steps[0].request.{path}"]


def test_a_body_may_be_the_json_null() -> None:
    assert paths(connector(http(request={"body": {"json": None}}))) == []


@pytest.mark.parametrize("wait", [{}, {"for_ms": 1, "until": "{{ now }}"}])
def test_a_wait_has_a_length_or_an_end(wait: dict[str, Any]) -> None:
    assert paths(connector({"id": "w", "kind": "wait", **wait})) == ["config.steps[0]"]


@pytest.mark.parametrize(
    ("when", "path"),
    [
        ({}, "when"),
        ({"left": 1}, "when"),
        ({"left": 1, "op": "equals", "right": 1, "all": []}, "when"),
        ({"all": []}, "when.all"),
        ({"any": []}, "when.any"),
        ({"all": [{"any": [{}]}]}, "when.all[0].any[0]"),
        ({"left": 1, "op": "greater_than"}, "when.right"),
        ({"op": "is_empty"}, "when.left"),
        ({"op": "equals", "right": "{{ contact.email }}"}, "when.left"),
        ({"left": 1, "op": "in", "right": "a"}, "when.right"),
        ({"left": 1, "op": "matches", "right": "(?=a)"}, "when.right"),
        ({"left": 1, "op": "is"}, "when.op"),
        ({"left": "{{ nope }}", "op": "is_empty"}, "when.left"),
    ],
)
def test_a_condition_is_one_whole_question(when: dict[str, Any], path: str) -> None:
    assert path in [
        found.removeprefix("config.steps[0].") for found in paths(connector(http(when=when)))
    ]


def test_a_step_reads_pages_or_asks_again() -> None:
    poll = {"until": YES, "every_ms": 1000, "max_wait_ms": 9000}
    paginate = {"kind": "link_header", "items": "$"}
    assert paths(connector(http(poll=poll))) == paths(connector(http(paginate=paginate))) == []
    both = connector(http(poll=poll, paginate=paginate))
    assert paths(both) == ["config.steps[0].poll"]


@pytest.mark.parametrize(
    ("paginate", "path"),
    [
        ({"kind": "cursor", "items": "$.r"}, "next"),
        ({"kind": "cursor", "items": "$.r", "next": "$.n"}, "param"),
        ({"kind": "page", "items": "$.r"}, "param"),
        ({"kind": "offset", "items": "$.r"}, "param"),
        ({"kind": "next_url", "items": "$.r"}, "next"),
        ({"kind": "link_header"}, "items"),
        ({"kind": "link_header", "items": "r"}, "items"),
        ({"kind": "page", "param": "p", "items": "$.r", "param_in": "body"}, "param_in"),
        ({"kind": "scroll", "items": "$.r"}, "kind"),
    ],
)
def test_paging_needs_what_its_kind_needs(paginate: dict[str, Any], path: str) -> None:
    found = paths(connector(http(paginate=paginate)))
    assert f"config.steps[0].paginate.{path}" in found


# Addresses and headers


@pytest.mark.parametrize(
    "url", ["api.example.com", "ftp://x/", "https://", "https://a b/", "//x", "", "https://u:p@x/"]
)
def test_an_address_is_an_address(url: str) -> None:
    assert paths(connector(http(request={"url": url}))) == ["config.steps[0].request.url"]


@pytest.mark.parametrize(
    "url",
    [
        *("https://x.test:99999/", "https://x.test:0/", "https://x.test:/", "https://x.test:a/"),
        *("https://[::1/", "https://1::2/", "https://a..b/", "https://-a.test/", "https://a%00.b/"),
        *(f"https://{'a' * 64}.test/", f"https://{'a.' * 130}test/", "https://./", "https://[x]/"),
        *("https://x.test/a b", "https://x.test/\r\nX: y", "https://x.test/a\\b"),
    ],
)
def test_a_broken_address_is_told_before_it_is_called(url: str) -> None:
    assert paths(connector(http(request={"url": url}))) == ["config.steps[0].request.url"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://x.test:8443/",
            "https://[::1]:80/x",
            "https://bücher.example/",
            "https://X.test./",
        ),
        *(
            "https://x.test/a%20b?q={{ contact.email | lower }}",
            "https://a_b.test/ü",
            "{{ input.u }}",
        ),
    ],
)
def test_these_are_addresses(url: str) -> None:
    assert paths(connector(http(request={"url": url}))) == []


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://{{ credential.settings.sub }}.example.com/x", True),
        ("{{ credential.settings.base }}/x", True),
        ("{{ steps.first.body.url }}", True),
        ("https://{{ contact.company }}.example.com/x", False),
        ("{{ input.url }}", False),
        ("https://{{ steps.first.body.host }}:{{ input.port }}/x", False),
        ("https://api.example.com/{{ contact.company }}", True),
    ],
)
def test_with_a_credential_nobody_else_chooses_the_host(url: str, fine: bool) -> None:
    found = paths(connector(http("first"), http("second", request={"url": url}, credential="c")))
    assert found == ([] if fine else ["config.steps[1].request.url"])


def test_without_a_credential_the_host_may_come_from_anywhere() -> None:
    assert paths(connector(http(request={"url": "https://{{ input.host }}/x"}))) == []


@pytest.mark.parametrize(
    "name",
    [
        *("Host", "content-length", "Transfer-Encoding", "a b", "", "ä", "Proxy-Authorization"),
        *("Sec-Fetch-Site", "Expect", "X-Forwarded-For", "Accept-Encoding"),
    ],
)
def test_some_headers_are_not_for_steps_to_set(name: str) -> None:
    (path,) = paths(connector(http(request={"headers": {name: "x"}})))
    assert path.startswith("config.steps[0].request.headers")


@pytest.mark.parametrize("value", ["a\r\nX: 1", "a\nb", ["a"], {"a": 1}])
def test_a_header_is_one_line(value: Any) -> None:
    found = paths(connector(http(request={"headers": {"X-A": value}})))
    assert found == ["config.steps[0].request.headers.X-A"]


# By the thousand


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    )
    return [here, *(place for key, part in inner for place in places(part, (*here, key)))]


junk = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**30, "", "x", "{{ nope }}", "{{", "{% x %}", "\0", [], {}, [[]]]
) | st.recursive(st.none() | st.text(max_size=3), lambda some: st.lists(some, max_size=2))


@given(st.sampled_from(places(EVERYTHING)[1:]), junk)
def test_one_thing_wrong_anywhere_is_a_problem_or_it_fits(
    place: tuple[Any, ...], value: Any
) -> None:
    raw = copy.deepcopy(EVERYTHING)
    holder: Any = raw
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    assert all(problem.path and problem.message for problem in problems(raw))


@given(st.lists(st.tuples(st.sampled_from(places(EVERYTHING)[1:]), junk), max_size=6))
def test_many_things_wrong_are_as_many_problems(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    raw = copy.deepcopy(EVERYTHING)
    for place, value in changes:
        holder: Any = raw
        for part in place[:-1]:
            inside = type(holder) is dict and part in holder
            inside = inside or (type(holder) is list and type(part) is int and part < len(holder))
            holder = holder[part] if inside else None
        if type(holder) is dict and type(place[-1]) is str:
            holder[place[-1]] = value
    assert all(problem.path and problem.message for problem in problems(raw))


@pytest.mark.parametrize(
    ("limits", "gap"),
    [({"per_second": 5}, 0.2), ({"per_second": 10, "per_minute": 60}, 1), ({}, None),
     ({"headers": False}, None)],
)  # fmt: skip
def test_limits_say_how_far_apart_calls_are(limits: dict[str, Any], gap: float | None) -> None:
    assert Limits.model_validate(limits).every_s == gap


@pytest.mark.parametrize("limits", [{"per_second": 0}, {"per_minute": -1}, {"per_day": 5}])
def test_limits_that_cannot_be_kept_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate(limits)


def test_a_definition_that_would_take_long_to_read_is_refused_at_once() -> None:
    many = {f"v{number}": f"{{{{ contact.data.x{number} }}}}" for number in range(200)}
    raw = connector(*(set_values(f"s{number}", **many) for number in range(16)))
    assert [(one.path, one.message) for one in problems(raw)] == [
        ("config", "A connector has at most 3,000 expressions.")
    ]
    large = connector(*(set_values(f"s{number}", text="x" * 60_000) for number in range(18)))
    assert [one.message for one in problems(large)] == ["A connector is at most 1 MB large."]


def test_names_are_counted() -> None:
    raw = connector(http(extract={f"n{number}": "$" for number in range(201)}))
    assert [(one.path, one.message) for one in problems(raw)] == [
        ("config.steps[0].extract", "At most 200 fit here.")
    ]


def test_of_many_settings_nobody_knows_some_are_told() -> None:
    raw = connector(http(**{f"k{number}": 1 for number in range(20_000)}))
    assert 0 < len(problems(raw)) <= 300
