"""A contact is sent to a CRM, a list or a channel."""

from typing import Any

from tests.operations.connector import BEARER, Connector, call

NAME = "{{ contact.first_name }} {{ contact.last_name }}"
PLACE = {
    "city": "{{ contact.city }}", "state": "{{ contact.state }}",
    "country": "{{ contact.country }}",
}  # fmt: skip
ID = {"writes": {"data.remote_id": "{{ steps.ask.id }}"}, "days": {"rate_limited": "found"}}
HUBSPOT = "https://api.hubapi.com/crm/v3/objects/contacts"
PERSON: dict[str, Any] = {
    "properties": {
        "email": "{{ contact.email }}", "firstname": "{{ contact.first_name }}",
        "lastname": "{{ contact.last_name }}", "phone": "{{ contact.phone }}",
        "company": "{{ contact.company }}", "jobtitle": "{{ contact.job_title }}", **PLACE,
    }
}  # fmt: skip
CONFLICT = {"status": [409], "then": "ignore"}
MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"


def code(value: str) -> dict[str, Any]:
    return {"left": "{{ response.body.data[0].status }}", "op": "equals", "right": value}


WRITES = {
    "close.lead_create": Connector(
        auth={"type": "basic", "username": "api_key", "password": ""},
        secrets=("api_key",),
        hosts=("api.close.com",),
        steps=[
            call(
                "POST",
                "https://api.close.com/api/v1/lead/",
                json={
                    "name": "{{ contact.company }}",
                    "contacts": [
                        {
                            "name": NAME,
                            "emails": [{"type": "office", "email": "{{ contact.email }}"}],
                        }
                    ],
                    "addresses": [{"label": "business", **PLACE}],
                },
                extract={"id": "$.contacts[0].id"},
            )
        ],
        finds={"data.remote_id": "cont_demo1"},
        **ID,
    ),
    "freshsales.contact_upsert": Connector(
        auth={"type": "header", "name": "Authorization", "prefix": "Token token="},
        secrets=("api_key",),
        plain=("bundle_alias",),
        hosts=("*.myfreshworks.com",),
        steps=[
            call(
                "POST",
                "https://{{ credential.settings.bundle_alias }}/api/contacts/upsert",
                json={
                    "unique_identifier": {"emails": "{{ contact.email }}"},
                    "contact": {
                        "email": "{{ contact.email }}",
                        "first_name": "{{ contact.first_name }}",
                        "last_name": "{{ contact.last_name }}",
                        **PLACE,
                    },
                },
                extract={"id": "$.contact.id"},
            )
        ],
        finds={"data.remote_id": 70000000001},
        **ID,
    ),
    "highlevel.contact_upsert": Connector(
        auth=BEARER,
        secrets=("access_token",),
        plain=("location_id",),
        hosts=("services.leadconnectorhq.com",),
        steps=[
            call(
                "POST",
                "https://services.leadconnectorhq.com/contacts/upsert",
                headers={"Version": "2021-07-28", "Accept": "application/json"},
                json={
                    "locationId": "{{ credential.settings.location_id }}",
                    "email": "{{ contact.email }}",
                    "firstName": "{{ contact.first_name }}",
                    "customFields": [{"id": "demoField1", "value": "{{ contact.job_title }}"}],
                },
                extract={"id": "$.contact.id"},
            )
        ],
        finds={"data.remote_id": "demoContact0000000001"},
        **ID,
    ),
    "hubspot.contact_search_then_write": Connector(
        auth=BEARER,
        secrets=("access_token",),
        hosts=("api.hubapi.com",),
        steps=[
            call(
                "POST",
                f"{HUBSPOT}/search",
                id="search",
                json={
                    "filterGroups": [
                        {
                            "filters": [
                                {
                                    "propertyName": "email",
                                    "operator": "EQ",
                                    "value": "{{ contact.email }}",
                                }
                            ]
                        }
                    ],
                    "limit": 1,
                },
                extract={"id": "$.results[0].id"},
            ),
            call(
                "POST",
                HUBSPOT,
                id="create",
                when={"left": "{{ steps.search.id }}", "op": "is_empty"},
                json=PERSON,
                rules=[CONFLICT],
                extract={"id": "$.id", "said": "$.message"},
            ),
            {
                "id": "taken",
                "kind": "set",
                "when": {"left": "{{ steps.create.said }}", "op": "contains", "right": "ID: "},
                "values": {"id": "{{ steps.create.said | split('ID: ') | last }}"},
            },
            {
                "id": "known",
                "kind": "branch",
                "branches": [
                    {
                        "name": "found",
                        "when": {"left": "{{ steps.search.id }}", "op": "is_not_empty"},
                        "steps": [
                            call(
                                "PATCH",
                                f"{HUBSPOT}/{{{{ steps.search.id }}}}",
                                id="update",
                                json=PERSON,
                                extract={"id": "$.id"},
                            )
                        ],
                    },
                    {
                        "name": "made by somebody else meanwhile",
                        "when": {"left": "{{ steps.taken.id }}", "op": "is_not_empty"},
                        "steps": [
                            call(
                                "PATCH",
                                f"{HUBSPOT}/{{{{ steps.taken.id }}}}",
                                id="update_it",
                                json=PERSON,
                                extract={"id": "$.id"},
                            )
                        ],
                    },
                ],
            },
        ],
        writes={"data.remote_id": "{{ steps.update.id | default(steps.create.id) }}"},
        finds={"data.remote_id": "1001"},
        calls=2,
        days={
            "search alt:0": "found",
            "search alt:0, create conflict": "found",
            "search rate_limited": "found",
            "update bad_property": "failed",
        },
    ),
    "instantly.lead_create": Connector(
        auth=BEARER,
        secrets=("api_key",),
        hosts=("api.instantly.ai",),
        input={"list_id": "demo-list"},
        steps=[
            call(
                "POST",
                "https://api.instantly.ai/api/v2/leads",
                json={
                    "email": "{{ contact.email }}",
                    "company_name": "{{ contact.company }}",
                    "list_id": "{{ input.list_id }}",
                },
                extract={"id": "$.id"},
            )
        ],
        finds={"data.remote_id": "00000000-0000-7000-8000-000000000001"},
        **ID,
    ),
    "microsoft_teams.channel_message": Connector(
        auth={
            "type": "oauth2_authorization_code",
            "authorize_url": f"{MICROSOFT}/authorize",
            "token_url": f"{MICROSOFT}/token",
            "scope": "offline_access ChannelMessage.Send",
        },
        secrets=("client_secret",),
        also={"refresh_token": "demo-refresh-token-not-real"},
        plain=("client_id", "team_id", "channel_id"),
        hosts=("graph.microsoft.com", "login.microsoftonline.com"),
        steps=[
            call(
                "POST",
                "https://graph.microsoft.com/v1.0/teams/{{ credential.settings.team_id }}"
                "/channels/{{ credential.settings.channel_id }}/messages",
                json={"body": {"contentType": "html", "content": f"<p>{NAME}</p>"}},
                extract={"id": "$.id"},
            )
        ],
        finds={"data.remote_id": "1700000000000"},
        **{**ID, "days": {"rate_limited": "found", "bad_credentials": "found"}},
    ),
    "stripe.customer_create": Connector(
        auth={"type": "basic", "username": "secret_key", "password": ""},
        secrets=("secret_key",),
        hosts=("api.stripe.com",),
        steps=[
            call(
                "POST",
                "https://api.stripe.com/v1/customers",
                form={
                    "email": "{{ contact.email }}",
                    "name": NAME,
                    "address[city]": "{{ contact.city }}",
                    "metadata[crm_id]": "{{ contact.id }}",
                },
                idempotency_header="Idempotency-Key",
                extract={"id": "$.id"},
            )
        ],
        finds={"data.remote_id": "cus_demo0001"},
        **{**ID, "days": {"rate_limited": "found", "lost": "found"}},
    ),
    "zoho_crm.contact_upsert": Connector(
        auth={
            "type": "oauth2_authorization_code",
            "authorize_url": "https://accounts.zoho.com/oauth/v2/auth",
            "token_url": "https://accounts.zoho.com/oauth/v2/token",
            "scope": "ZohoCRM.modules.ALL",
            "place": {"type": "header", "name": "Authorization", "prefix": "Zoho-oauthtoken "},
        },
        secrets=("client_id", "client_secret", "refresh_token"),
        plain=("dc",),
        hosts=("accounts.zoho.com", "www.zohoapis.com"),
        steps=[
            call(
                "POST",
                "https://www.zohoapis.{{ credential.settings.dc }}/crm/v2/Contacts/upsert",
                json={
                    "data": [
                        {
                            "Email": "{{ contact.email }}",
                            "Last_Name": "{{ contact.last_name }}",
                            "Mailing_City": "{{ contact.city }}",
                        }
                    ],
                    "duplicate_check_fields": ["Email"],
                },
                rules=[
                    {
                        "when": code("error"),
                        "then": "fail",
                        "message": "Zoho: {{ response.body.data[0].message }}",
                    }
                ],
                extract={"id": "$.data[0].details.id"},
            )
        ],
        finds={"data.remote_id": "100000000000000001"},
        **{
            **ID,
            "days": {
                "alt:0": "found",
                "alt:1": "failed",
                "rate_limited": "found",
                "bad_credentials": "found",
            },
        },
    ),
}
