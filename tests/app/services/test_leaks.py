"""No secret leaves with a template: wherever it is planted, however it is disguised."""

import base64
import copy
import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.services import leaks
from tests.every_place import NAMED, every_template, names, naming, saying, values

OWN = 'kR7/demo+key"not real-8271'
SHIPPED = sorted((Path(__file__).parents[3] / "assets" / "templates").glob("*.json"))

TEMPLATE: dict[str, Any] = {
    "name": "Find people",
    "description": "Looks a person up.",
    "icon": "user",
    "category": "enrichment",
    "tags": ["people"],
    "config": {
        "version": 1,
        "steps": [
            {
                "id": "find",
                "name": "Find",
                "kind": "http",
                "notes": "Ask once.",
                "credential": "people",
                "when": {"left": "{{ contact.email }}", "op": "is_not_empty"},
                "request": {
                    "method": "POST",
                    "url": "https://api.example.com/people",
                    "query": {"email": "{{ contact.email }}"},
                    "headers": {"Accept": "application/json"},
                    "body": {"json": {"filter": {"kind": "person"}, "ids": ["one"]}},
                },
                "rules": [{"status": [404], "then": "not_found", "message": "Nobody."}],
                "extract": {"name": "$.data.name"},
            },
            {"id": "words", "name": "Words", "kind": "set", "values": {"greeting": "Hello"}},
            {"id": "end", "name": "End", "kind": "stop", "outcome": "found", "message": "Done."},
        ],
    },
    "input_schema": {
        "type": "object",
        "properties": {"list": {"type": "string", "title": "List", "default": "all"}},
    },
    "field_mappings": [{"field": "data.note", "value": "{{ steps.find.name }}", "write": "append"}],
    "slots": [
        {
            "service_name": "people",
            "title": "People",
            "auth": {"type": "header", "name": "X-Api-Key"},
            "fields": [
                {
                    "name": "api_key",
                    "title": "Key",
                    "help": "In your account.",
                    "example": "abc",
                    "pattern": "[a-z]+",
                    "docs_url": "https://example.com/keys",
                }
            ],
            "allowed_hosts": ["api.example.com"],
            "test": {"method": "GET", "url": "https://api.example.com/me", "headers": {}},
        }
    ],
    "example_contact": {"email": "ada@example.com", "data": {"note": "hello"}},
    "example_responses": {"find": {"status": 200, "body": {"data": {"name": "Ada"}}}},
}

STEP = "config.steps.0"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda own: own,
    "in a sentence": lambda own: f"Use {own}, please.",
    "percent": lambda own: quote(own, safe=""),
    "all percent": lambda own: "".join(f"%{byte:02x}" for byte in own.encode()),
    "percent twice": lambda own: quote(quote(own, safe=""), safe=""),
    "base64": b64,
    "base64 for the web": lambda own: base64.urlsafe_b64encode(own.encode()).decode(),
    "base64 after a user": lambda own: b64(f"api:{own}"),
    "base64 twice": lambda own: b64(b64(own)),
    "hex": lambda own: own.encode().hex(),
    "HEX": lambda own: own.encode().hex().upper(),
    "hex in pairs": lambda own: own.encode().hex(":"),
    "hex in base64": lambda own: b64(own.encode().hex()),
    "backwards": lambda own: own[::-1],
    "backwards in base64": lambda own: b64(own[::-1]),
    "base64 backwards": lambda own: b64(own)[::-1],
    "JSON": lambda own: json.dumps(own)[1:-1],
    "JSON twice": lambda own: json.dumps(json.dumps(own)),
    "all JSON": lambda own: "".join(f"\\u{ord(one):04x}" for one in own),
    "HTML": html.escape,
    "repr": repr,
    "base32": lambda own: base64.b32encode(own.encode()).decode(),
    "HTML numbers": lambda own: "".join(f"&#{ord(one)};" for one in own),
    "in capitals": str.upper,
    "in small letters": str.lower,
    "the other way round": str.swapcase,
    "on two lines": lambda own: f"{own[:9]}\n{own[9:]}",
    "with nothing between": "\u200b".join,
    "in wide letters": lambda own: "".join(
        chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in own
    ),
}


def plant(path: str, value: Any) -> dict[str, Any]:
    """The template with something at that place."""
    planted = copy.deepcopy(TEMPLATE)
    here: Any = planted
    *way, last = path.split(".")
    for part in way:
        here = here[int(part) if isinstance(here, list) else part]
    here[int(last) if isinstance(here, list) else last] = value
    return planted


@pytest.fixture(scope="module")
def own() -> leaks.Own:
    return leaks.Own([OWN])


def told(template: dict[str, Any], own: leaks.Own) -> set[str]:
    found = leaks.found_in(template, own)
    assert all(OWN not in one.message for one in found)
    return {one.path for one in found if one.message == leaks.OWN}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_secret_of_ones_own_is_refused_in_every_place_and_disguise(
    own: leaks.Own, disguise: str
) -> None:
    text, everything = DISGUISES[disguise](OWN), every_template()
    places = set(values(everything))
    assert len(places) > 800
    assert places - told(saying(everything, text), own) == set()
    places = {place.replace(NAMED, text) for place in names(everything)}
    assert len(places) > 300
    assert places - told(naming(everything, text), own) == set()


