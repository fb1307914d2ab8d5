"""Contacts sent out to services that make them or change them by themselves."""

import base64
import hashlib

from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import answer


async def test_an_upsert_with_lists_in_lists_and_a_date_to_wait_for(customer, stub):
    @stub.on("PUT", "/v2/objects/people/records")
    def assert_person(call):
        assert call.query == {"matching_attribute": "email_addresses"}
        assert call.json == {"data": {"values": {
            "email_addresses": ["avery@example.com"],
            "name": [{"first_name": "Avery", "last_name": "Sample", "full_name": "Avery Sample"}],
            "job_title": ["Head of Operations"],
        }}}  # fmt: skip
        if len(stub.ledger) == 1:
            past = ("Retry-After", "Mon, 15 Jan 2024 12:00:05 GMT")
            return answer({"code": "rate_limit_exceeded"}, 429, past)
        return answer({"data": {"id": {"record_id": "0cc"}, "values": {"phone_numbers": []}}})

    await customer.key({"type": "bearer"}, {"token": "demo-attio-token"})
    made = await customer.connector(
        step("send", "PUT", f"{stub.url}/v2/objects/people/records",
             query={"matching_attribute": "email_addresses"},
             body={"json": {"data": {"values": {
                 "email_addresses": ["{{ contact.email }}"],
                 "name": [{"first_name": "{{ contact.first_name }}",
                           "last_name": "{{ contact.last_name }}",
                           "full_name": "{{ contact.first_name }} {{ contact.last_name }}"}],
                 "phone_numbers": ["{{ contact.phone }}"],
                 "job_title": ["{{ contact.job_title }}"]}}}},
             extract={"id": "$.data.id.record_id"}),
        field_mappings=maps(data__attio="{{ steps.send.id }}"),
    )  # fmt: skip
    run = await customer.execute(made, await customer.contact(phone=None))
    assert (run["status"], run["steps_executed"][0]["attempts"]) == ("success", 2), run
    assert (await customer.data(run))["data"] == {"attio": "0cc"}


