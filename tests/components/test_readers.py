"""Before a step goes it is known who lives on it."""

from components.readers import readers


def a_set(step_id: str, text: str = "") -> dict[str, object]:
    return {"id": step_id, "name": step_id.title(), "kind": "set", "values": {"a": text}}


def test_steps_and_contact_fields_that_use_a_step_are_named_once() -> None:
    document = {
        "steps": [
            a_set("one"),
            a_set("other", "{{ steps.one_more.a }} {{ steps.onex }}"),
            {
                "id": "way",
                "name": "Way",
                "kind": "branch",
                "branches": [
                    {"name": "Yes", "steps": [a_set("in", "{{ steps.one.a | upper }}")]},
                    {"name": "No", "steps": []},
                ],
            },
            a_set("two", "{{ steps.one.a }}{{ steps.way.taken }}"),
        ],
        "field_mappings": [
            {"field": "city", "value": "{{ steps.one.a }}"},
            {"field": "company", "value": "{{ steps.in.a }}"},
        ],
    }
    assert readers(document, "one") == ["In", "Two", "City"]
    assert readers(document, "way") == ["Two", "Company"]
    assert readers(document, "two") == []
