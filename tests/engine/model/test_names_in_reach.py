"""Which names a step may use, and what it is told about any other."""

from typing import Any

import pytest

from tests.engine.model.connectors import YES, connector, http, paths, problems, set_values


@pytest.mark.parametrize("name", ["status", "headers", "body", "items", "winner", "cost", "taken"])
def test_an_extracted_name_may_not_hide_what_every_step_has(name: str) -> None:
    assert paths(connector(http(extract={name: "$"}))) == [f"config.steps[0].extract.{name}"]


def test_ids_are_unique_in_the_whole_connector() -> None:
    loop = {
        "id": "loop",
        "kind": "for_each",
        "items": "{{ input.all }}",
        "steps": [set_values("find")],
    }
    assert paths(connector(http(), loop)) == ["config.steps[1].steps[0].id"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact.email }} {{ contact.id }} {{ contact.data.anything.at.all }}",
        "{{ input.whatever.it.is }}",
        "{{ workspace.id }} {{ workspace.name }} {{ execution.id }} {{ execution.attempt }}",
        "{{ now }}",
        "{{ steps.first.status }} {{ steps.first.headers.date }} {{ steps.first.body.x }}",
        "{{ steps.first.person.deep.down }} {{ steps.first }} {{ steps }}",
        "{{ nobody.knows | default('') }}",
        "{{ steps.nowhere.x | default('') }}",
    ],
)
def test_known_names_may_be_used(text: str) -> None:
    raw = connector(http("first", extract={"person": "$"}), set_values(x=text))
    assert problems(raw) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ contct.email }}", "contact, input, steps"),
        ("{{ contact.emial }}", "email, phone"),
        ("{{ contact.workspace_id }}", "email, phone"),
        ("{{ steps.frist.person }}", "first"),
        ("{{ steps.first.persn }}", "person"),
        ("{{ workspace.owner }}", "id, name"),
        ("{{ execution.number }}", "id, attempt"),
        ("{{ response.body }}", "contact, input"),
        ("{{ result.x }}", "contact, input"),
        ("{{ credential.settings.x }}", "contact, input"),
        ("{{ secrets.key }}", "contact, input"),
        ("{{ item }}", "contact, input"),
        ("{{ steps.last.x }}", "runs after this step"),
        ("{{ steps.here.x }}", "its own result"),
        ("{{ nobody | default(somebody) }}", "contact, input"),
    ],
)
def test_an_unknown_name_is_found_at_save(text: str, said: str) -> None:
    raw = connector(
        http("first", extract={"person": "$"}), set_values("here", x=text), http("last")
    )
    (problem,) = problems(raw)
    assert problem.path == "config.steps[1].values.x"
    assert said in problem.message
    assert problem.step_id == "here"


def test_a_step_is_told_by_the_name_people_gave_it() -> None:
    last = http("last", name="Ask the other service")
    (problem,) = problems(connector(set_values("here", x="{{ steps.last.status }}"), last))
    assert problem.message == "“Ask the other service” runs after this step."


@pytest.mark.parametrize(
    "where",
    [
        {"request": {"url": "https://x.test/{{ nope }}"}},
        {"request": {"query": {"a": ["{{ nope }}"]}}},
        {"request": {"headers": {"A": "{{ nope }}"}}},
        {"request": {"body": {"json": [{"a": {"b": "x{{ nope }}"}}]}}},
        {"request": {"body": {"json": {"{{ nope }}": 1}}}},
        {"request": {"body": {"form": {"a": "{{ nope }}"}}}},
        {"request": {"body": {"text": "{{ nope }}"}}},
        {"when": {"not": {"left": "{{ nope }}", "op": "is_empty"}}},
        {"rules": [{"then": "fail", "message": "{{ nope }}"}]},
        {"rules": [{"then": "fail", "when": {"left": 1, "op": "equals", "right": "{{ nope }}"}}]},
        {"poll": {"until": {"left": "{{ nope }}", "op": "is_true"}}},
        {"poll": {"until": YES, "request": {"url": "https://x.test/{{ nope }}"}}},
    ],
    ids=str,
)
def test_names_are_checked_everywhere_in_a_call(where: dict[str, Any]) -> None:
    (problem,) = problems(connector(http(**where)))
    assert "“nope”" in problem.message


def test_the_answer_is_known_to_rules_and_polling_only() -> None:
    body = {"left": "{{ response.body.x }}", "op": "is_empty"}
    again = {"url": "https://x.test/{{ response.headers.location }}/{{ steps.find.status }}"}
    fine = http(rules=[{"when": body, "then": "fail"}], poll={"until": body, "request": again})
    assert problems(connector(fine)) == []
    assert paths(connector(http(when=body))) == ["config.steps[0].when.left"]
    assert paths(connector(http(request={"query": {"a": "{{ response.status }}"}}))) == [
        "config.steps[0].request.query.a"
    ]


def test_header_names_of_an_answer_are_in_small_letters() -> None:
    rule = {"then": "fail", "message": "{{ response.headers.Location }}"}
    (problem,) = problems(connector(http(rules=[rule])))
    assert "small letters" in problem.message


def test_credential_settings_are_known_inside_a_step_that_has_a_credential() -> None:
    query = {"request": {"query": {"a": "{{ credential.settings.account }}"}}}
    assert problems(connector(http(credential="c", **query))) == []
    assert len(problems(connector(http(**query)))) == 1
    secret = {"request": {"query": {"a": "{{ credential.credentials.api_key }}"}}}
    (problem,) = problems(connector(http(credential="c", **secret)))
    assert "settings" in problem.message


# Visibility