async def test_empty_parts_are_left_out_of_what_is_created(customer, stub):
    @stub.on("POST", "/api/v1/lead/")
    def lead(call):
        assert call.headers["authorization"] == "Basic " + base64.b64encode(
            b"api_demo_not_real:").decode()  # fmt: skip
        assert call.json == {
            "name": "Example Corp",
            "contacts": [
                {
                    "name": "Avery Sample",
                    "title": "Head of Operations",
                    "emails": [{"type": "office", "email": "avery@example.com"}],
                    "phones": [{"type": "office"}],
                }
            ],
            "addresses": [{"label": "business", "city": "Springfield", "country": "US"}],
        }
        return answer({"id": "lead_1", "contacts": [{"id": "cont_1"}]})

    @stub.on("POST", "/v1/pages")
    def page(call):
        assert call.headers["notion-version"] == "2022-06-28"
        assert call.json == {
            "parent": {"type": "database_id", "database_id": "def"},
            "properties": {
                "Name": {"title": [{"text": {"content": "Avery Sample"}}]},
                "Email": {"email": "avery@example.com"},
                "Company": {"rich_text": [{"text": {"content": "Example Corp"}}]},
            },
        }
        return answer({"object": "page", "id": "page-1"})

    @stub.on("POST", "/contacts/upsert")
    def highlevel(call):
        assert call.json["tags"] == []
        assert call.json["customFields"] == [{"id": "f1", "value": "Head of Operations"}]
        assert "phone" not in call.json
        return answer({"new": True, "succeded": True, "contact": {"id": "hl-1"}}, 201)

    @stub.on("POST", "/api/v2/leads")
    def instantly(call):
        assert call.json["custom_variables"] == {}
        return answer({"id": "0000-lead"})

    await customer.key(
        {"type": "basic", "username": "api_key", "password": ""},
        {"api_key": "api_demo_not_real"},
        service_name="close",
    )
    await customer.key(
        {"type": "bearer"},
        {"token": "demo-notion-secret"},
        settings={"database": "def", "location": "loc-1"},
    )
    made = await customer.connector(
        step("lead", "POST", f"{stub.url}/api/v1/lead/", body={"json": {
            "name": "{{ contact.company }}",
            "contacts": [{"name": "{{ contact.first_name }} {{ contact.last_name }}",
                          "title": "{{ contact.job_title }}",
                          "emails": [{"type": "office", "email": "{{ contact.email }}"}],
                          "phones": [{"type": "office", "phone": "{{ contact.phone }}"}],
                          "urls": [{"url": "{{ contact.linkedin_url }}"}]}],
            "addresses": [{"label": "business", "city": "{{ contact.city }}",
                           "state": "{{ contact.state }}",
                           "country": "{{ contact.country }}"}]}},
            extract={"id": "$.id", "person": "$.contacts[0].id"}) | {"credential": "close"},
        step("page", "POST", f"{stub.url}/v1/pages", headers={"Notion-Version": "2022-06-28"},
             body={"json": {
                 "parent": {"type": "database_id",
                            "database_id": "{{ credential.settings.database }}"},
                 "properties": {
                     "Name": {"title": [{"text": {"content":
                         "{{ contact.first_name }} {{ contact.last_name }}"}}]},
                     "Email": {"email": "{{ contact.email }}"},
                     "Phone": {"phone_number": "{{ contact.phone }}"},
                     "Company": {"rich_text": [{"text": {"content": "{{ contact.company }}"}}]},
                     "LinkedIn": {"url": "{{ contact.linkedin_url }}"}}}},
             extract={"id": "$.id"}),
        step("hl", "POST", f"{stub.url}/contacts/upsert", headers={"Version": "2021-07-28"},
             body={"json": {"locationId": "{{ credential.settings.location }}",
                            "email": "{{ contact.email }}", "phone": "{{ contact.phone }}",
                            "tags": [],
                            "customFields": [{"id": "f1", "value": "{{ contact.job_title }}"}]}},
             extract={"id": "$.contact.id", "new": "$.new"}),
        step("lead2", "POST", f"{stub.url}/api/v2/leads",
             body={"json": {"email": "{{ contact.email }}", "custom_variables": {}}},
             extract={"id": "$.id"}),
        field_mappings=maps(data__close="{{ steps.lead.id }}", data__page="{{ steps.page.id }}",
                            data__hl="{{ steps.hl.id }}", data__new="{{ steps.hl.new }}",
                            data__lead="{{ steps.lead2.id }}"),
    )  # fmt: skip
    run = await customer.execute(made, await customer.contact(phone=None, state=None))
    assert run["status"] == "success", run
    assert (await customer.data(run))["data"] == {
        "close": "lead_1", "page": "page-1", "hl": "hl-1", "new": True, "lead": "0000-lead",
    }  # fmt: skip


async def test_a_prefix_of_its_own_and_a_host_from_the_settings(customer, stub):
    @stub.on("POST", "/crm/sales/api/contacts/upsert")
    def upsert(call):
        assert call.headers["authorization"] == "Token token=demo-freshsales-key"
        assert call.json["unique_identifier"] == {"emails": "avery@example.com"}
        assert call.json["contact"]["custom_field"] == {}
        return answer({"contact": {"id": 70000000001}}, 201)

    await customer.key(
        {"type": "header", "name": "Authorization", "prefix": "Token token="},
        {"api_key": "demo-freshsales-key"}, settings={"bundle": stub.host},
    )  # fmt: skip
    run = await customer.run(
        step("upsert", "POST",
             "http://{{ credential.settings.bundle }}/crm/sales/api/contacts/upsert",
             body={"json": {"unique_identifier": {"emails": "{{ contact.email }}"},
                            "contact": {"email": "{{ contact.email }}", "custom_field": {}}}},
             extract={"id": "$.contact.id"}),
        field_mappings=maps(data__id="{{ steps.upsert.id }}"),
    )  # fmt: skip
    assert run["status"] == "success", run
    assert (await customer.data(run))["data"] == {"id": 70000000001}


