"""A call from somebody's documentation holds their own values; the contact's are meant."""

from engine.model.stand_ins import stand_ins, with_stand_ins

REQUEST = {
    "method": "POST",
    "url": "https://x.test/people/ada%40example.com/notes?x=a@b.co",
    "query": {"email": "ada@example.com", "limit": "5", "q": "{{ contact.email }}"},
    "body": {"json": {"person": {"firstName": "Ada", "age": 36}, "to": ["bo@example.com"]}},
}


def test_values_of_a_person_are_found_wherever_they_are_sent():
    assert [(one.place, one.literal, one.expression) for one in stand_ins(REQUEST)] == [
        (("url", 4), "ada@example.com", "{{ contact.email }}"),
        (("query", "email"), "ada@example.com", "{{ contact.email }}"),
        (("body", "json", "person", "firstName"), "Ada", "{{ contact.first_name }}"),
        (("body", "json", "to", 0), "bo@example.com", "{{ contact.email }}"),
    ]


def test_only_what_was_chosen_is_replaced():
    found = stand_ins(REQUEST)
    made = with_stand_ins(REQUEST, [found[0], found[3]])
    assert made["url"] == "https://x.test/people/{{ contact.email }}/notes?x=a@b.co"
    assert made["body"]["json"] == {
        "person": {"firstName": "Ada", "age": 36},
        "to": ["{{ contact.email }}"],
    }
    assert made["query"] == REQUEST["query"]
    assert stand_ins(made | {"query": {}, "body": {}}) == []


def test_strange_bodies_are_looked_at_without_harm():
    for body in (None, {"text": "ada@example.com"}, {"json": "ada@example.com"}, {"json": [1]}):
        stand_ins({"url": "", "query": None, "body": body})
