"""What people are asked before a run, and what stands in for their answers in tests."""

from components import asked

DOCUMENT = {
    "input_schema": {
        "type": "object",
        "properties": {
            "table": {"title": "Table", "examples": ["People"]},
            "size": {"type": "integer", "default": 5},
            "note": {},
        },
        "required": ["table", "note"],
    }
}


def test_tests_take_the_example_or_else_the_usual_value():
    assert asked.sample_input(DOCUMENT) == {"table": "People", "size": 5}
    assert asked.sample_input({}) == {}


def test_a_value_for_tests_is_kept_with_the_question():
    changed = {"input_schema": asked.with_example(DOCUMENT, "note", "hello")}
    assert asked.sample_input(changed)["note"] == "hello"
    emptied = {"input_schema": asked.with_example(changed, "note", "")}
    assert "note" not in asked.sample_input(emptied)
    assert "examples" not in emptied["input_schema"]["properties"]["note"]


def test_a_question_goes_whole():
    left = asked.without(DOCUMENT, "note")
    assert list(left["properties"]) == ["table", "size"]
    assert left["required"] == ["table"]


def test_a_number_stays_a_number():
    assert asked.typed({"type": "integer"}, "7") == 7
    assert asked.typed({"type": "integer"}, "seven") == "seven"
    assert asked.typed({}, "7") == "7"


def test_a_step_knows_what_it_asks_for():
    assert asked.asked_in(
        {"url": "{{ input.a }}/{{ contact.b }}", "x": ["{{ input.c | trim }}"]}
    ) == {
        "a",
        "c",
    }
