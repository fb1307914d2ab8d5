"""Every kind of login that gets its own tokens, against login services with whims."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qsl, quote, unquote

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.app.running.unseen.conftest import maps, step
from tests.app.running.unseen.stub import answer

APP = {"client_id": "00000000-demo-app", "client_secret": "demo-ms-secret~not.real+/="}


async def test_a_refresh_token_that_is_turned_into_another_each_time(customer, stub):
    kept = ["demo-refresh-0-not-real"]
    valid = []

    @stub.on("POST", "/common/oauth2/v2.0/token")
    def token(call):
        form = call.form
        assert (form["client_id"], form["client_secret"]) == tuple(APP.values())
        if form["refresh_token"] != kept[-1]:
            return answer({"error": "invalid_grant"}, 400)
        kept.append(f"demo-refresh-{len(kept)}-not-real")
        valid.append(f"demo-access-{len(kept)}-not-real")
        return answer({"access_token": valid[-1], "refresh_token": kept[-1], "expires_in": 3600})

    @stub.on("POST", "/v1.0/teams/t-1/channels/19:demo@thread.tacv2/messages")
    def post(call):
        if call.headers["authorization"] != f"Bearer {valid[-1]}" or stub.told[-2] == stub.told[-1]:
            return answer({"error": {"code": "InvalidAuthenticationToken"}}, 401)
        assert call.json == {"body": {"contentType": "html", "content": "<p>Avery</p>"}}
        return answer({"id": "1700000000000", "@odata.context": "x"}, 201)

    auth = {
        "type": "oauth2_authorization_code",
        "scope": "offline_access ChannelMessage.Send",
        "authorize_url": f"{stub.url}/common/oauth2/v2.0/authorize",
        "token_url": f"{stub.url}/common/oauth2/v2.0/token",
    }
    await customer.key(auth, {**APP, "refresh_token": kept[0]},
                       settings={"team": "t-1", "channel": "19:demo@thread.tacv2"})  # fmt: skip
    made = await customer.connector(
        step("post", "POST",
             f"{stub.url}/v1.0/teams/{{{{ credential.settings.team }}}}/channels/"
             "{{ credential.settings.channel | urlencode }}/messages",
             body={"json": {"body": {"contentType": "html",
                                     "content": "<p>{{ contact.first_name }}</p>"}}},
             extract={"id": "$.id", "context": "$['@odata.context']"}),
        field_mappings=maps(data__teams="{{ steps.post.id }}"),
    )  # fmt: skip
    contact = await customer.contact()
    first = await customer.execute(made, contact)
    assert first["status"] == "success", first
    valid.append("demo-something-else-not-real")  # the service forgot what it gave
    second = await customer.execute(made, contact)
    assert (second["status"], second["steps_executed"][0]["attempts"]) == ("success", 2), second
    assert len(kept) == 3
    assert [call.path.rpartition("/")[2] for call in stub.ledger] == [
        "token", "messages", "messages", "token", "messages",
    ]  # fmt: skip
    customer.keep(*kept, *valid[:2])


async def test_a_token_for_a_login_and_then_a_job_to_wait_for(customer, stub):
    @stub.on("POST", "/v1/login")
    def login(call):
        assert call.json == {"user": "demo", "pass": 'demo-password "not" real'}
        return answer({"data": {"session": {"key": "session-not-real-1", "ttl": 900}}})

    @stub.on("POST", "/v1/enrich")
    def submit(call):
        assert call.headers["x-session"] == "session-not-real-1"
        there = f"{stub.url}/v1/jobs/7?view=full"
        return answer({"job": {"state": "queued", "href": there}}, 202, ("Location", there))

    @stub.on("GET", "/v1/jobs/7")
    def job(call):
        assert call.headers["x-session"] == "session-not-real-1"
        assert call.query == {"view": "full"}
        if stub.told.count("GET /v1/jobs/7") < 3:
            return answer({"job": {"state": "running"}})
        return answer({"job": {"state": "done", "result": {"city": "Bergen"}}})

    place = {"type": "header", "name": "X-Session"}
    await customer.key(
        {"type": "token_exchange", "token_path": "$.data.session.key",
         "expires_path": "$.data.session.ttl", "place": place,
         "request": {"method": "POST", "url": f"{stub.url}/v1/login", "body": {"json": {
             "user": "{{ settings.user }}", "pass": "{{ credentials.password }}"}}}},
        {"password": "demo-password \"not\" real"}, settings={"user": "demo"},
    )  # fmt: skip
    made = await customer.connector(
        step("enrich", "POST", f"{stub.url}/v1/enrich",
             body={"json": {"mail": "{{ contact.email }}"}},
             extract={"city": "$.job.result.city", "href": "$.job.href"},
             poll={"until": {"left": "{{ response.body.job.state }}", "op": "in",
                             "right": ["done", "failed"]},
                   "every_ms": 20, "max_wait_ms": 20000,
                   "request": {"method": "GET", "url": "{{ steps.enrich.href }}"}}),
        field_mappings=maps(city="{{ steps.enrich.city }}"),
    )  # fmt: skip
    contact = await customer.contact()
    for _ in range(2):
        run = await customer.execute(made, contact)
        assert (run["status"], run["outcome"]) == ("success", "found"), run
    assert (await customer.data(run))["city"] == "Bergen"
    assert stub.told.count("POST /v1/login") == 1
    assert stub.told.count("POST /v1/enrich") == 2
    customer.keep("session-not-real-1")


async def test_a_statement_signed_for_a_robot(customer, stub):
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode()  # fmt: skip

    @stub.on("POST", "/token")
    def token(call):
        form = call.form
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = jwt.decode(form["assertion"], private.public_key(), ["RS256"],
                            audience=f"{stub.url}/token")  # fmt: skip
        assert claims["iss"] == "robot@example.com"
        assert claims["scope"] == "sheets"
        assert 0 < claims["exp"] - claims["iat"] <= 3600
        customer.keep(form["assertion"], form["assertion"].rpartition(".")[2])
        return answer({"access_token": "ya29.demo-not-real", "expires_in": 3599})

    @stub.on("GET", "/sheet")
    def sheet(call):
        assert call.headers["authorization"] == "Bearer ya29.demo-not-real"
        return answer({"echo": call.headers["authorization"]})

    await customer.key(
        {"type": "jwt_bearer", "token_url": f"{stub.url}/token", "alg": "RS256",
         "claims": {"iss": "{{ settings.client_email }}", "scope": "sheets"}},
        {"private_key": pem}, settings={"client_email": "robot@example.com"},
    )  # fmt: skip
    run = await customer.run(step("sheet", "GET", f"{stub.url}/sheet", extract={"e": "$.echo"}))
    assert run["status"] == "success", run
    assert run["steps_executed"][0]["extracted"] == {"e": "Bearer ••••"}
    customer.keep("ya29.demo-not-real")


async def test_a_signature_of_amazon_over_odd_paths_and_queries(customer, stub):
    key_id, secret = "AKIDDEMONOTREAL00000", "wJalrXUtnFEMI/K7MDENG/demoNotReal+Key"

    def mac(key, text):
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    @stub.on("POST", "/contacts/*")
    def signed(call):
        told = call.headers["authorization"]
        fields = dict(part.strip().split("=", 1) for part in told.partition(" ")[2].split(","))
        names = fields["SignedHeaders"].split(";")
        assert {"host", "x-amz-date", "content-type"} <= set(names)
        date = call.headers["x-amz-date"]
        path = "/".join(
            quote(quote(part, safe="-_.~"), safe="-_.~") for part in unquote(call.path).split("/")
        )
        pairs = sorted(
            (quote(k, safe="-_.~"), quote(v, safe="-_.~"))
            for k, v in parse_qsl(call.query_string, keep_blank_values=True)
        )
        canonical = "\n".join(
            [
                "POST",
                path,
                "&".join(f"{k}={v}" for k, v in pairs),
                *(f"{name}:{' '.join(call.headers[name].split())}" for name in names),
                "",
                fields["SignedHeaders"],
                hashlib.sha256(call.body).hexdigest(),
            ]
        )
        scope = f"{date[:8]}/eu-west-1/execute-api/aws4_request"
        assert fields["Credential"] == f"{key_id}/{scope}"
        key = f"AWS4{secret}".encode()
        for part in scope.split("/"):
            key = mac(key, part)
        text = "\n".join(
            ["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()]
        )
        assert fields["Signature"] == mac(key, text).hex(), canonical
        return answer({"ok": True})

    await customer.key(
        {"type": "signed", "recipe": "aws_sigv4"},
        {"access_key_id": key_id, "secret_access_key": secret},
        settings={"region": "eu-west-1", "service": "execute-api"},
    )
    customer.secrets.remove(key_id)
    run = await customer.run(
        step("send", "POST", f"{stub.url}/contacts/{{{{ contact.email }}}}/a%20b",
             query={"b": "x y+z", "a": ["2", "1"], "ü": "~"},
             body={"json": {"name": "Ærøskøbing"}}))  # fmt: skip
    assert run["status"] == "success", run


async def test_audience_acuity_signs_each_call_anew(customer, stub):
    key_id, secret = "0123456789abcdef", "demo-aa-secret-not-real"
    seen = []

    @stub.on("GET", "/v2/identities/byEmail")
    def identities(call):
        token = call.headers["authorization"].removeprefix("Bearer ")
        assert token.startswith(key_id)
        stamp, digest = token[16:-32], token[-32:]
        assert digest == hashlib.md5(f"{stamp}{secret}".encode()).hexdigest()
        seen.append(token)
        if len(seen) == 1:
            return answer({"error": "busy"}, 503)
        return answer({"identities": [{"firstName": "Avery"}]})

    await customer.key(
        {"type": "signed", "recipe": "audienceacuity_md5"}, {"api_key": key_id + secret}
    )
    run = await customer.run(
        step(
            "find",
            "GET",
            f"{stub.url}/v2/identities/byEmail",
            query={"email": "{{ contact.email }}"},
            retry={"base_ms": 20, "max_ms": 30},
            extract={"first": "$.identities[0].firstName"},
        )
    )
    assert run["status"] == "success", run
    assert len(set(seen)) == 2 == len(stub.ledger)
    customer.keep(secret, *seen)


async def test_a_token_goes_where_the_service_wants_it(customer, stub):
    @stub.on("POST", "/auth")
    def login(call):
        assert call.form == {"grant": "key", "key": "demo-key-not-real-9"}
        return answer("tok-not-real-9")

    @stub.on("POST", "/ask/*")
    def ask(call):
        held = {
            "query": call.query.get("access"),
            "header": call.headers.get("access"),
            "body_field": call.json.get("access"),
        }
        place = call.path.rpartition("/")[2]
        assert held == dict.fromkeys(held) | {place: "tok-not-real-9"}
        told = base64.b64encode(b"tok-not-real-9").decode()
        return answer({"saw": json.dumps(held), "base64": told})

    places = ("query", "body_field", "header")
    for place in places:
        request = {"method": "POST", "url": f"{stub.url}/auth",
                   "body": {"form": {"grant": "key", "key": "{{ credentials.key }}"}}}  # fmt: skip
        auth = {"type": "token_exchange", "token_path": "$", "request": request,
                "place": {"type": place, "name": "access"}}  # fmt: skip
        await customer.key(auth, {"key": "demo-key-not-real-9"}, service_name=place)
    run = await customer.run(
        *(
            step(f"ask_{place}", "POST", f"{stub.url}/ask/{place}", body={"json": {"q": 1}})
            | {"credential": place}
            for place in places
        )
    )
    assert run["status"] == "success", run
    assert stub.told.count("POST /auth") == 3
    customer.keep("tok-not-real-9")
