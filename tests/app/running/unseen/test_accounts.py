"""Services whose account decides the address, the pace and what is left."""

import asyncio
from time import monotonic

from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import answer


async def until(customer, run, holds):
    end = monotonic() + 30
    while True:
        shown = (await customer.api.get(f"/executions/{run}")).json()
        if holds(shown):
            return shown
        assert monotonic() < end, shown
        await asyncio.sleep(0.05)


async def start(customer, *steps, **more):
    made = await customer.connector(*steps, **more)
    body = {"contact_id": await customer.contact()}
    answered = await customer.api.post(f"/connectors/{made}/execute", json=body)
    return answered.json()["id"]


async def test_a_token_by_query_whose_end_is_told_inside_a_success(customer, stub):
    """As Marketo has it: a token for a GET, and errors with codes inside 200."""
    issued = []

    @stub.on("GET", "/identity/oauth/token")
    def token(call):
        assert call.query["client_id"] == "client-7"
        assert call.query["client_secret"] == "marketing-secret-not-real"
        issued.append(f"munchkin-token-{len(issued)}-not-real")
        customer.keep(issued[-1])
        return answer({"access_token": issued[-1], "expires_in": 3599, "scope": "ada@example.com"})

    slow = iter([True, False])

    @stub.on("POST", "/rest/v1/leads.json")
    def leads(call):
        if call.headers["authorization"] != "Bearer munchkin-token-1-not-real":
            error = {"code": "602", "message": "Access token expired"}
            return answer({"requestId": "1", "success": False, "errors": [error]})
        if next(slow):
            error = {"code": "606", "message": "Max rate limit '100' exceeded"}
            return answer({"requestId": "2", "success": False, "errors": [error]})
        assert call.json["input"] == [{"email": "avery@example.com", "firstName": "Avery"}]
        return answer({"success": True, "result": [{"id": 318592, "status": "created"}]})

    query = {
        "grant_type": "client_credentials",
        "client_id": "{{ settings.client_id }}",
        "client_secret": "{{ credentials.client_secret }}",
    }
    auth = {
        "type": "token_exchange",
        "request": {"url": f"{stub.url}/identity/oauth/token", "query": query},
        "token_path": "$.access_token",
        "expires_path": "$.expires_in",
    }
    await customer.key(
        auth, {"client_secret": "marketing-secret-not-real"}, settings={"client_id": "client-7"}
    )

    def when(code, then, **more):
        left = "{{ response.body.errors[0].code }}"
        return {"when": {"left": left, "op": "equals", "right": code}, "then": then, **more}

    body = {
        "action": "createOrUpdate", "lookupField": "email",
        "input": [{"email": "{{ contact.email }}", "firstName": "{{ contact.first_name }}"}],
    }  # fmt: skip
    run = await customer.run(
        step(
            "push", "POST", f"{stub.url}/rest/v1/leads.json",
            body={"json": body},
            retry={"max_retries": 2, "base_ms": 1},
            rules=[
                when("602", "refresh_credential"),
                when("606", "rate_limited"),
                {"when": {"not": {"left": "{{ response.body.success }}", "op": "is_true"}},
                 "then": "fail", "message": "{{ response.body.errors[0].message }}"},
            ],
            extract={"id": "$.result[0].id", "how": "$.result[0].status"},
        ),
        field_mappings=maps(data__lead="{{ steps.push.id }}", data__how="{{ steps.push.how }}"),
    )  # fmt: skip
    assert (run["status"], run["outcome"]) == ("success", "found"), run
    contact = await customer.data(run)
    assert contact["data"] == {"lead": 318592, "how": "created"}
    assert len(issued) == 2


async def test_an_account_with_a_server_of_its_own_and_a_word_of_its_own(customer, stub):
    """As Zoho has it: the token's answer names the server, and the word before it is odd."""

    @stub.on("POST", "/oauth/v2/token")
    def token(call):
        assert call.json["grant_type"] == "refresh_token"
        assert call.json["audience"] == "crm"
        customer.keep("zoho-token-not-real")
        return answer(
            {"access_token": "zoho-token-not-real", "expires_in": 3600, "api_domain": stub.url}
        )

    @stub.on("POST", "/crm/v6/Contacts/upsert")
    def upsert(call):
        assert call.headers["authorization"] == "Zoho-oauthtoken zoho-token-not-real"
        assert call.json == {"data": [{"Email": "avery@example.com"}]}
        row = {"code": "SUCCESS", "details": {"id": "5725767000000524157"}, "action": "insert"}
        return answer({"data": [row]})

    place = {"type": "header", "name": "Authorization", "prefix": "Zoho-oauthtoken "}
    auth = {
        "type": "oauth2_authorization_code",
        "authorize_url": f"{stub.url}/oauth/v2/auth?access_type=offline",
        "token_url": f"{stub.url}/oauth/v2/token",
        "place": place, "request_format": "json", "token_params": {"audience": "crm"},
        "settings_from_token": {"api": "$.api_domain"},
    }  # fmt: skip
    secrets = {
        "client_id": "client-7", "client_secret": "zoho-secret-not-real",
        "refresh_token": "zoho-refresh-not-real",
    }  # fmt: skip
    await customer.key(auth, secrets)
    run = await customer.run(
        step(
            "push", "POST", "{{ credential.settings.api }}/crm/v6/Contacts/upsert",
            body={"json": {"data": [{"Email": "{{ contact.email }}"}]}},
            extract={"id": "$.data[0].details.id"},
        ),
        field_mappings=maps(data__zoho="{{ steps.push.id }}"),
    )  # fmt: skip
    assert run["status"] == "success", run
    assert (await customer.data(run))["data"]["zoho"] == "5725767000000524157"
    shown = run["steps_executed"][0]["request"]
    assert shown["url"] == f"{stub.url}/crm/v6/Contacts/upsert"
    assert shown["headers"]["Authorization"] == "••••"


