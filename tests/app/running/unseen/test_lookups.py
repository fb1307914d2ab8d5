"""Lookups for which there is no template, written by somebody who read the provider's page."""

import base64
import hashlib
import hmac

from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import answer

AFTER_A_WHILE = {"base_ms": 1, "max_ms": 5}


async def test_a_guess_by_name_is_a_miss_when_nobody_has_the_name(customer, stub):
    @stub.on("GET", "/")
    def predict(call):
        if call.query.get("apikey") != "demo-demografix-key":
            return answer({"error": "Invalid API key"}, 401)
        name, headers = call.query["name"], (("X-Rate-Limit-Reset", "1660"),)
        found = {"count": 1234, "country": [{"country_id": "US", "probability": 0.4}]}
        nobody = {"count": 0, "country": []}
        return answer({"name": name, **(nobody if name == "Xq" else found)}, 200, *headers)

    await customer.key({"type": "query", "name": "apikey"}, {"apikey": "demo-demografix-key"})
    made = await customer.connector(
        step(
            "predict", "GET", f"{stub.url}/", query={"name": "{{ contact.last_name }}"},
            rules=[{"when": {"left": "{{ response.body.count }}", "op": "equals", "right": 0},
                    "then": "not_found"}],
            extract={"code": "$.country[0].country_id"},
        ),
        field_mappings=maps(data__estimated_country="{{ steps.predict.code }}"),
    )  # fmt: skip
    found = await customer.execute(made, await customer.contact())
    assert (found["status"], found["outcome"]) == ("success", "found")
    assert (await customer.data(found))["data"] == {"estimated_country": "US"}
    nobody = await customer.execute(made, await customer.contact(last_name="Xq"))
    assert (nobody["status"], nobody["outcome"]) == ("success", "not_found")
    assert len(stub.ledger) == 2
    assert "apikey=••••" in found["steps_executed"][0]["request"]["url"]


async def test_a_graphql_answer_may_be_an_error_though_it_says_200(customer, stub):
    answers = [
        {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]},
        {"data": {"customerByIdentifier": {"firstName": "Avery", "tags": ["vip", "new"],
            "numberOfOrders": "3", "defaultEmailAddress": {"emailAddress": "a@example.com"}}}},
        {"data": {"customerByIdentifier": None}},
        {"errors": [{"message": "Access denied for customerByIdentifier field.",
                     "extensions": {"code": "ACCESS_DENIED"}}]},
    ]  # fmt: skip

    @stub.on("POST", "/admin/api/2025-10/graphql.json")
    def graphql(call):
        if call.headers.get("x-shopify-access-token") != "shpat-demo-not-real":
            return answer({"errors": "[API] Invalid API key or access token"}, 401)
        assert call.json["variables"] == {"identifier": {"emailAddress": "avery@example.com"}}
        return answer(answers.pop(0))

    code = {"left": "{{ response.body.errors[0].extensions.code }}", "op": "equals"}
    await customer.key(
        {"type": "header", "name": "X-Shopify-Access-Token"}, {"token": "shpat-demo-not-real"}
    )
    made = await customer.connector(
        step(
            "query", "POST", f"{stub.url}/admin/api/2025-10/graphql.json",
            body={"json": {
                "query": "query($identifier: CustomerIdentifierInput!) {"
                         " customerByIdentifier(identifier: $identifier) { firstName tags } }",
                "variables": {"identifier": {"emailAddress": "{{ contact.email }}"}}}},
            retry=AFTER_A_WHILE,
            rules=[
                {"when": {**code, "right": "THROTTLED"}, "then": "rate_limited"},
                {"when": {"left": "{{ response.body.errors }}", "op": "is_not_empty"},
                 "then": "fail", "message": "Shopify: {{ response.body.errors[0].message }}"},
                {"when": {"left": "{{ response.body.data.customerByIdentifier }}",
                          "op": "is_empty"}, "then": "not_found"},
            ],
            extract={"who": "$.data.customerByIdentifier"},
        ),
        field_mappings=maps(
            city="{{ steps.query.who.defaultEmailAddress.emailAddress }}",
            data__orders="{{ steps.query.who.numberOfOrders | number }}",
            data__tags="{{ steps.query.who.tags | join(', ') }}",
            phone="{{ steps.query.who.defaultPhoneNumber.phoneNumber }}",
        ),
    )  # fmt: skip
    contact = await customer.contact()
    found, nobody, denied = [await customer.execute(made, contact) for _ in range(3)]
    assert (found["outcome"], found["steps_executed"][0]["attempts"]) == ("found", 2)
    known = await customer.data(found)
    assert (known["city"], known["phone"]) == ("a@example.com", "+12025550123")
    assert known["data"] == {"orders": 3, "tags": "vip, new"}
    assert (nobody["status"], nobody["outcome"]) == ("success", "not_found")
    assert (denied["status"], denied["error_message"]) == (
        "failed", "Shopify: Access denied for customerByIdentifier field.",
    )  # fmt: skip
    assert len(stub.ledger) == 4


