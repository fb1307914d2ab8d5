"""Whatever a service makes of a secret, nobody gets to see it."""

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import orjson
import pytest

from engine.effects.redact import Redactor, Redactors
from engine.effects.secret import MASK, too_short

KEY = "sk_live/9f8+e7=d6\"c5'b4&é"
PLAIN = "sk_live_9f8e7d6c5b4a"
NUMBER = "12345678"


def lower_percent(text: str) -> str:
    return "".join(
        part if index == 0 else "%" + part[:2].lower() + part[2:]
        for index, part in enumerate(text.split("%"))
    )


RAW = KEY.encode()
SPELLINGS = {
    "plain": KEY,
    "percent": quote(KEY, safe=""),
    "percent in lower case": lower_percent(quote(KEY, safe="")),
    "percent with slashes": quote(KEY),
    "percent twice": quote(quote(KEY, safe=""), safe=""),
    "percent, every byte": "".join(f"%{byte:02X}" for byte in RAW),
    "plus": quote_plus(KEY),
    "JSON": json.dumps(KEY),
    "JSON in UTF-8": json.dumps(KEY, ensure_ascii=False),
    "JSON with escaped slashes": json.dumps(KEY).replace("/", "\\/"),
    "JSON in JSON": json.dumps(json.dumps({"a": KEY})),
    "JSON, every letter": "".join(f"\\u{ord(sign):04x}" for sign in KEY),
    "JSON, every letter in capitals": "".join(f"\\u{ord(sign):04X}" for sign in KEY),
    "HTML": html.escape(KEY),
    "HTML with plain quotes": html.escape(KEY, quote=False),
    "HTML, decimal quote": html.escape(KEY).replace("&#x27;", "&#39;"),
    "HTML, decimal": "".join(f"&#{ord(sign):03};" for sign in KEY),
    "HTML, only what is no letter": re.sub(r"[^\w]", lambda odd: f"&#x{ord(odd[0]):X};", KEY),
    "HTML twice": html.escape(html.escape(KEY)),
    "HTML in JSON": json.dumps(html.escape(KEY)),
    "script": re.sub(r"[^\w]", lambda odd: f"\\x{ord(odd[0]):02x}", KEY),
    "script in JSON": json.dumps(re.sub(r"[^\w]", lambda odd: f"\\x{ord(odd[0]):02X}", KEY)),
    "Python": repr(KEY),
    "Python bytes": repr(RAW),
    "hex": RAW.hex(),
    "HEX": RAW.hex().upper(),
    "hex with colons": RAW.hex(":"),
    "base64": base64.b64encode(RAW).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(RAW).decode(),
    "base64 without padding": base64.b64encode(RAW).decode().rstrip("="),
    "base64 in an address": quote(base64.b64encode(RAW).decode(), safe=""),
}


@pytest.mark.parametrize("key", ["0123456789abcdef0123456789abcdef", "SK_LIVE_9F8E7D6C5B4A"])
def test_a_key_is_masked_in_small_letters_and_in_large_ones(key):
    for spelling in (key.lower(), key.upper(), json.dumps({"bad": key.swapcase()})):
        assert spelling not in Redactor([key]).text(f"Bad key {spelling}!")


def test_words_are_no_keys_in_large_letters():
    assert Redactor(["correct-horse-battery"]).text("CORRECT-HORSE-BATTERY")[:3] == "COR"


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_masked(spelling):
    masked = Redactor([KEY]).text(f"before {spelling} after")
    assert MASK in masked
    assert spelling not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


@pytest.mark.parametrize(
    "spelling",
    [
        "it's%2Fmine!%20(~a%26b*)",  # encodeURIComponent
        "it%27s%2Fmine%21+%28%7Ea%26b*%29",  # URLSearchParams and Java
        "it's/mine!%20(~a&b*)",  # encodeURI
        "it%27s/mine%21+%28~a%26b%2A%29",
        "it%27s%2fmine%21%20%28~a%26b%2a%29",
    ],
)
def test_a_password_is_masked_however_languages_put_it_into_an_address(spelling):
    assert Redactor(["it's/mine! (~a&b*)"]).text(f"?p={spelling}&q") == f"?p={MASK}&q"


