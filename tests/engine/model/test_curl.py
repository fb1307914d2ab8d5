"""A pasted cURL command becomes a step, and no secret stands in it."""

import orjson
import pytest

from engine.model.curl import NotCurl, read_curl, slot_for
from engine.model.definition import load

BASIC = {"type": "basic", "username": "username", "password": "password"}
HUNTER = "curl 'https://api.hunter.io/v2/email-verifier?email=ada@example.com&api_key=k-123456789'"


def test_a_key_in_the_address_becomes_a_credential_bound_to_its_host():
    made = read_curl(HUNTER)
    assert made.step["request"]["url"] == "https://api.hunter.io/v2/email-verifier"
    assert made.step["request"]["query"] == {"email": "ada@example.com"}
    assert made.credential == {
        "service_name": "hunter",
        "auth": {"type": "query", "name": "api_key"},
        "credentials": {"api_key": "k-123456789"},
        "settings": {},
        "allowed_hosts": ["api.hunter.io"],
    }


@pytest.mark.parametrize(
    ("option", "auth", "secret"),
    [
        ("-H 'Authorization: Bearer abc.def'", {"type": "bearer"}, "abc.def"),
        ("-H 'X-Api-Key: abc'", {"type": "header", "name": "X-Api-Key", "prefix": ""}, "abc"),
        (
            "-H 'Authorization: Token abc'",
            {"type": "header", "name": "Authorization", "prefix": "Token "},
            "abc",
        ),
        ("--oauth2-bearer abc.def", {"type": "bearer"}, "abc.def"),
        (
            """-d '{"email": "a@b.c", "api_key": "abc.def"}'""",
            {"type": "body_field", "name": "api_key"},
            "abc.def",
        ),
        ("-d email=a@b.c -d token=abc.def", {"type": "body_field", "name": "token"}, "abc.def"),
        ("-u ada:pw-1", BASIC, "pw-1"),
        ("-u key_1:", BASIC | {"username": "api_key", "password": ""}, "key_1"),
    ],
)
def test_each_way_to_carry_a_key_is_told_apart(option, auth, secret):
    made = read_curl(f"curl https://x.test/a {option}")
    assert made.credential is not None
    assert made.credential["auth"] == auth
    assert secret in made.credential["credentials"].values()
    assert secret.encode() not in orjson.dumps(made.step)


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com/services/T000/B000/XXXX",
        "https://discord.com/api/webhooks/1/secret-part",
        "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4",
    ],
)
def test_an_address_that_is_a_secret_becomes_a_credential(address):
    made = read_curl(f"""curl {address} -d '{{"text": "hello"}}'""")
    assert made.credential is not None
    assert made.credential["auth"] == {"type": "secret_url"}
    assert made.credential["credentials"] == {"api_key": address}
    assert made.step["request"]["url"] == "/".join(address.split("/")[:3]) + "/"
    assert made.step["request"]["body"] == {"json": {"text": "hello"}}
    assert slot_for(made.credential)["fields"][0]["title"] == "Address"


def test_a_key_where_no_credential_can_put_it_is_left_out_and_told():
    body = """{"auth": {"password": "pw-1234", "user": "ada"}, "key": "colour", "n": 1}"""
    made = read_curl(f"curl https://x.test/a -H 'X-Api-Key: abc' -d '{body}'")
    assert made.step["request"]["body"]["json"] == {
        "auth": {"user": "ada"},
        "key": "colour",
        "n": 1,
    }
    assert made.notes == ["password was left out."]


@pytest.mark.parametrize(
    "place",
    ["$HUNTER_KEY", "${KEY}", "<token>", "YOUR_API_KEY", "your-key", "{api_key}", "xxxx", "…"],
)
def test_a_place_for_a_key_is_no_key(place):
    made = read_curl(f"curl https://api.x.test/a -H 'Authorization: Bearer {place}'")
    assert made.credential is not None
    assert made.credential["credentials"] == {}
    slot = slot_for(made.credential)
    assert (slot["service_name"], slot["auth"]) == ("x", {"type": "bearer"})
    assert [one["name"] for one in slot["fields"]] == ["api_key"]


def test_a_place_for_a_password_asks_for_both():
    made = read_curl("curl https://x.test/a -u '<user>:<password>'")
    assert made.credential is not None
    assert (made.credential["credentials"], made.credential["settings"]) == ({}, {})
    names = [one["name"] for one in slot_for(made.credential)["fields"]]
    assert names == ["username", "password"]


def test_a_json_body_keeps_its_types_and_makes_it_a_post():
    made = read_curl(
        """curl https://x.test/a -H 'Content-Type: application/json' -d '{"n": 1, "on": true}'"""
    )
    assert made.step["request"]["method"] == "POST"
    assert made.step["request"]["body"] == {"json": {"n": 1, "on": True}}
    assert made.step["request"]["headers"] == {}


def test_a_form_body_becomes_members():
    made = read_curl("curl https://x.test/a -d 'a=1' --data-urlencode 'b=x y'")
    assert made.step["request"]["body"] == {"form": {"a": "1", "b": "x y"}}


def test_get_turns_data_into_the_query():
    made = read_curl("curl -G https://x.test/a -d a=1 -d b=2")
    assert (made.step["request"]["method"], made.step["request"]["query"]) == (
        "GET",
        {"a": "1", "b": "2"},
    )


def test_what_a_browser_copies_is_understood():
    made = read_curl(
        "curl 'https://x.test/a' \\\n  -X 'PUT' \\\n  -H 'accept: */*' \\\n"
        '  --data-raw $\'{"it\\\'s": "\\u00fc"}\' --compressed -sS'
    )
    assert made.step["request"]["method"] == "PUT"
    assert made.step["request"]["body"] == {"json": {"it's": "ü"}}


def test_what_comes_out_is_a_step_that_loads():
    step = read_curl(HUNTER).step | {"id": "ask"}
    assert load({"config": {"steps": [step]}}).config.steps[0].name == "Ask api.hunter.io"


def test_a_second_key_and_a_cookie_are_left_out_and_told():
    made = read_curl("curl x.test -H 'X-Api-Key: a1' -H 'Authorization: Bearer b2' -b 'sid=c3'")
    assert len(made.notes) == 2
    assert b"b2" not in orjson.dumps(made.step)


@pytest.mark.parametrize(
    "command",
    [
        "",
        "wget x.test",
        "curl",
        "curl -H 'open",
        "curl x.test -d @/etc/passwd",
        "curl x.test -F f=@a",
        "curl https:x:y",
        "curl https://x.test:99999/",
        "curl 'https://[1-3].x.test/'",
        "curl " + "a" * 100_001,
    ],
)
def test_what_is_no_usable_command_is_refused_with_a_sentence(command):
    with pytest.raises(NotCurl) as refused:
        read_curl(command)
    assert refused.value.message.endswith(".")
