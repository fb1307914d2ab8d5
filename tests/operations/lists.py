"""Lists that come page by page, each provider's way."""

from typing import Any

from tests.operations.connector import BEARER, Connector, call

GITHUB = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
FAR = "{{ credential.settings.instance_url }}/services/data/v60.0/query"
TOKEN_URL = "https://example.my.salesforce.com/services/oauth2/token"


def many(items: int) -> dict[str, Any]:
    return {
        "writes": {"data.count": "{{ steps.ask.items | length }}"},
        "finds": {"data.count": items},
        "calls": 3,
        "days": {"rate_limited": "found"},
    }


LISTS = {
    "airtable.records_list": Connector(
        auth=BEARER,
        secrets=("token",),
        plain=("base_id",),
        hosts=("api.airtable.com",),
        input={"table": "New contacts/2024"},
        steps=[
            call(
                "GET",
                "https://api.airtable.com/v0/{{ credential.settings.base_id }}/{{ input.table }}",
                query={"pageSize": 100, "filterByFormula": "{{ input.filter }}"},
                paginate={
                    "kind": "cursor",
                    "next": "$.offset",
                    "param": "offset",
                    "items": "$.records",
                },
            )
        ],
        **many(3),
    ),
    "close.leads_list": Connector(
        auth={"type": "basic", "username": "api_key", "password": ""},
        secrets=("api_key",),
        hosts=("api.close.com",),
        steps=[
            call(
                "GET",
                "https://api.close.com/api/v1/lead/",
                query={"query": "{{ contact.email }}", "_fields": "id,name"},
                paginate={
                    "kind": "offset",
                    "param": "_skip",
                    "size_param": "_limit",
                    "size": 2,
                    "items": "$.data",
                },
            )
        ],
        **many(5),
    ),
    "github.org_members": Connector(
        auth=BEARER,
        secrets=("token",),
        hosts=("api.github.com",),
        input={"org": "acme"},
        steps=[
            call(
                "GET",
                "https://api.github.com/orgs/{{ input.org }}/members",
                headers={**GITHUB, "User-Agent": "your-app-name"},
                query={"per_page": 100},
                rules=[
                    {
                        "status": [403, 429],
                        "when": {
                            "left": "{{ response.headers.x-ratelimit-remaining }}",
                            "op": "equals",
                            "right": 0,
                        },
                        "then": "rate_limited",
                    }
                ],
                paginate={"kind": "link_header", "items": "$[*]"},
            )
        ],
        **many(6),
    ),
    "hunter.domain_search": Connector(
        auth={"type": "query", "name": "api_key"},
        secrets=("api_key",),
        hosts=("api.hunter.io",),
        steps=[
            call(
                "GET",
                "https://api.hunter.io/v2/domain-search",
                query={"domain": "{{ contact.email | split('@') | last }}"},
                rules=[
                    {"status": [403], "then": "rate_limited"},
                    {"status": [429], "then": "hold", "message": "No searches are left."},
                ],
                paginate={
                    "kind": "offset",
                    "param": "offset",
                    "size_param": "limit",
                    "size": 10,
                    "items": "$.data.emails",
                },
            )
        ],
        **{**many(21), "days": {"rate_limited": "found", "quota": "found", "legal": "failed"}},
    ),
    "salesforce.query": Connector(
        auth={
            "type": "oauth2_client_credentials",
            "token_url": TOKEN_URL,
            "settings_from_token": {"instance_url": "$.instance_url"},
        },
        secrets=("client_id", "client_secret"),
        hosts=("*.my.salesforce.com",),
        input={"soql": "SELECT Id, Email FROM Contact"},
        steps=[
            call(
                "GET",
                FAR,
                query={"q": "{{ input.soql }}"},
                paginate={"kind": "next_url", "next": "$.nextRecordsUrl", "items": "$.records"},
            )
        ],
        **{**many(3), "days": {"session_expired": "found", "bad_query": "failed"}},
    ),
    "stripe.customers_search": Connector(
        auth={"type": "basic", "username": "secret_key", "password": ""},
        secrets=("secret_key",),
        hosts=("api.stripe.com",),
        steps=[
            call(
                "GET",
                "https://api.stripe.com/v1/customers/search",
                query={"query": "email:'{{ contact.email }}'", "limit": 10},
                paginate={
                    "kind": "cursor",
                    "next": "$.next_page",
                    "param": "page",
                    "items": "$.data",
                },
            )
        ],
        **many(2),
    ),
}