def test_a_secret_in_pieces_is_refused_too(own: leaks.Own) -> None:
    half, rest = OWN[:11], OWN[11:]
    for pieces in (
        {f"{STEP}.notes": f"{half} {{{{ '{rest}' }}}}"},
        {f"{STEP}.request.body.json.ids": list(OWN)},
        {f"{STEP}.request.query": {"a": half, "b": rest}},
        {f"{STEP}.request.query": {half: rest}},
        {"config.steps.1.values": {"a": half, "b": f"{{{{ '{rest}' }}}}"}},
        {"description": " ".join(OWN)},
    ):
        ((path, value),) = pieces.items()
        planted = copy.deepcopy(TEMPLATE)
        here: Any = planted
        *way, last = path.split(".")
        for part in way:
            here = here[int(part) if isinstance(here, list) else part]
        here[last] = value
        found = {one.message for one in leaks.found_in(planted, own)}
        assert found & {leaks.APART, leaks.OWN}, path


def test_words_side_by_side_are_no_secret_in_pieces() -> None:
    weak = leaks.Own(["findpeople", "Looks a person up.", "202-555-0143-1"])
    planted = plant("description", "Find people; call 202 555 0143 1. Looks: a person up")
    assert leaks.APART not in [one.message for one in leaks.found_in(planted, weak)]


# Of the shape that each service gives its keys; none of them was ever one.
KEYS = {
    "stripe": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "github": "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "aws secret": "aws_secret_access_key=" + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "google": "AIza" + "SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
    "slack": "xoxb-" + "17653672481-19874698323-pdFZKVeTuE8sk7oOHcBrzzqy",
    "slack hook": "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXX",
    "sendgrid": "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX",
    "hubspot": "pat-na1-" + "a1b2c3d4-e5f6-4789-8abc-def012345678",
    "shopify": "shpat_" + "0123456789abcdef0123456789abcdef",
    "airtable": "patAbCdEfGhIjKlMn." + "0123456789abcdef0123456789abcdef0123456789abcdef",
    "openai": "sk-proj-" + "Zk3vQx8LwP0mT5yR2nB7",
    "anthropic": "sk-ant-" + "api03-Zk3vQx8LwP0mT5yR2nB7",
    "mailgun": "key-" + "3ax6xnjp29jd6fds4gc373sgvjxteol0"[:4] + "0123456789abcdef0123456789ab",
    "postman": "PMAK-" + "5f3e8c9a1b2d4e6f7a8b9c0d-1e2f3a4b5c6d",
    "telegram": "110201543:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
    "npm": "npm_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
    "gitlab": "glpat-" + "Zk3vQx8LwP0mT5yR2nB7",
    "uuid": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "md5": "9e107d9d372bb6826bd81d3542a419d6",
    "random": "zQ8vN2kLx7RtY4mWp9Ba",
    "said so": "The password is Summer2024!",
    "basic": "https://" + "anna:s3cr3t-pass@api.example.com",
}


DRAWN = {
    "hex": "0c37faf8648da5ac",
    "letters and digits": "Z9EPfHqblmMTU517",
    "for an address": "jz9uMi79W9B-oSxI",
    "small": "5kdjt507vcmdq4oz",
    "letters alone": "qYvHlXCVifsgrLfgxBsxqUKK",
    "with a dot": "hmHRknsAT98c.7rmWY55oJcxw",
    "with a slash": "KcbRe0K8A/x57Zv8wkXOZ7McD",
    "with other signs": "Js7vu87JfMqvEomwQ@VcA$KV",
    "in groups": "FZJIL-VOY3M-UMMUS-CBMLJ-IYSWN",
}


@pytest.mark.parametrize("token", DRAWN)
def test_what_was_drawn_by_lot_is_flagged_though_nobody_listed_its_shape(token: str) -> None:
    for path in ("description", f"{STEP}.notes", "slots.0.fields.0.help", "tags.0"):
        assert leaks.doubts(plant(path, f"Ask for {DRAWN[token]} at the desk.")), path


@pytest.mark.parametrize("disguise", ["plain", "in a sentence", "base64", "backwards", "percent"])
@pytest.mark.parametrize("key", KEYS)
def test_what_looks_like_anybodys_key_is_refused_or_flagged(key: str, disguise: str) -> None:
    nobody = leaks.Own([])
    for path in ("description", f"{STEP}.notes", "example_responses.find.body.data.name"):
        planted = plant(path, DISGUISES[disguise](KEYS[key]))
        assert leaks.found_in(planted, nobody) or leaks.doubts(planted), path


HARMLESS = [
    "Find the person and the company",
    "Your API key: see the account page of the service.",
    "Paste the token that your administrator gave you",
    "password: required",
    "https://developers.example.com/docs/authentication#api-keys",
    "{{ input.token | default('') }}",
    "2024-01-15T00:00:00.000Z",
    "00000000-0000-4000-8000-000000000001",
    "application/json; charset=utf-8",
    "in/avery-sample",
    "hasOptedOutOfEmail",
    "PersonNameByEmailAddressOrPhone",
    "HTMLToPDFConverterAPIKey",
    "https://api.example.com/v2/people/find?email=ada@example.com",
    "^AC[0-9a-f]{32}$",
    "+1 202 555 0143",
]


@pytest.mark.parametrize("words", HARMLESS)
@pytest.mark.parametrize("path", ["description", f"{STEP}.notes", "slots.0.fields.0.help"])
def test_plain_words_are_let_through(own: leaks.Own, path: str, words: str) -> None:
    planted = plant(path, words)
    assert (leaks.found_in(planted, own), leaks.doubts(planted)) == ([], [])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_templates_pass_the_gates_of_everybody(own: leaks.Own, path: Path) -> None:
    template = json.loads(path.read_text("utf-8"))
    assert leaks.found_in(template, own) == []
    assert len(leaks.doubts(template)) < 4