async def test_a_fixed_user_name_and_a_refusal_that_is_plain_text(customer, stub):
    @stub.on("GET", "/v4/address/validate")
    def validate(call):
        good = base64.b64encode(b"api:key-demo-not-real").decode()
        if call.headers.get("authorization") != f"Basic {good}":
            return answer("Forbidden", 401)
        assert call.query == {"address": "avery@example.com", "provider_lookup": "true"}
        return answer({"result": "deliverable", "risk": "low", "reason": [],
                       "is_disposable_address": False})  # fmt: skip

    ask = step(
        "validate", "GET", f"{stub.url}/v4/address/validate",
        query={"address": "{{ contact.email }}", "provider_lookup": True},
        extract={"result": "$.result", "risk": "$.risk", "reason": "$.reason",
                 "maybe": "$.did_you_mean"},
    )  # fmt: skip
    mappings = maps(
        data__status="{{ steps.validate.result }}",
        data__reason="{{ steps.validate.reason | join(', ') }}",
        data__suggestion="{{ steps.validate.maybe }}",
    )
    auth = {"type": "basic", "username": "api", "password": "api_key"}
    number = await customer.key(auth, {"api_key": "key-demo-not-real"})
    run = await customer.run(ask, field_mappings=mappings)
    assert (await customer.data(run))["data"] == {"status": "deliverable"}
    wrong = {"credentials": {"api_key": "another-key-not-real"}}
    assert (
        await customer.api.patch(f"/workspace/credentials/{number}", json=wrong)
    ).status_code == 200
    customer.keep("another-key-not-real")
    refused = await customer.run(ask, field_mappings=mappings)
    assert refused["status"] == "failed"
    assert refused["steps_executed"][0]["response"]["body"] == "Forbidden"
    assert len(stub.ledger) == 2


async def test_a_signature_over_the_path_and_the_body(customer, stub):
    customer_id, key = "00000000-0000-4000-8000-000000000000", b"demo telesign key not real 0001"

    @stub.on("POST", "/v1/phoneid/12025550123")
    def phoneid(call):
        heads = call.headers
        told = "\n".join([
            "POST", heads["content-type"], heads["date"], "x-ts-auth-method:HMAC-SHA256",
            f"x-ts-nonce:{heads['x-ts-nonce']}", call.text, "/v1/phoneid/12025550123",
        ])  # fmt: skip
        signature = base64.b64encode(hmac.new(key, told.encode(), hashlib.sha256).digest()).decode()
        if heads["authorization"] != f"TSA {customer_id}:{signature}" or call.text != "{}":
            return answer({"errors": [{"code": -20002, "description": "Invalid signature"}]}, 401)
        if len(stub.ledger) == 1:
            return answer({"errors": [{"code": -40007}]}, 429)
        return answer({"phone_type": {"description": "MOBILE"}, "carrier": {"name": "Example"}})

    await customer.key(
        {"type": "signed", "recipe": "telesign_hmac_sha256"},
        {"api_key": base64.b64encode(key).decode()}, settings={"customer_id": customer_id},
    )  # fmt: skip
    run = await customer.run(
        step("phoneid", "POST", f"{stub.url}/v1/phoneid/{{{{ contact.phone | digits }}}}",
             body={"json": {}}, retry=AFTER_A_WHILE, extract={"type": "$.phone_type.description"}),
        field_mappings=maps(data__line="{{ steps.phoneid.type }}"),
    )  # fmt: skip
    assert (run["status"], run["steps_executed"][0]["attempts"]) == ("success", 2), run
    assert (await customer.data(run))["data"] == {"line": "MOBILE"}
    nonces = {call.headers["x-ts-nonce"] for call in stub.ledger}
    assert len(nonces) == 2
    customer.keep(*(call.headers["authorization"].rpartition(":")[2] for call in stub.ledger))


