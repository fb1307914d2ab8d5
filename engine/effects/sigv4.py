"""AWS Signature Version 4, as its documentation spells it out."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from engine.effects.wire import Wire

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class AwsKey:
    key_id: str
    secret: str
    region: str
    service: str
    session_token: str | None = None


def sign_aws(wire: Wire, key: AwsKey, at: datetime) -> None:
    """Signs the host, the type of the body and every x-amz header, over the final bytes."""
    digest = hashlib.sha256(wire.body).hexdigest()
    wire.set_header("X-Amz-Date", at.strftime("%Y%m%dT%H%M%SZ"))
    if key.session_token:
        wire.set_header("X-Amz-Security-Token", key.session_token)
    if key.service == "s3":
        wire.set_header("X-Amz-Content-Sha256", digest)
    signed = _signed_headers(wire)
    names = ";".join(signed)
    path, _, query = wire.target.rest.partition("?")
    request = "\n".join(
        [
            wire.method,
            _path(path, key.service),
            _query(query),
            *(f"{name}:{value}" for name, value in signed.items()),
            "",
            names,
            digest,
        ]
    )
    scope = f"{at:%Y%m%d}/{key.region}/{key.service}/aws4_request"
    told = [ALGORITHM, f"{at:%Y%m%dT%H%M%SZ}", scope, hashlib.sha256(request.encode()).hexdigest()]
    signature = _mac(_signing_key(key, at), "\n".join(told)).hex()
    wire.set_header(
        "Authorization",
        f"{ALGORITHM} Credential={key.key_id}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}",
    )


def place_in_host(host: str) -> tuple[str, str]:
    """The service and region an address of AWS tells, such as sqs.eu-west-1.amazonaws.com."""
    labels = host.removesuffix(".cn").removesuffix(".amazonaws.com").split(".")
    if not host.removesuffix(".cn").endswith(".amazonaws.com"):
        return "", ""
    if len(labels) == 1:
        return labels[0], "us-east-1"
    return labels[-2], labels[-1]


def _signed_headers(wire: Wire) -> dict[str, str]:
    found = {"host": wire.target.origin.authority}
    for name, value in wire.headers:
        folded = name.lower()
        if folded == "content-type" or folded.startswith("x-amz-"):
            text = " ".join(value.split())
            found[folded] = f"{found[folded]},{text}" if folded in found else text
    return dict(sorted(found.items()))


def _path(path: str, service: str) -> str:
    """Encoded once more than on the wire, but for S3, whose keys may hold anything."""
    if service == "s3":
        return quote(unquote(path), safe="/-_.~")
    return quote(path, safe="/-_.~")


def _query(query: str) -> str:
    pairs = []
    for member in query.split("&"):
        if member:
            name, _, value = member.partition("=")
            pairs.append((_again(name), _again(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _again(text: str) -> str:
    return quote(unquote(text), safe="-_.~")


def _signing_key(key: AwsKey, at: datetime) -> bytes:
    made = f"AWS4{key.secret}".encode()
    for part in (f"{at:%Y%m%d}", key.region, key.service, "aws4_request"):
        made = _mac(made, part)
    return made


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
