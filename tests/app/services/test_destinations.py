"""An address inside our own network is refused when it is saved, unless the operator named it."""

from typing import Any

import pytest

from app.services.destinations import closed_to
from engine.effects.policy import Policy
from engine.model.definition import load
from tests.engine.model.connectors import connector, http

POLICY = Policy.from_settings("127.0.0.1:4711, 10.0.0.0/8:443, localhost:4712")


def refused(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    found = closed_to(load(connector(*steps)), POLICY)
    return [(one.path, one.message) for one in found]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://localhost/admin",
        "https://LOCALHOST./x",
        "https://console.localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://192.168.1.1/{{ contact.email }}",
        "https://10.0.0.1:8443/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://0.0.0.0/",
    ],
)
def test_a_forbidden_address_is_told_in_one_sentence_at_its_place(url: str) -> None:
    found = refused(http(request={"url": url}))
    assert found == [("config.steps[0].request.url", "This address is not allowed.")]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4711/x",
        "http://localhost:4712/x",
        "https://10.1.2.3/x",
        "https://api.example.com/x",
        "https://api.example.com:9443/x",
        "https://printer.local/x",
        "https://{{ input.host }}/x",
        "https://93.184.216.34/x",
    ],
)
def test_what_may_be_open_is_left_to_the_one_way_out(url: str) -> None:
    assert refused(http(request={"url": url})) == []


def test_every_step_that_asks_there_is_told_wherever_it_stands() -> None:
    until = {"left": "{{ response.status }}", "op": "equals", "right": 200}
    asks_again = http("b", poll={"until": until, "request": {"url": "https://127.0.0.1/"}})
    inside = http("d", request={"url": "https://10.0.0.1:80/"})
    loop = {"id": "c", "kind": "for_each", "items": "{{ input.all }}", "steps": [inside]}
    assert [path for path, _ in refused(asks_again, loop)] == [
        "config.steps[0].poll.request.url",
        "config.steps[1].steps[0].request.url",
    ]
