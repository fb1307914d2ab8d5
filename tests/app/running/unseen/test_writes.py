"""Writes that must not happen twice: conflicts, batches, hooks, and answers that were lost."""

from urllib.parse import parse_qsl

from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import HangUp, answer

SOON = {"base_ms": 1, "max_ms": 5}


async def test_a_form_with_brackets_repeats_and_a_key_against_doing_it_twice(customer, stub):
    @stub.on("POST", "/v1/customers")
    def create(call):
        pairs = parse_qsl(call.text, keep_blank_values=True, strict_parsing=True)
        assert dict(pairs).keys() == {"email", "name", "address[city]", "tags[]",
                                      "metadata[crm_id]"}  # fmt: skip
        assert {("email", "avery+crm@example.com"), ("address[city]", "Springfield & Co")} < {
            *pairs
        }
        assert [value for name, value in pairs if name == "tags[]"] == ["a=b", "c d"]
        keys.add(call.headers["idempotency-key"])
        if len(stub.ledger) == 1:
            raise HangUp
        if len(stub.ledger) == 2:
            return answer({"error": {"code": "lock_timeout"}}, 500)
        return answer({"id": "cus_1", "address": None})

    keys: set[str] = set()
    await customer.key(
        {"type": "basic", "username": "secret_key", "password": ""},
        {"secret_key": "rk_demo_not_real"},
    )
    made = await customer.connector(
        step("create", "POST", f"{stub.url}/v1/customers", retry=SOON,
             idempotency_header="Idempotency-Key",
             body={"form": {
                 "email": "{{ contact.email }}",
                 "name": "{{ contact.first_name }} {{ contact.last_name }}",
                 "phone": "{{ contact.phone }}",
                 "address[city]": "{{ contact.city }}", "address[state]": "{{ contact.state }}",
                 "tags[]": ["a=b", "c d"], "metadata[crm_id]": "{{ contact.id }}"}},
             extract={"id": "$.id", "town": "$.address.city"}),
        field_mappings=[*maps(data__stripe="{{ steps.create.id }}"),
                        {"field": "city", "value": "{{ steps.create.town }}"}],
    )  # fmt: skip
    run = await customer.execute(
        made,
        await customer.contact(
            email="avery+crm@example.com", city="Springfield & Co", phone=None, state=None
        ),
    )
    assert (run["status"], run["steps_executed"][0]["attempts"]) == ("success", 3), run
    known = await customer.data(run)
    assert (known["data"], known["city"]) == ({"stripe": "cus_1"}, "Springfield & Co")
    assert len(keys) == 1
    assert len(stub.ledger) == 3


async def test_searched_in_vain_then_found_in_the_conflict(customer, stub):
    @stub.on("POST", "/crm/v3/objects/contacts/search")
    def search(call):
        assert call.json["filterGroups"][0]["filters"][0]["value"] == "avery@example.com"
        return answer({"total": 0, "results": []})

    @stub.on("POST", "/crm/v3/objects/contacts")
    def create(call):
        message = "Contact already exists. Existing ID: 90071992547409931"
        return answer({"status": "error", "message": message, "category": "CONFLICT"}, 409)

    @stub.on("PATCH", "/crm/v3/objects/contacts/90071992547409931")
    def update(call):
        assert call.json == {"properties": {"firstname": "Avery", "phone": "+12025550123"}}
        return answer({"id": "90071992547409931"})

    await customer.key({"type": "bearer"}, {"token": "pat-demo-not-real"})
    base = f"{stub.url}/crm/v3/objects/contacts"
    properties = {
        "firstname": "{{ contact.first_name }}",
        "phone": "{{ contact.phone }}",
        "website": "{{ contact.website }}",
    }
    none = {"left": "{{ steps.search.found }}", "op": "is_empty"}
    clash = {"left": "{{ steps.create.status }}", "op": "equals", "right": 409}
    run = await customer.run(
        step("search", "POST", f"{base}/search", body={"json": {
            "filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ",
                                           "value": "{{ contact.email }}"}]}], "limit": 1}},
            extract={"found": "$.results[0].id"}),
        {"id": "which", "kind": "branch", "branches": [
            {"name": "new", "when": none, "steps": [
                step("create", "POST", base, body={"json": {"properties": properties}},
                     rules=[{"status": [409], "then": "succeed"}],
                     extract={"id": "$.id", "said": "$.message"}),
                {"id": "clash", "kind": "set", "when": clash, "values": {
                    "id": "{{ steps.create.said | split('Existing ID: ') | last }}"}},
                step("mend", "PATCH", f"{base}/{{{{ steps.clash.id }}}}", when=clash,
                     body={"json": {"properties": properties}}, extract={"id": "$.id"})]},
            {"name": "known", "steps": [
                step("update", "PATCH", f"{base}/{{{{ steps.search.found }}}}",
                     body={"json": {"properties": properties}}, extract={"id": "$.id"})]}]},
        field_mappings=[{"field": "data.hubspot", "value": f"{{{{ steps.{one}.id }}}}"}
                        for one in ("update", "mend", "create")],
    )  # fmt: skip
    assert (run["status"], run["outcome"]) == ("success", "found"), run
    assert (await customer.data(run))["data"] == {"hubspot": "90071992547409931"}
    assert len(stub.ledger) == 3


