"""What somebody types into a template's slots, and what of it is taken."""

from typing import Any

import pytest

from app.services.problems import BadInput
from app.services.slots import filled

SLOT: dict[str, Any] = {
    "service_name": "twilio",
    "title": "Twilio",
    "auth": {"type": "basic"},
    "fields": [
        {"name": "sid", "title": "Account SID", "pattern": "^AC[0-9a-f]{4}$", "secret": False},
        {"name": "token", "title": "Auth token", "secret": True},
        {"name": "proxy", "title": "Proxy secret", "secret": True, "optional": True},
    ],
    "allowed_hosts": ["api.twilio.com"],
}


def refused(**typed: str) -> dict[str, str]:
    with pytest.raises(BadInput) as bad:
        filled([SLOT], {"twilio": typed}, set())
    return {one.path: one.message for one in bad.value.problems}


def test_what_is_typed_becomes_secrets_and_settings() -> None:
    (given,) = filled([SLOT], {"twilio": {"sid": "AC01ef", "token": "demo", "proxy": ""}}, set())
    assert (given.secrets, given.settings) == ({"token": "demo"}, {"sid": "AC01ef"})


def test_an_optional_field_may_stay_empty_and_no_other() -> None:
    assert list(refused(sid="AC01ef")) == ["credentials.twilio.token"]


def test_a_value_that_is_no_such_thing_is_refused_at_its_field() -> None:
    said = {"credentials.twilio.sid": "This does not look like the Account SID of Twilio."}
    assert refused(sid="ada@example.com", token="demo") == said


def test_a_pattern_nobody_can_read_hinders_nobody() -> None:
    fields = [{**SLOT["fields"][0], "pattern": "(?<=x)"}, *SLOT["fields"][1:]]
    typed = {"twilio": {"sid": "any", "token": "demo"}}
    assert filled([{**SLOT, "fields": fields}], typed, set())
