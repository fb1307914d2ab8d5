"""Lists that come in pages, each service in its own way."""

import base64

from tests.app.running.unseen.conftest import step
from tests.app.running.unseen.stub import answer


def collected(run, key="id"):
    return [one[key] for one in run["steps_executed"][-1]["extracted"]["all"]]


def gather(of, **more):
    """A set step that keeps what the pages held together."""
    return {"id": "kept", "kind": "set", "values": {"all": f"{{{{ steps.{of}.items }}}}"}, **more}


async def test_offset_in_the_query_until_fewer_come(customer, stub):
    emails = [{"value": f"{number}@example.com"} for number in range(25)]

    @stub.on("GET", "/v2/domain-search")
    def search(call):
        assert call.query["api_key"] == "demo-hunter-key"
        if len(stub.ledger) == 2:
            return answer({"errors": [{"id": "too_many_requests", "code": 403}]}, 403)
        start, size = int(call.query.get("offset", 0)), int(call.query["limit"])
        assert call.query["domain"] == "example.com"
        return answer({"data": {"emails": emails[start : start + size]}, "meta": {"results": 25}})

    await customer.key({"type": "query", "name": "api_key"}, {"key": "demo-hunter-key"})
    run = await customer.run(
        step("search", "GET", f"{stub.url}/v2/domain-search",
             query={"domain": "{{ contact.email | split('@') | last }}"},
             retry={"base_ms": 1, "max_ms": 5},
             rules=[{"status": [403], "then": "rate_limited"},
                    {"status": [429], "then": "fail", "message": "No searches left."}],
             paginate={"kind": "offset", "param": "offset", "size_param": "limit", "size": 10,
                       "items": "$.data.emails"}),
        gather("search"),
    )  # fmt: skip
    assert run["status"] == "success", run
    assert collected(run, "value") == [one["value"] for one in emails]
    assert [call.query.get("offset", "0") for call in stub.ledger] == ["0", "10", "10", "20"]


async def test_a_cursor_in_the_query_and_a_table_with_spaces(customer, stub):
    @stub.on("GET", "/v0/appDEMO/Our People")
    def records(call):
        assert call.headers["authorization"] == "Bearer patdemo.notreal-1"
        assert call.query["filterByFormula"] == "{Email} = 'a&b'"
        page = int((call.query.get("offset") or "itr/0").rpartition("/")[2])
        more = {"offset": f"itr/{page + 1}"} if page < 2 else {}
        return answer({"records": [{"id": f"rec{page}"}], **more})

    await customer.key({"type": "bearer"}, {"token": "patdemo.notreal-1"},
                       settings={"base": "appDEMO"})  # fmt: skip
    run = await customer.run(
        step("list", "GET",
             f"{stub.url}/v0/{{{{ credential.settings.base }}}}/{{{{ input.table | urlencode }}}}",
             query={"pageSize": 100, "filterByFormula": "{Email} = 'a&b'"},
             paginate={"kind": "cursor", "param": "offset", "next": "$.offset",
                       "items": "$.records[*]", "max_pages": 50}),
        gather("list"),
        given={"table": "Our People"},
        input_schema={"properties": {"table": {"type": "string"}}},
    )  # fmt: skip
    assert collected(run) == ["rec0", "rec1", "rec2"], run
    assert "Our%20People" in run["steps_executed"][0]["request"]["url"]
    assert len(stub.ledger) == 3


async def test_link_headers_over_a_bare_array(customer, stub):
    @stub.on("GET", "/orgs/acme/members")
    @stub.on("GET", "/organizations/1/members")
    def members(call):
        assert call.headers["x-github-api-version"] == "2022-11-28"
        assert call.headers["user-agent"] == "acme-people"
        page = int(call.query.get("page", 1))
        there = f"{stub.url}/organizations/1/members?per_page=2&page="
        links = [f'<{there}{page + 1}>; rel="next"'] if page < 3 else []
        links += [f'<{there}1>; rel="first"', f'<{there}3>; rel="last"']
        people = [{"login": f"octo-{page}-{each}"} for each in range(2)]
        return answer(people, 200, ("Link", ", ".join(links)))

    await customer.key({"type": "bearer"}, {"token": "github_pat_demo_not_real"})
    run = await customer.run(
        step("list", "GET", f"{stub.url}/orgs/acme/members", query={"per_page": 2},
             headers={"X-GitHub-Api-Version": "2022-11-28", "User-Agent": "acme-people"},
             paginate={"kind": "link_header", "items": "$"}),
        gather("list"),
    )  # fmt: skip
    assert len(collected(run, "login")) == 6, run
    assert len(stub.ledger) == 3
    assert all(call.headers["authorization"].startswith("Bearer ") for call in stub.ledger)