async def test_a_batch_of_which_some_fail_inside_a_success(customer, stub):
    @stub.on("POST", "/crm/v2/Contacts/upsert")
    def upsert(call):
        rows = call.json["data"]
        assert len(rows) <= 2
        lines = [
            {"code": "SUCCESS", "status": "success", "details": {"id": f"id-{row['Email']}"}}
            if row.get("Last_Name") else
            {"code": "MANDATORY_NOT_FOUND", "status": "error", "message": "required field",
             "details": {"api_name": "Last_Name"}}
            for row in rows
        ]  # fmt: skip
        return answer({"data": lines}, 202)

    await customer.key(
        {"type": "header", "name": "Authorization", "prefix": "Zoho-oauthtoken "},
        {"token": "demo-zoho-token"},
    )
    run = await customer.run(
        {"id": "all", "kind": "for_each", "items": "{{ input.batches }}", "as": "rows", "steps": [
            step("upsert", "POST", f"{stub.url}/crm/v2/Contacts/upsert",
                 body={"json": {"data": "{{ rows }}", "duplicate_check_fields": ["Email"]}},
                 extract={"ids": "$.data[?@.status=='success'].details.id",
                          "bad": "$.data[?@.status=='error'].details.api_name"})],
         "result": {"ids": "{{ steps.upsert.ids }}", "bad": "{{ steps.upsert.bad | join }}"}},
        {"id": "some", "kind": "stop", "outcome": "partly",
         "when": {"left": "{{ steps.all.items | json }}", "op": "contains", "right": "Last_Name"},
         "message": "Some rows were refused."},
        given={"batches": [[{"Email": "a", "Last_Name": "A"}, {"Email": "b", "Last_Name": "B"}],
                           [{"Email": "c", "Last_Name": None}]]},
        input_schema={"properties": {"batches": {"type": "array"}}},
        field_mappings=maps(data__first="{{ steps.all.items[0].ids[1] }}",
                            data__missed="{{ steps.all.items[1].bad }}"),
    )  # fmt: skip
    assert (run["status"], run["outcome"]) == ("success", "partly"), run
    assert (await customer.data(run))["data"] == {"first": "id-b", "missed": "Last_Name"}
    assert len(stub.ledger) == 2


async def test_a_webhook_that_is_the_secret(customer, stub):
    @stub.on("POST", "/api/webhooks/1/demo-webhook-token")
    def execute(call):
        assert call.query == {"wait": "true"}
        assert call.json["allowed_mentions"] == {"parse": []}
        assert len(call.json["content"]) == 20
        if len(stub.ledger) == 1:
            soon = ("X-RateLimit-Reset-After", "0.05")
            return answer(
                {"message": "You are being rate limited.", "retry_after": 0.05}, 429, soon
            )
        return answer(None, 204) if len(stub.ledger) == 3 else answer({"id": "1" + "0" * 18})

    await customer.key(
        {"type": "secret_url"}, {"webhook_url": f"{stub.url}/api/webhooks/1/demo-webhook-token"}
    )
    customer.secrets = ["demo-webhook-token"]
    made = await customer.connector(
        step("send", "POST", f"{stub.url}/", query={"wait": True},
             body={"json": {"content": "{{ 'New contact: Avery Sample and more' | truncate(20) }}",
                            "username": "CRM", "allowed_mentions": {"parse": []}}},
             extract={"id": "$.id"}),
        field_mappings=maps(data__message="{{ steps.send.id }}"),
    )  # fmt: skip
    contact = await customer.contact()
    run = await customer.execute(made, contact)
    assert (run["status"], run["steps_executed"][0]["attempts"]) == ("success", 2), run
    again = await customer.execute(made, contact)
    assert (again["status"], again["steps_executed"][0]["response"]["status"]) == ("success", 204)
    assert (await customer.data(run))["data"] == {"message": "1" + "0" * 18}


