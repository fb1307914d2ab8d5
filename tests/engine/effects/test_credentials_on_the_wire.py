"""A secret joins a call last, goes only where its owner said, and never comes back."""

import base64
import json
import pickle
from datetime import UTC, datetime

import orjson
import pytest

from engine.effects.credentials import Credential, Secret, parse_auth
from engine.effects.egress import Call, Egress
from engine.effects.failures import (
    BadCall,
    CredentialNeedsHttps,
    CredentialNotForHost,
)
from engine.effects.policy import Policy
from engine.effects.secret import MASK
from engine.errors import RunStopped
from tests.engine.effects.conftest import SECRET
from tests.engine.effects.rude_server import OK, RudeServer, answer

QUOTED = "sk_live_9f8e7d6c5b4a%2F%2B42"


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"type": "bearer"}, "authorization", f"Bearer {SECRET}"),
        ({"type": "header", "name": "X-Api-Key"}, "x-api-key", SECRET),
        ({"type": "header", "name": "X-Odd", "prefix": "Token t="}, "x-odd", f"Token t={SECRET}"),
        (
            {"type": "basic", "username": "api_key", "password": ""},
            "authorization",
            "Basic " + base64.b64encode(f"{SECRET}:".encode()).decode(),
        ),
        (
            {"type": "basic", "username": "api", "password": "api_key"},
            "authorization",
            "Basic " + base64.b64encode(f"api:{SECRET}".encode()).decode(),
        ),
        ({"type": "none"}, "authorization", None),
    ],
)  # fmt: skip
async def test_a_secret_goes_into_its_header(rude, egress, credential_for, auth, header, value):
    credential = credential_for(rude.address, auth=auth)
    got = await egress.send(Call("GET", f"{rude.url}/x"), credential)
    assert rude.requests[0].header(header) == value
    assert SECRET not in repr(got)
    if value:
        shown = {name.lower(): text for name, text in got.sent.headers}[header]
        assert shown.endswith(MASK)


async def test_a_user_name_may_be_a_setting(rude, egress, credential_for):
    credential = Credential(
        id="c",
        service_name="zendesk",
        auth=parse_auth({"type": "basic", "username": "email", "password": "token"}),
        secrets={"token": Secret(SECRET)},
        settings={"email": "ada@example.com/token"},
        allowed_hosts=(rude.address,),
    )
    await egress.send(Call("GET", rude.url), credential)
    sent = rude.requests[0].header("authorization").removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == f"ada@example.com/token:{SECRET}"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/x", f"/x?key={QUOTED}"),
        ("/x?a=1", f"/x?a=1&key={QUOTED}"),
        ("/x?key=mine&a=1&k%65y=2", f"/x?a=1&key={QUOTED}"),
    ],
)
async def test_a_secret_goes_into_the_query(rude, egress, credential_for, path, line):
    credential = credential_for(rude.address, auth={"type": "query", "name": "key"})
    got = await egress.send(Call("GET", rude.url + path), credential)
    assert rude.requests[0].line == f"GET {line} HTTP/1.1"
    assert got.sent.url == got.url == rude.url + line.replace(QUOTED, MASK)


JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    ("headers", "body", "arrives"),
    [
        (JSON, b'{"a": 1}', orjson.dumps({"a": 1, "key": SECRET})),
        (JSON, b'{"key": 1}', orjson.dumps({"key": SECRET})),
        (FORM, b"a=1&b=&key=2", f"a=1&b=&key={QUOTED}".encode()),
        ((), b"", orjson.dumps({"key": SECRET})),
    ],
)
async def test_a_secret_goes_into_the_body(rude, egress, credential_for, headers, body, arrives):
    credential = credential_for(rude.address, auth={"type": "body_field", "name": "key"})
    got = await egress.send(Call("POST", rude.url, headers, body), credential)
    assert rude.requests[0].body == arrives
    assert MASK in got.sent.body
    assert SECRET not in got.sent.body


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [("POST", JSON, b"[1]"), ("POST", (), b"text"), ("POST", JSON, b"{"), ("GET", (), b"")],
)
async def test_a_body_that_has_no_place_for_the_secret_is_refused(
    rude, egress, credential_for, method, headers, body
):
    credential = credential_for(rude.address, auth={"type": "body_field", "name": "key"})
    with pytest.raises(BadCall):
        await egress.send(Call(method, rude.url, headers, body), credential)
    assert rude.connections == 0


async def test_an_address_that_is_the_secret_is_called_and_never_shown(
    rude, egress, credential_for
):
    credential = credential_for(
        rude.address,
        auth={"type": "secret_url"},
        webhook_url=f"{rude.url}/api/webhooks/0042/demo-webhook-token",
    )
    rude.answer = answer(b'{"path": "/api/webhooks/0042/demo-webhook-token"}')
    got = await egress.send(Call("POST", "https://discord.com/?wait=true", body=b"x"), credential)
    assert rude.requests[0].line == (
        "POST /api/webhooks/0042/demo-webhook-token?wait=true HTTP/1.1"
    )
    assert got.sent.url == f"{rude.url}{MASK}?wait=true"
    assert "demo-webhook-token" not in repr(got)


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "oauth2_client_credentials", "token_url": "https://a.example.com/token"},
        {"type": "jwt_bearer", "token_url": "https://a.example.com/token"},
    ],
)
async def test_a_call_without_the_token_it_needs_is_never_made(rude, egress, credential_for, auth):
    with pytest.raises(BadCall, match="token"):
        await egress.send(Call("GET", rude.url), credential_for(rude.address, auth=auth))
    assert rude.connections == 0