async def test_an_address_from_a_token_does_not_lead_the_key_away(customer, stub):
    elsewhere = stub.url.replace("127.0.0.1", "localhost")

    @stub.on("POST", "/token")
    def token(call):
        customer.keep("led-astray-not-real")
        return answer({"access_token": "led-astray-not-real", "instance_url": elsewhere})

    auth = {
        "type": "oauth2_client_credentials", "token_url": f"{stub.url}/token",
        "settings_from_token": {"instance_url": "$.instance_url"},
    }  # fmt: skip
    await customer.key(auth, {"client_id": "c", "client_secret": "astray-secret-not-real"})
    run = await customer.run(step("get", "GET", "{{ credential.settings.instance_url }}/me"))
    assert run["steps_executed"][0]["error"]["code"] == "credential_not_for_host"
    assert stub.told == ["POST /token"]


async def test_a_used_up_plan_holds_the_runs_and_costs_one_look(customer, stub):
    """Three runs, one account with nothing left: the first asks, the others wait for it."""
    left = [0]

    @stub.on("GET", "/credits")
    def credits(call):
        if not left[0]:
            return answer({"error": {"code": "quota"}}, 402)
        return answer({"name": "Avery"})

    await customer.key({"type": "bearer"}, {"api_key": "plan-key-not-real"})
    rules = [{
        "when": {"left": "{{ response.body.error.code }}", "op": "equals", "right": "quota"},
        "then": "hold", "message": "No searches left.",
    }]  # fmt: skip
    asking = step("find", "GET", f"{stub.url}/credits", rules=rules)
    runs = [await start(customer, asking)]
    await until(customer, runs[0], lambda one: one["error_code"] == "quota_used_up")
    runs += [await start(customer, asking) for _ in range(2)]
    for run in runs:
        shown = await until(customer, run, lambda one: one["error_code"] == "quota_used_up")
        assert shown["status"] == "pending"
    assert stub.told == ["GET /credits"]
    left[0] = 1
    await customer.api.post(f"/executions/{runs[1]}/resume")
    for run in runs:
        assert (await until(customer, run, lambda one: one["finished_at"]))["outcome"] == "found"
    assert stub.told == ["GET /credits"] * 4


async def test_the_pace_a_connector_states_is_kept_by_all_its_runs(customer, stub):
    came = []

    @stub.on("GET", "/slowly")
    def slowly(call):
        came.append(monotonic())
        return answer({"ok": True})

    await customer.key({"type": "bearer"}, {"api_key": "pace-key-not-real"})
    made = await customer.connector(
        step("ask", "GET", f"{stub.url}/slowly", limits={"per_second": 2})
    )
    contact = await customer.contact()
    starts = [
        customer.api.post(f"/connectors/{made}/execute", json={"contact_id": contact})
        for _ in range(5)
    ]
    for answered in await asyncio.gather(*starts):
        await until(customer, answered.json()["id"], lambda one: one["finished_at"])
    assert len(came) == 5
    assert came[-1] - came[0] > 1.0  # two seconds where nobody is late


async def test_next_addresses_with_odd_names_and_headers_about_what_is_left(customer, stub):
    """As Microsoft Graph has it; the second page comes after a pause the first one announced."""
    came = []

    @stub.on("GET", "/v1.0/users")
    def users(call):
        came.append(monotonic())
        if "$skiptoken" in call.query:
            return answer({"value": [{"mail": "b@example.com"}]})
        following = f"{stub.url}/v1.0/users?$skiptoken=abc%2Bd"
        told = (("ratelimit-remaining", "0"), ("ratelimit-reset", "1"))
        return answer(
            {"value": [{"mail": "a@example.com"}], "@odata.nextLink": following}, 200, *told
        )

    await customer.key({"type": "bearer"}, {"api_key": "graph-key-not-real"})
    run = await customer.run(
        step(
            "list", "GET", f"{stub.url}/v1.0/users",
            headers={"ConsistencyLevel": "eventual"},
            paginate={"kind": "next_url", "next": "$['@odata.nextLink']", "items": "$.value"},
        ),
        field_mappings=maps(data__n="{{ steps.list.items | length }}"),
    )  # fmt: skip
    assert run["status"] == "success", run
    assert (await customer.data(run))["data"]["n"] == 2
    assert stub.ledger[1].query_string == "$skiptoken=abc%2Bd"
    assert came[1] - came[0] >= 0.95
