"""Keys that a workspace lacks, and hosts that its keys may not go to, before anything runs."""

from typing import Any

import pytest

from app.services.key_checks import KnownKey, check_keys
from engine.effects.policy import Policy
from engine.model.definition import load
from engine.model.mending import AllowHost, GiveKey, mended
from tests.engine.model.connectors import connector, http

HUNTER = KnownKey(("api.hunter.io",))


def told(*steps: dict[str, Any], **known: KnownKey) -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in check_keys(load(connector(*steps)), known)]


def to(url: str, **more: Any) -> dict[str, Any]:
    return http(credential="hunter", request={"url": url}, **more)


def test_a_missing_key_is_told_once_with_what_to_do() -> None:
    steps = [to("https://api.hunter.io/a"), http("b", credential="hunter")]
    (one,) = check_keys(load(connector(*steps)), {})
    assert (one.path, one.field) == ("config.steps[0].credential", "credential")
    assert one.message == "This workspace has no key for “hunter” yet."
    assert one.mending == GiveKey("hunter")
    assert told(to("https://api.hunter.io/a"), hunter=HUNTER) == []


def test_a_host_the_key_may_not_go_to_is_told() -> None:
    step = to("https://api.example.com/people?x={{ contact.email }}")
    (one,) = check_keys(load(connector(step)), {"hunter": HUNTER})
    assert one.path == "config.steps[0].request.url"
    assert one.message == "The key “hunter” may not be sent to api.example.com."
    assert one.mending == AllowHost("hunter", "api.example.com")


@pytest.mark.parametrize(
    ("url", "key", "fine"),
    [
        ("https://API.hunter.io./x", HUNTER, True),
        ("https://api.hunter.io:8443/x", HUNTER, True),
        ("https://x.hunter.io/x", HUNTER, False),
        ("https://x.hunter.io/x", KnownKey(("*.hunter.io",)), True),
        ("https://api.hunter.io/x", KnownKey(("api.hunter.io:8443",)), False),
        ("https://anywhere.example/x", KnownKey((), "none"), True),
        ("https://{{ credential.settings.sub }}.example.com/", HUNTER, True),
        (
            "https://{{ credential.settings.sub }}.example.com/",
            KnownKey(("acme.example.com",), settings={"sub": "acme"}),
            True,
        ),
        (
            "https://{{ credential.settings.sub }}.example.com/",
            KnownKey(("other.example.com",), settings={"sub": "acme"}),
            False,
        ),
        ("{{ credential.settings.base }}/x", KnownKey((), settings={"base": "https://x.y"}), False),
    ],
)
def test_only_what_is_known_to_fail_is_told(url: str, key: KnownKey, fine: bool) -> None:
    assert (told(to(url), hunter=key) == []) is fine


def test_what_asks_again_is_looked_at_too_and_what_is_switched_off_is_not() -> None:
    until = {"left": "{{ response.status }}", "op": "equals", "right": 200}
    poll = {"until": until, "request": {"url": "https://jobs.example.com/x"}}
    found = told(to("https://api.hunter.io/a", poll=poll), hunter=HUNTER)
    assert [path for path, _ in found] == ["config.steps[0].poll.request.url"]
    assert told(to("https://api.example.com/a", disabled=True)) == []


def test_steps_inside_of_others_are_told_at_their_place() -> None:
    attempt = {"name": "one", "steps": [to("https://api.hunter.io/a")]}
    raw = {"id": "w", "kind": "waterfall", "attempts": [attempt]}
    assert told(raw)[0][0] == "config.steps[0].attempts[0].steps[0].credential"


def test_a_key_goes_over_https_unless_the_operator_named_the_place() -> None:
    policy = Policy.from_settings("127.0.0.1:4711")
    raw = connector(to("http://api.hunter.io/a?x={{ contact.email }}"))
    (one,) = check_keys(load(raw), {"hunter": HUNTER}, policy)
    assert one.message == "The key “hunter” goes to api.hunter.io over https only."
    assert one.mending is not None
    assert check_keys(load(mended(raw, one.mending)), {"hunter": HUNTER}, policy) == []
    here = KnownKey(("127.0.0.1",))
    assert (
        check_keys(load(connector(to("http://127.0.0.1:4711/x"))), {"hunter": here}, policy) == []
    )