async def test_nobody_knows_whether_it_arrived_so_a_person_decides(customer, stub):
    @stub.on("POST", "/api/v2/leads")
    def create(call):
        if call.json["email"] == "avery@example.com" and stub.told.count("POST /api/v2/leads") == 1:
            raise HangUp
        return answer({"id": f"lead-{len(stub.ledger)}"})

    @stub.on("POST", "/after")
    def after(call):
        return answer({"got": call.json.get("lead")})

    await customer.key({"type": "bearer"}, {"token": "demo-instantly-key"})
    made = await customer.connector(
        step("create", "POST", f"{stub.url}/api/v2/leads", retry=SOON,
             body={"json": {"email": "{{ contact.email }}"}}, extract={"id": "$.id"}),
        step("after", "POST", f"{stub.url}/after", body={"json": {"lead": "{{ steps.create.id }}"}},
             extract={"got": "$.got"}),
        field_mappings=maps(data__lead="{{ steps.create.id }}"),
    )  # fmt: skip
    contact = await customer.contact()
    lost = await customer.execute(made, contact)
    assert lost["status"] == "failed"
    assert lost["steps_executed"][0]["error"]["code"] == "unknown_result"
    assert stub.told == ["POST /api/v2/leads"]
    for unknown, calls in (("mark_done", 0), ("skip", 0), ("repeat", 1)):
        before = stub.told.count("POST /api/v2/leads")
        body = {"from": "failed_step", "unknown": unknown}
        again = await customer.api.post(
            f"/executions/{lost['id']}/retry", json=body, headers={"Prefer": "wait=30"}
        )
        assert again.status_code == 202, again.text
        run = await ended(customer, again.json()["id"])
        assert run["status"] == "success", (unknown, run)
        assert (run["attempt"], run["retry_of"]) == (2, lost["id"])
        assert stub.told.count("POST /api/v2/leads") - before == calls
    assert (await customer.data(run))["data"] == {"lead": f"lead-{len(stub.ledger) - 1}"}


async def ended(customer, number):
    await customer.api.get(f"/executions/{number}/events")  # closes once it ended
    return (await customer.api.get(f"/executions/{number}")).json()


async def test_a_lost_answer_inside_a_loop_is_asked_about_too(customer, stub):
    @stub.on("POST", "/rows")
    def row(call):
        if len(stub.ledger) == 1:
            raise HangUp
        return answer({"id": f"row-{call.json['n']}"})

    made = await customer.connector(
        {"id": "all", "kind": "for_each", "items": "{{ input.numbers }}", "as": "n",
         "steps": [step("send", "POST", f"{stub.url}/rows", credential=None, retry=SOON,
                        body={"json": {"n": "{{ n }}"}}, extract={"id": "$.id"})],
         "result": {"id": "{{ steps.send.id }}"}},
        input_schema={"properties": {"numbers": {"type": "array"}}},
    )  # fmt: skip
    lost = await customer.execute(made, await customer.contact(), numbers=[1])
    assert lost["status"] == "failed"
    address = f"/executions/{lost['id']}/retry"
    unsaid = await customer.api.post(address, json={"from": "failed_step"})
    assert unsaid.status_code == 422, unsaid.text
    for unknown, calls, items in (
        ("mark_done", 1, [{"id": None}]),
        ("repeat", 2, [{"id": "row-1"}]),
    ):
        again = await customer.api.post(address, json={"unknown": unknown})
        run = await ended(customer, again.json()["id"])
        assert run["status"] == "success", run
        assert run["steps_executed"][0]["extracted"]["items"] == items
        assert len(stub.ledger) == calls