def loop(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "loop",
        "kind": "for_each",
        "items": "{{ input.all }}",
        "as": "row",
        "steps": list(steps),
        **more,
    }


def test_a_loop_knows_its_item_and_its_place_and_what_came_before() -> None:
    inner = set_values("one", x="{{ row.a }} {{ row_index }} {{ steps.first.status }}")
    again = set_values("two", x="{{ steps.one.x }}")
    assert (
        problems(connector(http("first"), loop(inner, again, result={"r": "{{ steps.two.x }}"})))
        == []
    )


def test_what_is_inside_a_loop_is_not_known_outside() -> None:
    raw = connector(
        loop(set_values("one"), result={"x": "{{ steps.one.x }}"}),
        set_values("after", x="{{ steps.one.x }}", y="{{ row }}", z="{{ steps.loop.items }}"),
    )
    found = problems(raw)
    assert [problem.path for problem in found] == [
        "config.steps[1].values.x",
        "config.steps[1].values.y",
    ]
    assert "inside “loop”" in found[0].message
    assert "result" in str(found[0].hint)


@pytest.mark.parametrize("name", ["contact", "steps", "now", "response", "true", "in"])
def test_a_loop_may_not_hide_a_known_name(name: str) -> None:
    assert paths(connector(loop(**{"as": name}))) == ["config.steps[0].as"]


def test_a_loop_in_a_loop_needs_another_name() -> None:
    inner = {**loop(), "id": "inner"}
    assert paths(connector(loop(inner))) == ["config.steps[0].steps[0].as"]
    assert paths(connector(loop({**inner, "as": "cell"}))) == []


def test_a_loop_goes_through_an_expression() -> None:
    assert paths(connector(loop(items="a, b"))) == ["config.steps[0].items"]


def branch(*branches: dict[str, Any]) -> dict[str, Any]:
    return {"id": "way", "kind": "branch", "branches": list(branches)}


def test_steps_of_a_branch_stay_known_afterwards_and_only_there() -> None:
    raw = connector(
        branch(
            {"when": YES, "steps": [set_values("left", x=1)]},
            {"steps": [set_values("right", x="{{ steps.left.x }}")]},
        ),
        set_values("after", x="{{ steps.left.x }} {{ steps.right.x }} {{ steps.way.taken }}"),
    )
    (problem,) = problems(raw)
    assert problem.path == "config.steps[0].branches[1].steps[0].values.x"
    assert "another branch" in problem.message


def test_only_the_last_branch_may_do_without_a_condition() -> None:
    assert paths(connector(branch({"steps": []}, {"when": YES, "steps": []}))) == [
        "config.steps[0].branches[0]"
    ]


def test_branches_and_attempts_are_told_apart_by_name() -> None:
    same = [{"name": "a", "when": YES, "steps": []}, {"name": "a", "steps": []}]
    assert paths(connector(branch(*same))) == ["config.steps[0].branches[1].name"]
    falls = {"id": "w", "kind": "waterfall", "attempts": [{"name": "a"}, {"name": "a"}]}
    assert paths(connector(falls)) == ["config.steps[0].attempts[1].name"]


def waterfall(*attempts: dict[str, Any]) -> dict[str, Any]:
    return {"id": "falls", "kind": "waterfall", "attempts": list(attempts)}


def test_an_attempt_sees_itself_and_outside_only_its_result_is_known() -> None:
    one = {
        "steps": [set_values("one")],
        "result": {"mail": "{{ steps.one.x }}"},
        "accept": {"left": "{{ result.mail }} {{ steps.one.x }}", "op": "is_not_empty"},
    }
    two = {"steps": [set_values("two", x="{{ steps.one.x }}")], "result": {"phone": 1}}
    after = set_values(
        "after",
        x="{{ steps.falls.mail }} {{ steps.falls.phone }}",
        y="{{ steps.falls.winner }} {{ steps.falls.cost }}",
        z="{{ steps.one.x }}",
    )
    assert paths(connector(waterfall(one, two), after)) == [
        "config.steps[0].attempts[1].steps[0].values.x",
        "config.steps[1].values.z",
    ]


def test_a_result_may_not_hide_the_winner() -> None:
    found = paths(connector(waterfall({"result": {"winner": 1}})))
    assert found == ["config.steps[0].attempts[0].result.winner"]


# Mappings and the input schema


@pytest.mark.parametrize("name", ["emial", "id", "data", "data.", "workspace_id", "data.a[0]"])
def test_a_mapping_writes_to_a_field_of_a_contact(name: str) -> None:
    assert paths(connector(http(), mappings=[{"field": name, "value": 1}])) == [
        "field_mappings[0].field"
    ]


def test_a_mapping_knows_every_step_that_is_in_sight_at_the_end() -> None:
    value = "{{ steps.find.person }} {{ steps.loop.items }}"
    mappings = [
        {"field": "email", "value": value},
        {"field": "phone", "value": "{{ steps.one.x }}"},
        {"field": "city", "value": "{{ credential.settings.x }}"},
    ]
    raw = connector(http(extract={"person": "$"}), loop(set_values("one")), mappings=mappings)
    assert paths(raw) == ["field_mappings[1].value", "field_mappings[2].value"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "text"},
        {"properties": {"a": {"minLength": -1}}},
        {"$ref": "https://elsewhere.test/schema.json"},
        {"properties": {"a": {"pattern": "(?=a)"}}},
        {"patternProperties": {"a": {}}},
        {"required": "a"},
    ],
)
def test_an_input_schema_is_a_json_schema(schema: dict[str, Any]) -> None:
    found = paths(connector(http(), input_schema=schema))
    assert len(found) == 1
    assert found[0].startswith("input_schema")
