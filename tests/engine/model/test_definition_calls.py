"""What a definition may say of calls, conditions and addresses."""

from typing import Any

import pytest

from tests.engine.model.connectors import (
    YES,
    connector,
    http,
    paths,
)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "body"),
        ({"json": {}, "text": "x"}, "body"),
        ({"json": {}, "content_type": "a/b"}, "body.content_type"),
        ({"form": {"a": {"b": 1}}}, "body.form.a"),
    ],
)
def test_a_body_is_one_thing(body: dict[str, Any], path: str) -> None:
    raw = connector(http(request={"body": body}))
    assert paths(raw) == [f"config.steps[0].request.{path}"]


def test_a_body_may_be_the_json_null() -> None:
    assert paths(connector(http(request={"body": {"json": None}}))) == []


@pytest.mark.parametrize("wait", [{}, {"for_ms": 1, "until": "{{ now }}"}])
def test_a_wait_has_a_length_or_an_end(wait: dict[str, Any]) -> None:
    assert paths(connector({"id": "w", "kind": "wait", **wait})) == ["config.steps[0]"]


@pytest.mark.parametrize(
    ("when", "path"),
    [
        ({}, "when"),
        ({"left": 1}, "when"),
        ({"left": 1, "op": "equals", "right": 1, "all": []}, "when"),
        ({"all": []}, "when.all"),
        ({"any": []}, "when.any"),
        ({"all": [{"any": [{}]}]}, "when.all[0].any[0]"),
        ({"left": 1, "op": "greater_than"}, "when.right"),
        ({"op": "is_empty"}, "when.left"),
        ({"op": "equals", "right": "{{ contact.email }}"}, "when.left"),
        ({"left": 1, "op": "in", "right": "a"}, "when.right"),
        ({"left": 1, "op": "matches", "right": "(?=a)"}, "when.right"),
        ({"left": 1, "op": "is"}, "when.op"),
        ({"left": "{{ nope }}", "op": "is_empty"}, "when.left"),
    ],
)
def test_a_condition_is_one_whole_question(when: dict[str, Any], path: str) -> None:
    assert path in [
        found.removeprefix("config.steps[0].") for found in paths(connector(http(when=when)))
    ]


def test_a_step_reads_pages_or_asks_again() -> None:
    poll = {"until": YES, "every_ms": 1000, "max_wait_ms": 9000}
    paginate = {"kind": "link_header", "items": "$"}
    assert paths(connector(http(poll=poll))) == paths(connector(http(paginate=paginate))) == []
    both = connector(http(poll=poll, paginate=paginate))
    assert paths(both) == ["config.steps[0].poll"]


@pytest.mark.parametrize(
    ("paginate", "path"),
    [
        ({"kind": "cursor", "items": "$.r"}, "next"),
        ({"kind": "cursor", "items": "$.r", "next": "$.n"}, "param"),
        ({"kind": "page", "items": "$.r"}, "param"),
        ({"kind": "offset", "items": "$.r"}, "param"),
        ({"kind": "next_url", "items": "$.r"}, "next"),
        ({"kind": "link_header"}, "items"),
        ({"kind": "link_header", "items": "r"}, "items"),
        ({"kind": "page", "param": "p", "items": "$.r", "param_in": "body"}, "param_in"),
        ({"kind": "scroll", "items": "$.r"}, "kind"),
    ],
)
def test_paging_needs_what_its_kind_needs(paginate: dict[str, Any], path: str) -> None:
    found = paths(connector(http(paginate=paginate)))
    assert f"config.steps[0].paginate.{path}" in found


# Addresses and headers


@pytest.mark.parametrize(
    "url", ["api.example.com", "ftp://x/", "https://", "https://a b/", "//x", "", "https://u:p@x/"]
)
def test_an_address_is_an_address(url: str) -> None:
    assert paths(connector(http(request={"url": url}))) == ["config.steps[0].request.url"]


@pytest.mark.parametrize(
    "url",
    [
        *("https://x.test:99999/", "https://x.test:0/", "https://x.test:/", "https://x.test:a/"),
        *("https://[::1/", "https://1::2/", "https://a..b/", "https://-a.test/", "https://a%00.b/"),
        *(f"https://{'a' * 64}.test/", f"https://{'a.' * 130}test/", "https://./", "https://[x]/"),
        *("https://x.test/a b", "https://x.test/\r\nX: y", "https://x.test/a\\b"),
    ],
)
def test_a_broken_address_is_told_before_it_is_called(url: str) -> None:
    assert paths(connector(http(request={"url": url}))) == ["config.steps[0].request.url"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://x.test:8443/",
            "https://[::1]:80/x",
            "https://bücher.example/",
            "https://X.test./",
        ),
        *(
            "https://x.test/a%20b?q={{ contact.email | lower }}",
            "https://a_b.test/ü",
            "{{ input.u }}",
        ),
    ],
)
def test_these_are_addresses(url: str) -> None:
    assert paths(connector(http(request={"url": url}))) == []


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://{{ credential.settings.sub }}.example.com/x", True),
        ("{{ credential.settings.base }}/x", True),
        ("{{ steps.first.body.url }}", True),
        ("https://{{ contact.company }}.example.com/x", False),
        ("{{ input.url }}", False),
        ("https://{{ steps.first.body.host }}:{{ input.port }}/x", False),
        ("https://api.example.com/{{ contact.company }}", True),
    ],
)
def test_with_a_credential_nobody_else_chooses_the_host(url: str, fine: bool) -> None:
    found = paths(connector(http("first"), http("second", request={"url": url}, credential="c")))
    assert found == ([] if fine else ["config.steps[1].request.url"])


def test_without_a_credential_the_host_may_come_from_anywhere() -> None:
    assert paths(connector(http(request={"url": "https://{{ input.host }}/x"}))) == []


@pytest.mark.parametrize(
    "name",
    [
        *("Host", "content-length", "Transfer-Encoding", "a b", "", "ä", "Proxy-Authorization"),
        *("Sec-Fetch-Site", "Expect", "X-Forwarded-For", "Accept-Encoding"),
    ],
)
def test_some_headers_are_not_for_steps_to_set(name: str) -> None:
    (path,) = paths(connector(http(request={"headers": {name: "x"}})))
    assert path.startswith("config.steps[0].request.headers")


@pytest.mark.parametrize("value", ["a\r\nX: 1", "a\nb", ["a"], {"a": 1}])
def test_a_header_is_one_line(value: Any) -> None:
    found = paths(connector(http(request={"headers": {"X-A": value}})))
    assert found == ["config.steps[0].request.headers.X-A"]
