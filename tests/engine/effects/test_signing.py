"""Signed requests, held against the vectors that the services publish."""

from datetime import UTC, datetime

import pytest

from engine.effects.credentials import Secret
from engine.effects.failures import BadCall
from engine.effects.signing import audience_acuity, sign
from engine.effects.sigv4 import AwsKey, place_in_host, sign_aws
from engine.effects.urls import parse
from engine.effects.wire import Wire

AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
KEY = AwsKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service")


def wire(method, url, headers=(), body=b""):
    return Wire(method, parse(url), list(headers), body)


def test_audience_acuity_signs_the_time_of_the_request():
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    assert audience_acuity("DEMOKEYID0000001", "demo-secret-not-real-0123456789a", at) == (
        "Bearer DEMOKEYID0000001loyw3v28e048b3a3ba455369b8920c020ac0c994"
    )


def test_telesign_signs_method_time_body_and_path():
    call = wire(
        "POST", "https://rest-api.telesign.com/v1/phoneid/12025550123",
        [("Content-Type", "application/json")], b"{}",
    )  # fmt: skip
    sign(
        call, "telesign_hmac_sha256",
        {"api_key": Secret("ZGVtbyB0ZWxlc2lnbiBrZXkgbm90IHJlYWwgMDAwMQ==")},
        {"customer_id": "00000000-0000-4000-8000-000000000000"},
        at=datetime(2024, 1, 15, 12, 0, tzinfo=UTC), nonce="11111111-2222-4333-8444-555555555555",
    )  # fmt: skip
    assert call.header("authorization") == (
        "TSA 00000000-0000-4000-8000-000000000000:0D1h5Ej0UzHV4bow/OmIfstJu9/vPJ1zK91klXcn2jA="
    )
    assert call.header("date") == "Mon, 15 Jan 2024 12:00:00 GMT"
    assert call.header("x-ts-auth-method") == "HMAC-SHA256"
    assert call.header("x-ts-nonce") == "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("method", "rest", "signature"),
    [
        ("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ("GET", "/?Param2=value2&Param1=value1",
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ],
)  # fmt: skip
def test_awss_own_test_suite_is_signed_as_published(method, rest, signature):
    call = wire(method, f"https://example.amazonaws.com{rest}")
    sign_aws(call, KEY, AT)
    assert call.header("authorization") == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )


def test_awss_documented_example_is_signed_as_published():
    call = wire(
        "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
    )  # fmt: skip
    sign(
        call, "aws_sigv4",
        {"access_key_id": Secret(KEY.key_id), "secret_access_key": Secret(KEY.secret)}, {},
        at=AT, nonce="",
    )  # fmt: skip
    assert call.header("authorization") == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )


def test_another_body_is_another_signature():
    calls = [wire("POST", "https://sqs.eu-west-1.amazonaws.com/", body=b) for b in (b"a", b"b")]
    for call in calls:
        sign_aws(call, KEY, AT)
    assert calls[0].header("authorization") != calls[1].header("authorization")


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("iam.amazonaws.com", ("iam", "us-east-1")),
        ("sqs.eu-west-1.amazonaws.com", ("sqs", "eu-west-1")),
        ("abc123.execute-api.us-west-2.amazonaws.com", ("execute-api", "us-west-2")),
        ("api.example.com", ("", "")),
    ],
)
def test_an_address_of_aws_tells_service_and_region(host, place):
    assert place_in_host(host) == place


@pytest.mark.parametrize(
    ("recipe", "secrets", "missing"),
    [
        ("audienceacuity_md5", {"key_id": "DEMOKEYID0000001"}, "secret"),
        ("telesign_hmac_sha256", {"api_key": "ZGVtbw=="}, "customer_id"),
        ("aws_sigv4", {"access_key_id": "AKIDEXAMPLE"}, "secret_access_key"),
    ],
)
def test_a_missing_part_of_the_key_is_named(recipe, secrets, missing):
    held = {name: Secret(value) for name, value in secrets.items()}
    with pytest.raises(BadCall, match=missing):
        sign(wire("GET", "https://a.example.com/"), recipe, held, {}, at=AT, nonce="n")
