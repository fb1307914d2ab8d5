"""Somebody, a name, a number, an address or a place is looked up."""

from typing import Any

from tests.operations.connector import Connector, call, not_found_where

QUOTA = {"status": [402], "then": "hold", "message": "Nothing is left of this plan."}
FIRST = "{{ contact.first_name }}"


def demografix(host: str, keep: str, path: str, found: Any, name: str = FIRST) -> Connector:
    return Connector(
        auth={"type": "query", "name": "apikey"},
        secrets=("apikey",),
        hosts=(host,),
        steps=[
            call(
                "GET",
                f"https://{host}/",
                query={"name": name},
                rules=[not_found_where("{{ response.body.count }}", "equals", right=0), QUOTA],
                extract={keep: path},
            )
        ],
        writes={f"data.{keep}": f"{{{{ steps.ask.{keep} }}}}"},
        finds={f"data.{keep}": found},
        days={"alt:0": "not_found", "quota": "found", "rate_limited": "found"},
    )


LUSHA = {
    "firstName": "{{ contact.first_name }}", "lastName": "{{ contact.last_name }}",
    "companyName": "{{ contact.company }}", "linkedinUrl": "{{ contact.linkedin_url }}",
    "revealEmails": "true", "revealPhones": "true",
}  # fmt: skip
READY = {"op": "in", "right": ["complete", "failed"]}

LOOKUPS = {
    "agify.predict": demografix("api.agify.io", "age", "$.age", 41),
    "genderize.predict": demografix("api.genderize.io", "gender", "$.gender", "female"),
    "nationalize.predict": demografix(
        "api.nationalize.io", "nation", "$.country[0].country_id", "US", "{{ contact.last_name }}"
    ),
    "ipinfo.lite": Connector(
        auth={"type": "query", "name": "token"},
        secrets=("token",),
        hosts=("api.ipinfo.io",),
        input={"ip": "203.0.113.10"},
        steps=[
            call(
                "GET",
                "https://api.ipinfo.io/lite/{{ input.ip }}",
                rules=[{"status": [404], "then": "not_found"}],
                extract={"country": "$.country", "network": "$.as_name"},
            )
        ],
        writes={"country": "{{ steps.ask.country }}", "data.network": "{{ steps.ask.network }}"},
        finds={"country": "United States", "data.network": "Example Networks"},
        days={"bad_ip": "not_found", "rate_limited": "found"},
    ),
    "lusha.person": Connector(
        auth={"type": "header", "name": "api_key"},
        secrets=("api_key",),
        hosts=("api.lusha.com",),
        steps=[
            call(
                "GET",
                "https://api.lusha.com/v2/person",
                query=LUSHA,
                rules=[QUOTA, not_found_where("{{ response.body.contact.data }}")],
                extract={"person": "$.contact.data"},
            )
        ],
        writes={
            "email": "{{ steps.ask.person.emailAddresses[0].email }}",
            "job_title": "{{ steps.ask.person.jobTitle.title }}",
        },
        finds={"email": "avery@example.com", "job_title": "Head of Operations"},
        days={"quota": "found", "rate_limited": "found"},
    ),
    "rocketreach.person_lookup": Connector(
        auth={"type": "header", "name": "Api-Key"},
        secrets=("api_key",),
        hosts=("api.rocketreach.co",),
        steps=[
            call(
                "GET",
                "https://api.rocketreach.co/api/v2/person/lookup",
                query={"email": "{{ contact.email }}"},
                rules=[QUOTA, {"status": [404], "then": "not_found"}],
                poll={
                    "until": {
                        "any": [
                            {"left": "{{ response.body.status }}", **READY},
                            {"left": "{{ response.body[0].status }}", **READY},
                        ]
                    },
                    "every_ms": 5000,
                    "request": {
                        "url": "https://api.rocketreach.co/api/v2/person/checkStatus",
                        "query": {"ids": "{{ steps.ask.body.id }}"},
                    },
                },
                extract={"title": "$..current_title", "employer": "$..current_employer"},
            )
        ],
        writes={
            "job_title": "{{ steps.ask.title | first }}",
            "company": "{{ steps.ask.employer | first }}",
        },
        finds={"job_title": "Head of Operations", "company": "Example Corp"},
        days={"alt:0": "found", "not_found": "not_found", "quota": "found"},
    ),
    "telesign.phoneid": Connector(
        auth={"type": "signed", "recipe": "telesign_hmac_sha256"},
        secrets=("api_key",),
        plain=("customer_id",),
        hosts=("rest-api.telesign.com",),
        steps=[
            call(
                "POST",
                "https://rest-api.telesign.com/v1/phoneid/{{ contact.phone | digits }}",
                json={},
                extract={"kind": "$.phone_type.description", "carrier": "$.carrier.name"},
            )
        ],
        writes={"data.phone_type": "{{ steps.ask.kind | lower }}"},
        finds={"data.phone_type": "mobile"},
        days={"bad_number": "failed", "rate_limited": "found"},
    ),
}