async def test_the_address_of_the_next_page_behind_a_login_that_runs_out(customer, stub):
    given = []

    @stub.on("POST", "/services/oauth2/token")
    def token(call):
        assert call.form == {
            "grant_type": "client_credentials",
            "client_id": "demo-consumer-key",
            "client_secret": "demo-consumer-secret",
        }
        given.append(f"demo-sf-token-not-real-{len(given)}")
        return answer({"access_token": given[-1], "instance_url": stub.url, "token_type": "Bearer"})

    @stub.on("GET", "/services/data/v60.0/query*")
    def query(call):
        ran_out = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired"}]
        if call.headers["authorization"] != f"Bearer {given[-1]}" or stub.told.count(
            call_of
        ) == 1 == len(given):
            return answer(ran_out, 401)
        at = int(call.path.rpartition("-")[2]) if "-" in call.path else 0
        if at == 0:
            assert call.query == {"q": "SELECT Id FROM Contact WHERE Name = 'O\\'Neil'"}
        done = at == 4000
        more = {} if done else {"nextRecordsUrl": f"/services/data/v60.0/query/01g-{at + 2000}"}
        return answer({"done": done, **more, "records": [{"Id": f"003-{at}"}]})

    call_of = "GET /services/data/v60.0/query/01g-2000"
    await customer.key(
        {"type": "oauth2_client_credentials",
         "token_url": f"{stub.url}/services/oauth2/token"},
        {"client_id": "demo-consumer-key", "client_secret": "demo-consumer-secret"},
        settings={"version": "v60.0"},
    )  # fmt: skip
    run = await customer.run(
        step("query", "GET",
             f"{stub.url}/services/data/{{{{ credential.settings.version }}}}/query",
             query={"q": "{{ input.soql }}"},
             paginate={"kind": "next_url", "next": "$.nextRecordsUrl", "items": "$.records"}),
        gather("query"),
        given={"soql": "SELECT Id FROM Contact WHERE Name = 'O\\'Neil'"},
        input_schema={"properties": {"soql": {"type": "string"}}},
    )  # fmt: skip
    customer.keep(*given)
    assert run["status"] == "success", run
    assert collected(run, "Id") == ["003-0", "003-2000", "003-4000"]
    assert stub.told.count("POST /services/oauth2/token") == 2
    assert stub.told.count(call_of) == 2
    assert len(stub.ledger) == 6


async def test_a_search_language_whose_quotes_are_escaped(customer, stub):
    @stub.on("GET", "/v1/customers/search")
    def search(call):
        good = base64.b64encode(b"rk_demo_not_real:").decode()
        assert call.headers["authorization"] == f"Basic {good}"
        assert call.query["query"] == "email:'o\\'neil@example.com'"
        last = call.query.get("page") == "p2"
        found = [{"id": "cus_2" if last else "cus_1", "created": 1700000000}]
        return answer({"has_more": not last, "next_page": None if last else "p2", "data": found})

    await customer.key({"type": "basic", "username": "secret_key", "password": ""},
                       {"secret_key": "rk_demo_not_real"})  # fmt: skip
    made = await customer.connector(
        step("search", "GET", f"{stub.url}/v1/customers/search",
             query={"query": "email:'{{ contact.email | replace(\"'\", \"\\\\'\") }}'"},
             paginate={"kind": "cursor", "param": "page", "next": "$.next_page",
                       "items": "$.data"}),
        gather("search"),
        field_mappings=[
            {"field": "data.since", "value": "{{ steps.search.items[0].created | date('%Y') }}"}
        ],
    )  # fmt: skip
    run = await customer.execute(made, await customer.contact(email="o'neil@example.com"))
    assert collected(run) == ["cus_1", "cus_2"], run
    assert (await customer.data(run))["data"] == {"since": "2023"}
    assert len(stub.ledger) == 2


