import pytest

from app.services.inputs import checked
from app.services.problems import BadInput

SCHEMA = {
    "type": "object",
    "properties": {"domain": {"type": "string"}, "limit": {"type": "integer", "default": 10}},
    "required": ["domain"],
}


def test_what_is_missing_takes_its_default():
    assert checked(SCHEMA, {"domain": "acme.test"}) == {"domain": "acme.test", "limit": 10}


def test_every_wrong_value_is_named():
    with pytest.raises(BadInput) as refused:
        checked(SCHEMA, {"limit": "many"})
    assert {problem.path for problem in refused.value.problems} == {"input.domain", "input.limit"}


@pytest.mark.parametrize("reference", ["#", "#/nowhere"])
def test_a_schema_that_leads_nowhere_is_said_to_be_the_trouble(reference):
    with pytest.raises(BadInput, match="input schema"):
        checked({"$ref": reference}, {})
