"""What somebody agrees to by installing, what leaves, and what has to be asked again."""

from engine.model.consent import asked_anew, consent
from engine.model.definition import load
from engine.model.leaving import leaving

STEPS = [
    {"id": "prepare", "kind": "set", "values": {"hash": "{{ contact.email | md5 }}"}},
    {
        "id": "find",
        "kind": "http",
        "credential": "people",
        "request": {
            "url": "https://api.people.example/find",
            "query": {"h": "{{ steps.prepare.hash }}", "size": "{{ contact.data.size }}"},
        },
        "extract": {"id": "$.id"},
    },
    {
        "id": "tell",
        "kind": "http",
        "request": {
            "method": "POST",
            "url": "https://hooks.example/in",
            "body": {"json": {"all": "{{ contact }}", "id": "{{ steps.find.id }}"}},
        },
    },
]
SLOT = {
    "service_name": "people",
    "auth": {"type": "bearer"},
    "fields": [{"name": "api_key", "title": "Key"}],
    "allowed_hosts": ["api.people.example"],
}


def definition(steps=STEPS):
    return load({"config": {"steps": steps}, "field_mappings": [{"field": "city", "value": "x"}]})


def agreed():
    return consent(definition(), [SLOT])


def asks(wanted) -> list[str]:
    return [one.id for one in asked_anew(agreed(), wanted)]


def test_each_call_says_where_it_goes_and_what_of_the_contact_goes_with_it():
    first, second = leaving(definition())
    assert (first.method, first.host, first.credential) == ("GET", "api.people.example", "people")
    assert first.fields == ("email", "data.size")
    assert (second.method, second.host) == ("POST", "hooks.example")
    assert second.fields == ("everything", "earlier answers")


def test_what_is_agreed_to_is_hosts_slots_and_writes():
    assert agreed() == {
        "hosts": ["api.people.example", "hooks.example"],
        "slots": {
            "people": {
                "hosts": ["api.people.example"],
                "auth": {"type": "bearer"},
                "fields": ["api_key"],
            }
        },
        "writes": ["city"],
    }


def test_nothing_is_asked_again_while_hosts_sign_in_and_slots_stay():
    other = [{**STEPS[1], "id": "other", "request": {"url": "https://api.people.example/other"}}]
    assert asks(consent(definition(other), [SLOT])) == []


def test_a_new_host_a_new_slot_and_another_way_to_sign_in_are_asked_again():
    moved = [{**STEPS[2], "request": {"url": "https://evil.example/in"}}]
    assert asks(consent(definition(moved), [SLOT])) == ["host:evil.example"]
    more = {**SLOT, "allowed_hosts": ["api.people.example", "evil.example"]}
    assert asks(consent(definition(), [more])) == ["slot_host:people:evil.example"]
    second = {**SLOT, "service_name": "mail"}
    assert asks(consent(definition(), [SLOT, second])) == [
        "slot:mail",
        "slot_host:mail:api.people.example",
    ]
    signed = {**SLOT, "auth": {"type": "header", "name": "X-Key"}}
    assert asks(consent(definition(), [signed])) == ["auth:people:header"]
    wider = {**SLOT, "fields": [*SLOT["fields"], {"name": "region", "title": "Region"}]}
    assert asks(consent(definition(), [wider])) == ["fields:people:region"]