async def test_a_lookup_that_has_to_be_looked_after(customer, stub):
    whole = {"id": 5262, "status": "complete", "current_work_email": "avery@work.example",
             "phones": [{"number": "1", "recommended": False},
                        {"number": "+1 202-555-0177", "recommended": True}]}  # fmt: skip

    @stub.on("GET", "/api/v2/person/lookup")
    def lookup(call):
        if call.headers.get("api-key") != "demo-rocket-key":
            return answer({"detail": "Invalid API key"}, 401)
        assert call.query == {"name": "Avery Sample", "current_employer": "Example Corp"}
        return answer({"id": 5262, "status": "searching", "name": "Avery Sample"})

    @stub.on("GET", "/api/v2/person/checkStatus")
    def check(call):
        assert call.query_string == "ids=5262"
        return answer([whole if len(stub.ledger) == 4 else {"id": 5262, "status": "searching"}])

    done = {"left": "{{ response.body[0].status }}", "op": "in", "right": ["complete", "failed"]}
    await customer.key({"type": "header", "name": "Api-Key"}, {"key": "demo-rocket-key"})
    run = await customer.run(
        step("lookup", "GET", f"{stub.url}/api/v2/person/lookup",
             query={"name": "{{ contact.first_name }} {{ contact.last_name }}",
                    "current_employer": "{{ contact.company }}",
                    "linkedin_url": "{{ contact.linkedin_url }}"},
             extract={"id": "$.id", "state": "$.status", "email": "$.current_work_email"}),
        step("check", "GET", f"{stub.url}/api/v2/person/checkStatus",
             when={"not": {"left": "{{ steps.lookup.state }}", "op": "in",
                           "right": ["complete", "failed"]}},
             query={"ids": ["{{ steps.lookup.id }}"]},
             poll={"until": done, "every_ms": 20, "max_wait_ms": 20000},
             extract={"email": "$[0].current_work_email",
                      "phones": "$[0].phones[?@.recommended == true].number"}),
        field_mappings=[
            {"field": "email", "value": "{{ steps.check.email }}"},
            {"field": "email", "value": "{{ steps.lookup.email }}"},
            {"field": "phone", "value": "{{ steps.check.phones | first }}"},
        ],
    )  # fmt: skip
    assert (run["status"], run["outcome"]) == ("success", "found"), run
    known = await customer.data(run)
    assert (known["email"], known["phone"]) == ("avery@work.example", "+1 202-555-0177")
    assert len(stub.ledger) == 4


