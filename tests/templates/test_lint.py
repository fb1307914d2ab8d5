"""A template is whole and harmless before it is shipped; the same words refuse a bad one."""

import copy
from typing import Any

import pytest

from engine.effects.auth import parse_auth
from engine.effects.credential_checks import check_credential
from engine.errors import BadDefinition
from engine.model.template import load_template
from tests.templates import shipped

LAUNCH_SET = {
    "audienceacuity.identities_by_phone", "audienceacuity.identities_by_email",
    "clearbit.combined_find", "hunter.people_find", "hunter.email_finder",
    "hunter.email_verifier", "peopledatalabs.person_enrich", "apollo.people_match",
    "fullcontact.person_enrich", "dropcontact.batch_enrich", "gravatar.profile", "github.user",
    "zerobounce.validate", "kickbox.verify", "abstract.email_validation",
    "millionverifier.verify", "numverify.validate", "twilio.lookup_v2",
    "hubspot.contact_batch_upsert", "hubspot.contacts_list", "salesforce.contact_upsert",
    "pipedrive.person_sync", "activecampaign.contact_sync", "brevo.contact_upsert",
    "zendesk.user_create_or_update", "sendgrid.contacts_upsert", "airtable.records_upsert",
    "google_sheets.values_append", "slack.chat_post_message", "census.geocode_oneline",
    "nominatim.search", "openai.contact_classify", "waterfall.work_email",
}  # fmt: skip


def problems(raw: dict[str, Any]) -> str:
    with pytest.raises(BadDefinition) as refused:
        load_template(raw)
    return "\n".join(f"{one.path}: {one.message}" for one in refused.value.problems)


def changed(name: str = "hunter.people_find") -> tuple[dict[str, Any], dict[str, Any]]:
    """A copy to break, and its first step."""
    whole = copy.deepcopy(shipped.template(name))
    return whole, whole["config"]["steps"][0]


def test_the_launch_set_is_complete() -> None:
    assert set(shipped.NAMES) >= LAUNCH_SET


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_template_is_whole_and_harmless(name: str) -> None:
    template = load_template(shipped.template(name))
    assert len(template.description) > 30
    assert template.tags
    assert template.icon


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_slot_makes_a_credential_that_can_be_saved(name: str) -> None:
    for slot in shipped.template(name)["slots"]:
        secret = {one["name"] for one in slot["fields"] if one["secret"]}
        plain = {one["name"]: "example" for one in slot["fields"] if not one["secret"]}
        assert (
            check_credential(parse_auth(slot["auth"]), secret, plain, slot["allowed_hosts"]) == []
        )
        assert all(one["help"] and one["docs_url"] for one in slot["fields"])


def test_no_two_templates_have_one_name() -> None:
    names = [shipped.template(name)["name"] for name in shipped.NAMES]
    assert len(set(names)) == len(names)


def test_templates_of_one_service_share_its_slot() -> None:
    """So that a key is entered once for all of them."""
    slots: dict[str, Any] = {}
    for name in shipped.NAMES:
        for slot in shipped.template(name)["slots"]:
            assert slots.setdefault(slot["service_name"], slot) == slot


def test_a_key_written_into_a_step_is_refused() -> None:
    whole, step = changed()
    step["request"]["query"]["api_key"] = "1234567890"
    assert "request.query.api_key: A key is put in by the credential" in problems(whole)


def test_something_shaped_like_a_key_is_refused_anywhere() -> None:
    whole, _ = changed()
    whole["description"] += " Use ghp_0123456789abcdefghij0123456789."
    assert "description: This looks like a key" in problems(whole)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://api.hunter.io/v2", "https only"),
        ("https://api.hunter.example/v2", "not among the slot's allowed hosts"),
        ("https://{{ contact.website }}/v2", "Only {{ credential.settings"),
        ("https://{{ credential.settings.site }}.hunter.io/v2", "no plain field"),
    ],
)
def test_a_step_goes_nowhere_but_to_its_service(url: str, said: str) -> None:
    whole, step = changed()
    step["request"]["url"] = url
    assert said in problems(whole)


def test_a_path_must_find_something_in_the_example_answer() -> None:
    whole, step = changed()
    step["extract"]["first_name"] = "$.data.name.given_name"
    assert "finds nothing in the example answer" in problems(whole)


def test_an_unknown_contact_field_is_refused() -> None:
    whole, _ = changed()
    whole["field_mappings"][0]["field"] = "firstname"
    assert "firstname" in problems(whole)


def test_a_step_without_its_slot_is_refused() -> None:
    whole, step = changed()
    step["credential"] = "hunted"
    assert "No slot is called “hunted”" in problems(whole)


def test_an_unknown_member_is_refused_by_name() -> None:
    whole, _ = changed()
    assert "featured" in problems({**whole, "featured": True})


def test_the_rules_of_a_slots_test_must_make_sense() -> None:
    whole, _ = changed("slack.chat_post_message")
    whole["slots"][0]["test"]["rules"][0]["when"]["not"]["left"] = "{{ answer.ok }}"
    assert "slots[0].test.rules[0].when" in problems(whole)


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    whole, _ = changed()
    whole["slots"][0]["fields"][0]["pattern"] = "(?<=x)"
    assert "slots[0].fields[0].pattern: This pattern cannot be used" in problems(whole)


def test_an_address_that_comes_with_the_token_is_an_address() -> None:
    whole, step = changed("salesforce.contact_upsert")
    step["request"]["url"] = "{{ credential.settings.instance_url }}/services/data"
    assert "https only" in problems(whole)
    whole["slots"][0]["auth"]["settings_from_token"] = {"instance_url": "$.instance_url"}
    load_template(whole)
