"""Checks signed requests as the services that ask for them do, written down independently."""

import base64
import hashlib
import hmac
from time import time
from urllib.parse import quote

from tests.providers.server import Received

AUDIENCE_ACUITY = {"key_id": "DEMOKEYID0000001", "secret": "demo-secret-not-real-0123456789a"}
TELESIGN = {
    "customer_id": "00000000-0000-4000-8000-000000000000",
    "api_key": "ZGVtbyB0ZWxlc2lnbiBrZXkgbm90IHJlYWwgMDAwMQ==",
}
AWS = {
    "access_key_id": "AKIDEMONOTREAL000001",
    "secret_access_key": "demo/aws+secret/not/real/0123456789",
}


def good(call: Received) -> bool:
    authorization = call.headers.get("authorization", "")
    if authorization.startswith("TSA "):
        return _telesign(call, authorization)
    if authorization.startswith("AWS4-HMAC-SHA256 "):
        return _aws(call, authorization)
    return _audience_acuity(authorization.removeprefix("Bearer "))


def _audience_acuity(told: str) -> bool:
    key_id, when, digest = told[:16], told[16:-32], told[-32:]
    expected = hashlib.md5((when + AUDIENCE_ACUITY["secret"]).encode()).hexdigest()
    fresh = when.isalnum() and abs(int(when, 36) / 1000 - time()) < 300
    return key_id == AUDIENCE_ACUITY["key_id"] and digest == expected and fresh


def _telesign(call: Received, authorization: str) -> bool:
    got = call.headers
    lines = [call.method, got.get("content-type", ""), got.get("date", "")]
    lines += [f"x-ts-auth-method:{got.get('x-ts-auth-method')}"]
    lines += [f"x-ts-nonce:{got.get('x-ts-nonce')}"]
    lines += [call.text] if call.body else []
    told = "\n".join([*lines, quote(call.path)])
    key = base64.b64decode(TELESIGN["api_key"])
    signature = base64.b64encode(hmac.new(key, told.encode(), hashlib.sha256).digest()).decode()
    return authorization == f"TSA {TELESIGN['customer_id']}:{signature}"


def _aws(call: Received, authorization: str) -> bool:
    parts = dict(part.split("=", 1) for part in authorization.split(" ", 1)[1].split(", "))
    _, day, region, service, _ = parts["Credential"].split("/")
    names = parts["SignedHeaders"].split(";")
    headers = [f"{name}:{call.headers[name]}" for name in names]
    body = hashlib.sha256(call.body).hexdigest()
    query = "&".join(sorted(call.query_string.split("&"))) if call.query_string else ""
    request = [call.method, quote(call.path), query, *headers, "", ";".join(names), body]
    scope = f"{day}/{region}/{service}/aws4_request"
    digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
    told = "\n".join(["AWS4-HMAC-SHA256", call.headers["x-amz-date"], scope, digest])
    key = f"AWS4{AWS['secret_access_key']}".encode()
    for part in (day, region, service, "aws4_request", told):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return parts["Signature"] == key.hex()