async def test_a_model_that_is_overloaded_and_then_answers_in_a_tool(customer, stub):
    @stub.on("POST", "/v1/messages")
    def message(call):
        if call.headers["anthropic-version"] != "2023-06-01":
            return answer({"type": "error"}, 400)
        if len(stub.ledger) == 1:
            return answer({"type": "error", "error": {"type": "overloaded_error"}}, 529)
        assert type(call.json["max_tokens"]) is int
        assert call.json["messages"][0]["content"] == "Title: Head of Operations"
        used = {"type": "tool_use", "input": {"seniority": "director"}}
        return answer({"content": [{"type": "text", "text": "Well"}, used]})

    await customer.key({"type": "header", "name": "x-api-key"}, {"api_key": "demo-model-key"})
    run = await customer.run(
        step("message", "POST", f"{stub.url}/v1/messages",
             headers={"anthropic-version": "2023-06-01"},
             body={"json": {"model": "{{ input.model }}", "max_tokens": 256,
                            "messages": [{"role": "user",
                                          "content": "Title: {{ contact.job_title }}"}]}},
             rules=[{"status": [529], "then": "retry"}], retry=AFTER_A_WHILE,
             extract={"seen": "$.content[?@.type == 'tool_use'].input"}),
        given={"model": "demo-model"},
        input_schema={"type": "object", "properties": {"model": {"type": "string"}}},
        field_mappings=maps(data__seniority="{{ steps.message.seen[0].seniority }}"),
    )  # fmt: skip
    assert run["steps_executed"][0]["attempts"] == 2
    assert (await customer.data(run))["data"] == {"seniority": "director"}


async def test_an_answer_of_several_shapes_and_a_quota(customer, stub):
    """Towns and villages are no cities, and 402 is not a speed limit."""

    @stub.on("GET", "/geocode/v1/json")
    def geocode(call):
        if call.query["q"] == "Nowhere":
            return answer({"results": [], "status": {"code": 402, "message": "quota"}}, 402)
        place = {"components": {"village": "Flåm", "country": "Norway"},
                 "geometry": {"lat": 60.86, "lng": 7.11}}  # fmt: skip
        return answer({"rate": {"remaining": 9}, "results": [place]})

    await customer.key({"type": "query", "name": "key"}, {"key": "demo-opencage-key"})
    made = await customer.connector(
        step("geocode", "GET", f"{stub.url}/geocode/v1/json",
             query={"q": "{{ contact.city }}", "limit": 1},
             rules=[{"status": [402], "then": "fail", "message": "No calls left for today."},
                    {"when": {"left": "{{ response.body.results }}", "op": "is_empty"},
                     "then": "not_found"}],
             extract={"at": "$.results[0].geometry", "parts": "$.results[0].components"}),
        field_mappings=[
            *maps(data__lat="{{ steps.geocode.at.lat }}",
                  country="{{ steps.geocode.parts.country }}"),
            *({"field": "city", "value": f"{{{{ steps.geocode.parts.{kind} }}}}"}
              for kind in ("city", "town", "village")),
        ],
    )  # fmt: skip
    run = await customer.execute(made, await customer.contact(city="Flaam & Co"))
    known = await customer.data(run)
    assert (known["city"], known["country"], known["data"]["lat"]) == ("Flåm", "Norway", 60.86)
    broke = await customer.execute(made, await customer.contact(city="Nowhere"))
    assert (broke["status"], broke["error_message"]) == ("failed", "No calls left for today.")
    assert broke["steps_executed"][0]["attempts"] == 1


async def test_a_job_whose_address_comes_without_its_host(customer, stub):
    @stub.on("POST", "/jobs")
    def submit(call):
        return answer({"state": "queued"}, 202, ("Location", "/jobs/7?view=full"))

    @stub.on("GET", "/jobs/7")
    def job(call):
        assert call.query == {"view": "full"}
        assert call.headers["authorization"] == "Bearer demo-job-key-1"
        return answer({"state": "failed", "why": "no credits"})

    await customer.key({"type": "bearer"}, {"key": "demo-job-key-1"})
    run = await customer.run(
        step("job", "POST", f"{stub.url}/jobs", body={"json": {"email": "{{ contact.email }}"}},
             rules=[{"when": {"left": "{{ response.body.state }}", "op": "equals",
                              "right": "failed"},
                     "then": "fail", "message": "The job failed: {{ response.body.why }}."}],
             poll={"until": {"left": "{{ response.body.state }}", "op": "equals", "right": "done"},
                   "every_ms": 10, "max_wait_ms": 20000,
                   "request": {"url": f"{stub.url}{{{{ steps.job.headers.location }}}}"}}),
    )  # fmt: skip
    assert (run["status"], run["error_message"]) == ("failed", "The job failed: no credits.")
    assert stub.told == ["POST /jobs", "GET /jobs/7"]