@pytest.mark.parametrize("before", ["", "u", "us", "use", "user", "user:"])
@pytest.mark.parametrize("after", ["", "x", "xy", "xyz", ":pass"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_inside_longer_base64_is_masked(before, after, encode):
    text = encode(f"{before}{KEY}{after}".encode()).decode()
    left = Redactor([KEY]).text(text).split(MASK)
    assert len(left) == 2
    for rest in left:  # what is left of the secret at its ends is less than a byte or two
        assert base64.b64encode(RAW).decode()[4:-4] not in rest
        assert len(rest) <= max(len(before), len(after)) * 4 // 3 + 4


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be", "latin-1"])
def test_other_character_sets_hide_nothing(coding):
    data = f'{{"key": "{KEY}"}}'.encode(coding)
    masked = Redactor([KEY]).body(data)
    assert KEY.encode(coding) not in masked
    assert MASK.encode() in masked


SMUGGLED = [
    json.dumps({"a": PLAIN}).replace("s", "\\u0073"),
    json.dumps({"a": PLAIN}).replace("_", "\\u005f"),
    json.dumps({"a": PLAIN}).replace("_", "\\u005F"),
    json.dumps({PLAIN: 1}).replace("l", "\\u006c"),
    json.dumps({"a": [{"b": f"x{PLAIN}y"}]}).replace("9", "\\u0039"),
    json.dumps({"a": json.dumps({"b": PLAIN}).replace("9", "\\u0039")}),
    '{"broken": "' + PLAIN.replace("9", "\\u0039"),
    '{"a": "\\ud800", "b": "' + PLAIN.replace("9", "\\u0039") + '"}',
]


@pytest.mark.parametrize("body", SMUGGLED)
def test_json_escapes_smuggle_nothing(body):
    masked = Redactor([PLAIN]).body(body.encode())
    assert MASK.encode() in masked
    try:
        read = json.dumps(orjson.loads(masked))
    except orjson.JSONDecodeError:
        read = masked.decode()
    assert PLAIN not in read
    assert PLAIN not in read.encode().decode("unicode_escape", "replace")


def test_json_without_a_secret_stays_as_it_was_byte_for_byte():
    body = b'{ "a" : "\\u00e9\\/", "big": 98765432109876543210987654321, "f": 1.10 }'
    assert Redactor([KEY, NUMBER]).body(body) is body


def test_a_masked_number_leaves_sound_json_behind():
    body = b'{"account": 12345678, "rate": 0.12345678, "name": "12345678"}'
    masked = orjson.loads(Redactor([NUMBER]).body(body))
    assert masked == {"account": MASK, "rate": MASK, "name": MASK}


def test_values_are_masked_leaf_by_leaf_and_in_their_keys():
    value = {PLAIN: 1, "a": [f"x {PLAIN}", 2, None, True], "n": int(NUMBER), "m": 123456789}
    assert Redactor([PLAIN, NUMBER]).data(value) == {
        MASK: 1,
        "a": [f"x {MASK}", 2, None, True],
        "n": MASK,
        "m": MASK,
    }


def test_a_key_file_is_masked_line_by_line():
    lines = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + str(number) * 16 for number in range(10, 20)]
    pem = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"])
    redactor = Redactor([pem])
    for line in lines:
        assert redactor.text(f"error near {line}") == f"error near {MASK}"
    assert "MIIE" not in redactor.text(json.dumps({"private_key": pem}))
    assert redactor.text("one PRIVATE KEY expected") == "one PRIVATE KEY expected"


def test_a_json_key_is_masked_by_its_telling_members():
    key = json.dumps(
        {
            "type": "service_account",
            "private_key": "-----BEGIN KEY-----\nQUJDREVGR0hJSktMTU5PUA==\n-----END KEY-----",
            "private_key_id": "0123456789abcdef",
            "token_uri": "https://oauth2.example.com/token",
        }
    )
    redactor = Redactor([key])
    assert redactor.text("0123456789abcdef") == MASK
    assert redactor.text("QUJDREVGR0hJSktMTU5PUA==") == MASK
    for harmless in ("service_account", "https://oauth2.example.com/token"):
        assert redactor.text(harmless) == harmless


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("Authorization", True),
        ("Cookie", True),
        ("X-Api-Key", True),
        ("apikey", True),
        ("X-Auth-Token", True),
        ("X-Signature", True),
        ("X-Shopify-Access-Token", True),
        ("Idempotency-Key", False),
        ("Content-Type", False),
        ("X-Request-Id", False),
        ("X-Author", False),
    ],
)
def test_a_telling_header_is_masked_even_when_its_value_is_unknown(name, hidden):
    _, headers, _ = Redactors([]).request("https://a.test/", [(name, "value")], b"")
    assert headers == ((name, MASK if hidden else "value"),)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("api_key=abc", f"api_key={MASK}"),
        ("apikey=abc&q=1", f"apikey={MASK}&q=1"),
        ("q=1&access_token=abc", f"q=1&access_token={MASK}"),
        ("key=abc", f"key={MASK}"),
        ("sig=abc", f"sig={MASK}"),
        ("client_secret=abc", f"client_secret={MASK}"),
        ("page_token=abc", "page_token=abc"),
        ("keyword=abc", "keyword=abc"),
        ("key=", "key="),
        ("key", "key"),
    ],
)
def test_a_telling_query_member_is_masked_even_when_its_value_is_unknown(query, shown):
    url, _, _ = Redactors([]).request(f"https://a.test/x?{query}", [], b"")
    assert url == f"https://a.test/x?{shown}"


def test_several_credentials_are_masked_at_once():
    both = Redactors([Redactor([PLAIN]), Redactor([KEY])])
    headers, body = both.answer([("x-a", PLAIN.encode()), ("x-b", b"b")], f"{KEY} {PLAIN}".encode())
    assert headers == (("x-a", MASK), ("x-b", "b"))
    assert body.decode() == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    ("secret", "short"), [("", True), ("abc", True), ("  abc  ", True), ("abcd", False)]
)
def test_a_secret_too_short_to_mask_is_known_as_such(secret, short):
    assert too_short(secret) is short


def test_without_secrets_nothing_is_touched():
    data = b"\\u0041 anything"
    assert Redactor([]).body(data) is data
    assert Redactor([]).sees(data) is False