async def test_a_skip_that_starts_at_nought_and_a_slash_at_the_end(customer, stub):
    @stub.on("GET", "/api/v1/lead/")
    def leads(call):
        skip = int(call.query["_skip"])
        assert call.query["_fields"] == "id,name"
        data = [{"id": f"lead_{number}"} for number in range(skip, min(skip + 2, 5))]
        return answer({"data": data, "has_more": skip + 2 < 5, "total_results": 5})

    await customer.key({"type": "basic", "username": "api_key", "password": ""},
                       {"api_key": "api_demo_not_real"})  # fmt: skip
    run = await customer.run(
        step("list", "GET", f"{stub.url}/api/v1/lead/", query={"_fields": "id,name"},
             paginate={"kind": "offset", "param": "_skip", "size_param": "_limit", "size": 2,
                       "items": "$.data"}),
        gather("list"),
    )  # fmt: skip
    assert collected(run) == [f"lead_{number}" for number in range(5)], run
    assert [call.query["_skip"] for call in stub.ledger] == ["0", "2", "4"]


async def test_a_cursor_in_the_body_and_one_among_graphql_variables(customer, stub):
    @stub.on("POST", "/v1/databases/def/query")
    def notion(call):
        at = call.json.get("start_cursor", "")
        assert call.json["page_size"] == 2
        following = {"": "c1", "c1": "c2"}.get(at)
        return answer({"results": [{"id": f"page-{at}"}], "has_more": bool(following),
                       "next_cursor": following})  # fmt: skip

    @stub.on("POST", "/graphql")
    def graphql(call):
        at = call.json["variables"].get("after", "")
        assert call.json["variables"]["first"] == 1
        following = {"": "g1", "g1": "g2"}.get(at, "g2")
        page = {"hasNextPage": at != "g2", "endCursor": following}
        return answer({"data": {"customers": {"nodes": [{"id": f"gid-{at}"}], "pageInfo": page}}})

    await customer.key({"type": "bearer"}, {"token": "demo-notion-secret"})
    run = await customer.run(
        step("notion", "POST", f"{stub.url}/v1/databases/def/query",
             body={"json": {"page_size": 2}},
             paginate={"kind": "cursor", "param": "start_cursor", "param_in": "body",
                       "next": "$.next_cursor", "items": "$.results"}),
        step("shop", "POST", f"{stub.url}/graphql",
             body={"json": {"query": "query($first: Int!, $after: String) { x }",
                            "variables": {"first": 1}}},
             paginate={"kind": "cursor", "param": "variables.after", "param_in": "body",
                       "next": "$.data.customers[?@.hasNextPage == true].endCursor",
                       "items": "$.data.customers.nodes"}),
        {"id": "kept", "kind": "set",
         "values": {"notion": "{{ steps.notion.items }}", "shop": "{{ steps.shop.items }}"}},
    )  # fmt: skip
    kept = run["steps_executed"][-1]["extracted"]
    assert [one["id"] for one in kept["notion"]] == ["page-", "page-c1", "page-c2"], run
    assert [one["id"] for one in kept["shop"]] == ["gid-", "gid-g1", "gid-g2"]
    assert len(stub.ledger) == 6


async def test_numbered_pages_that_end_without_a_body(customer, stub):
    @stub.on("GET", "/crm/v2/Contacts")
    def contacts(call):
        page = int(call.query["page"])
        if page > 2:
            return answer(None, 204)
        return answer({"data": [{"id": "100000000000000001"}] * 2, "info": {"more_records": True}})

    await customer.key({"type": "bearer"}, {"token": "demo-zoho-token"})
    run = await customer.run(
        step("list", "GET", f"{stub.url}/crm/v2/Contacts",
             paginate={"kind": "page", "param": "page", "size_param": "per_page", "size": 2,
                       "items": "$.data"}),
        gather("list"),
    )  # fmt: skip
    assert collected(run) == ["100000000000000001"] * 4, run
    assert len(stub.ledger) == 3
