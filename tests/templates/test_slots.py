"""The Test connection button of every slot: a cheap call that tells a good key from a bad one."""

import json

import pytest

from app.services.proving import definition
from tests.providers.imitation.imitation import Imitation
from tests.templates import shipped
from tests.templates.conftest import Installed


def slots() -> dict[str, str]:
    """Each service, and a template that has its slot with a test."""
    return {
        slot["service_name"]: name
        for name in shipped.NAMES
        for slot in shipped.template(name)["slots"]
        if slot["test"] and not name.startswith("waterfall.")
    }


@pytest.mark.parametrize("service", sorted(slots()))
async def test_the_test_of_a_slot_tells_a_good_key_from_a_bad_one(
    service: str, installed: Installed, providers: Imitation
) -> None:
    name = slots()[service]
    slot = next(one for one in shipped.template(name)["slots"] if one["service_name"] == service)
    ends = []
    for wrong in (False, True):
        held = shipped.credentials(name, providers, wrong=wrong)
        installed.player.marks.clear()
        ends.append(
            await installed.player.play(definition(service, slot["test"]), credentials=held)
        )
        for secret in shipped.secrets_of(held):
            assert secret not in json.dumps(ends[-1].entries, default=str)
    assert ends[0].status == "success", ends[0].error_message
    assert ends[1].status == "failed"
    assert not [one for one in providers.complaints if "connection_test" not in one]