async def test_a_hash_in_the_path_and_the_host_cut_from_the_key(customer, stub):
    member = hashlib.md5(b"avery@example.com").hexdigest()
    port = stub.host.rpartition(":")[2]

    @stub.on("PUT", f"/3.0/lists/abc/members/{member}")
    def upsert(call):
        login = base64.b64encode(b"anystring:0123456789abcdef-localhost").decode()
        assert call.headers["authorization"] == f"Basic {login}"
        assert call.json == {"email_address": "Avery@Example.com", "status_if_new": "subscribed",
                             "merge_fields": {"FNAME": "Avery"}}  # fmt: skip
        return answer({"id": member, "status": "subscribed"})

    await customer.key(
        {"type": "basic", "username": "anystring", "password": "api_key"},
        {"api_key": "0123456789abcdef-localhost"},
        settings={"dc": {"from": "api_key", "after_last": "-"}},
        allowed_hosts=["localhost", stub.host],
    )  # fmt: skip
    customer.secrets.remove("0123456789abcdef-localhost")
    customer.keep("0123456789abcdef")
    made = await customer.connector(
        step("upsert", "PUT",
             f"http://{{{{ credential.settings.dc }}}}:{port}/3.0/lists/abc/members/"
             "{{ contact.email | trim | lower | md5 }}",
             body={"json": {"email_address": "{{ contact.email }}",
                            "status_if_new": "subscribed",
                            "merge_fields": {"FNAME": "{{ contact.first_name }}",
                                             "PHONE": "{{ contact.phone }}"}}},
             extract={"state": "$.status"}),
        field_mappings=maps(data__state="{{ steps.upsert.state }}"),
    )  # fmt: skip
    run = await customer.execute(
        made, await customer.contact(email="Avery@Example.com", phone=None)
    )
    assert run["status"] == "success", run


async def test_json_api_with_a_type_of_its_own(customer, stub):
    @stub.on("POST", "/api/profile-import/")
    def upsert(call):
        assert call.headers["content-type"] == "application/vnd.api+json"
        assert call.headers["revision"] == "2025-01-15"
        known = call.json["data"]["attributes"]["email"] == "avery@example.com"
        told = {"data": {"type": "profile", "id": "01H", "attributes": {"external_id": None}}}
        kind = ("content-type", "application/vnd.api+json")
        reply = answer(told, 200 if known else 201)
        reply.headers = [kind]
        return reply

    await customer.key(
        {"type": "header", "name": "Authorization", "prefix": "Klaviyo-API-Key "},
        {"key": "pk_demo_not_real"},
    )
    made = await customer.connector(
        step("send", "POST", f"{stub.url}/api/profile-import/",
             headers={"Content-Type": "application/vnd.api+json", "revision": "2025-01-15"},
             body={"json": {"data": {"type": "profile", "attributes": {
                 "email": "{{ contact.email }}", "title": "{{ contact.job_title }}",
                 "location": {"city": "{{ contact.city }}"}}}}},
             extract={"id": "$.data.id"}),
        {"id": "how", "kind": "branch", "branches": [
            {"name": "created", "when": {"left": "{{ steps.send.status }}", "op": "equals",
                                         "right": 201}, "steps": []},
            {"name": "updated", "steps": []}]},
        field_mappings=maps(data__id="{{ steps.send.id }}", data__how="{{ steps.how.taken }}"),
    )  # fmt: skip
    known = await customer.execute(made, await customer.contact())
    new = await customer.execute(made, await customer.contact(email="new@example.com"))
    assert (await customer.data(known))["data"] == {"id": "01H", "how": "updated"}
    assert (await customer.data(new))["data"] == {"id": "01H", "how": "created"}