async def test_a_signature_is_made_anew_for_each_call_and_never_shown(rude, credential_for):
    moments = [datetime.fromtimestamp(1_700_000_000 + n, UTC) for n in range(2)]
    egress = Egress(Policy.from_settings(rude.address), now=lambda: moments.pop(0))
    auth = {"type": "signed", "recipe": "audienceacuity_md5"}
    credential = credential_for(rude.address, auth=auth, key_id="DEMOKEYID0000001", secret=SECRET)
    answers = []
    for _ in range(2):
        answers.append(await egress.send(Call("GET", rude.url), credential))
        rude.answer = answer(rude.requests[-1].header("authorization").encode())
    sent = [request.header("authorization") for request in rude.requests]
    assert sent[0] != sent[1]
    assert sent[0].startswith("Bearer DEMOKEYID0000001loyw3v28")
    assert dict(answers[0].sent.headers)["Authorization"] == MASK
    await egress.close()


async def test_a_signature_that_is_repeated_by_the_service_is_masked(rude, credential_for):
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    egress = Egress(Policy.from_settings(rude.address), now=lambda: at)
    auth = {"type": "signed", "recipe": "audienceacuity_md5"}
    credential = credential_for(rude.address, auth=auth, key_id="DEMOKEYID0000001", secret=SECRET)
    await egress.send(Call("GET", rude.url), credential)
    rude.answer = answer(rude.requests[0].header("authorization").encode())
    got = await egress.send(Call("GET", rude.url), credential)
    assert got.body.decode() == MASK
    await egress.close()


@pytest.mark.parametrize(
    ("allowed", "url", "goes"),
    [
        (["api.example.com"], "https://api.example.com/", True),
        (["api.example.com"], "https://API.example.com.:8443/", True),
        (["API.Example.com"], "https://api.example.com/", True),
        (["bücher.example"], "https://xn--bcher-kva.example/", True),
        (["api.example.com:8443"], "https://api.example.com:8443/", True),
        (["api.example.com:8443"], "https://api.example.com/", False),
        (["api.example.com:443"], "https://api.example.com/", True),
        (["*.example.com"], "https://a.example.com/", True),
        (["*.example.com"], "https://a.b.example.com/", True),
        (["*.example.com"], "https://example.com/", False),
        (["*.example.com"], "https://evilexample.com/", False),
        (["example.com"], "https://a.example.com/", False),
        (["api.example.com"], "https://api.example.com.evil.example/", False),
        (["api.example.com"], "https://evil.example/?api.example.com", False),
        (["api.example.com"], "http://api.example.com/", False),
        ([], "https://api.example.com/", False),
    ],
)
async def test_a_secret_goes_only_to_the_hosts_it_was_made_for(credential_for, allowed, url, goes):
    asked = []

    async def resolve(name, port):
        asked.append(name)
        raise OSError

    egress = Egress(Policy(), resolve=resolve)
    with pytest.raises(RunStopped) as caught:
        await egress.send(Call("GET", url), credential_for(*allowed))
    assert isinstance(caught.value, CredentialNotForHost) is not goes
    assert bool(asked) is goes
    await egress.close()


async def test_plain_http_takes_a_secret_only_where_the_operator_named_the_destination(rude):
    credential = Credential(
        "c", "s", parse_auth({"type": "bearer"}), {"k": Secret(SECRET)}, {}, ("a.test",)
    )

    async def resolve(name, port):
        return ["127.0.0.1"]

    named = Egress(Policy.from_settings(f"a.test:{rude.port}"), resolve=resolve)
    wide = Egress(Policy.from_settings(f"127.0.0.0/8:{rude.port}"), resolve=resolve)
    url = f"http://a.test:{rude.port}/"
    assert (await named.send(Call("GET", url), credential)).status == 200
    with pytest.raises(CredentialNeedsHttps) as caught:
        await wide.send(Call("GET", url), credential)
    assert "https" in caught.value.hint
    await named.close()
    await wide.close()


SMUGGLED = [
    ("GET", f"/?q={SECRET}", (), b""),
    ("GET", f"/{QUOTED}", (), b""),
    ("GET", "/?q=" + "".join(f"%{ord(sign):02x}" for sign in SECRET), (), b""),
    ("GET", "/?q=" + QUOTED.replace("_", "%5F"), (), b""),
    ("GET", "/", (("X-Tag", f"a {SECRET} b"),), b""),
    ("POST", "/", (), f'{{"a": "{SECRET}"}}'.encode()),
    ("POST", "/", (), json.dumps({"a": SECRET}).replace("/", "\\/").encode()),
    ("POST", "/", (), json.dumps({"a": SECRET}).replace("s", "\\u0073").encode()),
    ("POST", "/", (), base64.b64encode(b"user:" + SECRET.encode())),
    ("POST", "/", (), base64.urlsafe_b64encode(b"x" + SECRET.encode() + b"yy")),
    ("POST", "/", (), SECRET.encode().hex().encode()),
    ("POST", "/", (), SECRET.encode("utf-16-le")),
]


@pytest.mark.parametrize(("method", "path", "headers", "body"), SMUGGLED)
async def test_a_call_that_carries_a_secret_elsewhere_is_refused(
    rude, egress, credential_for, method, path, headers, body
):
    call = Call(method, rude.url + path, headers, body)
    with pytest.raises(CredentialNotForHost, match="hunter"):
        await egress.send(call, None, [credential_for("api.hunter.io")])
    assert rude.connections == 0


async def test_a_redirect_that_carries_the_secret_elsewhere_is_refused(rude, credential_for):
    elsewhere = RudeServer()
    await elsewhere.start()
    location = f"{elsewhere.url}/?stolen={QUOTED}"
    rude.answer = answer(b"", f"Location: {location}", status="302 Found")
    egress = Egress(Policy.from_settings(f"{rude.address},{elsewhere.address}"))
    with pytest.raises(CredentialNotForHost):
        await egress.send(Call("GET", rude.url), credential_for(rude.address))
    assert elsewhere.connections == 0
    await egress.close()
    await elsewhere.stop()


async def test_an_answer_that_repeats_the_secret_is_masked(rude, egress, credential_for):
    rude.answer = answer(
        json.dumps({"you sent": f"Bearer {SECRET}", "length": 7}).encode(),
        f"X-Echo: {SECRET}",
        "Set-Cookie: session=abc",
        "X-Next-Token: page2",
    )
    got = await egress.send(Call("GET", rude.url), credential_for(rude.address))
    assert json.loads(got.body) == {"you sent": f"Bearer {MASK}", "length": 7}
    headers = dict(got.headers)
    assert (headers["x-echo"], headers["set-cookie"], headers["x-next-token"]) == (
        MASK,
        MASK,
        "page2",
    )


@pytest.mark.parametrize("token", ["q7Z", "7"])
@pytest.mark.parametrize(
    ("auth", "headers", "body", "written"),
    [
        ({"type": "header", "name": "X-Odd", "prefix": "of "}, (), b"", "of {}"),
        ({"type": "query", "name": "of"}, (), b"", "&of={}"),
        ({"type": "body_field", "name": "of"}, JSON, b'{"a": 1}', '"of":"{}"'),
        ({"type": "body_field", "name": "of"}, FORM, b"a=1", "&of={}"),
    ],
)
async def test_a_token_too_short_to_look_for_is_hidden_where_we_put_it(
    rude, egress, credential_for, auth, headers, body, written, token
):
    call = Call("POST" if body else "GET", f"{rude.url}/x?a={token}b", headers, body)
    got = await egress.send(call, credential_for(rude.address, auth=auth, token=token))
    arrived = f"{rude.requests[0].head}{rude.requests[0].body.decode()}"
    assert written.replace("{}", token) in arrived
    shown = f"{got.sent.url} {dict(got.sent.headers)} {got.sent.body} {got.url}"
    assert written.replace("{}", MASK) in shown
    assert written.replace("{}", token) not in shown
    assert f"a={token}b" in shown


async def test_a_short_token_is_hidden_behind_a_redirect_too(rude, egress, credential_for):
    rude.answer = lambda request: (
        answer(b"", "Location: /end", status="302 Found") if "/start" in request.line else OK
    )
    credential = credential_for(rude.address, auth={"type": "query", "name": "of"}, token="q7Z")
    got = await egress.send(Call("GET", f"{rude.url}/start"), credential)
    assert rude.requests[1].line == "GET /end?of=q7Z HTTP/1.1"
    assert got.url == f"{rude.url}/end?of={MASK}"


def test_a_secret_shows_itself_to_nobody():
    secret = Secret(SECRET)
    for text in (
        repr(secret),
        str(secret),
        f"{secret:>10}",
        "".join(map(str, [secret])),
        repr({"a": secret}),
    ):
        assert SECRET not in text
    for store in (json.dumps, orjson.dumps, pickle.dumps):
        with pytest.raises(TypeError):
            store(secret)
    assert not hasattr(secret, "__dict__")
    assert secret == Secret(SECRET)
    assert secret != SECRET


def test_a_credential_can_be_printed(credential_for):
    credential = credential_for("api.hunter.io")
    _ = credential.redactor
    assert SECRET not in f"{credential!r} {credential.redactor!r}"


async def test_a_secret_with_a_line_break_is_refused_without_being_shown(
    rude, egress, credential_for
):
    credential = credential_for(rude.address, key="abcdef\r\nHost: evil")
    with pytest.raises(BadCall) as caught:
        await egress.send(Call("GET", rude.url), credential)
    assert "abcdef" not in f"{caught.value} {caught.value.hint} {caught.value.detail}"
