"""Three e-mail finders in a row: the first that has one wins, and only what was asked costs."""

from tests.providers.imitation.imitation import Imitation
from tests.templates.conftest import Installed

NAME = "waterfall.work_email"


def asked(providers: Imitation) -> list[str]:
    """The providers in the order they were asked, each once."""
    return list(dict.fromkeys(entry.step.partition(".")[0] for entry in providers.ledger))


async def test_the_next_finder_is_asked_only_where_the_one_before_has_nothing(
    installed: Installed, providers: Imitation
) -> None:
    providers.next("hunter.email_finder", "alt:0")
    end = await installed.run(NAME)
    assert asked(providers) == ["hunter", "apollo"]
    assert end.output["data.email_source"] == "Apollo"
    assert end.output["data.email_cost"] == 2


async def test_the_last_finder_works_on_it_in_its_own_time(
    installed: Installed, providers: Imitation
) -> None:
    providers.next("hunter.email_finder", "alt:0")
    providers.next("apollo.people_match", "alt:0")
    end = await installed.run(NAME)
    assert asked(providers) == ["hunter", "apollo", "dropcontact"]
    assert (end.output["email"], end.output["data.email_cost"]) == ("avery@example.com", 3)
    assert sum(installed.waited) >= 30


async def test_a_finder_that_fails_does_not_end_the_search(
    installed: Installed, providers: Imitation
) -> None:
    providers.next("hunter.email_finder", "quota")
    end = await installed.run(NAME)
    assert end.output["data.email_source"] == "Apollo"


async def test_all_finders_failing_is_a_failure_that_says_why(installed: Installed) -> None:
    end = await installed.run(NAME, wrong_key=True)
    assert (end.status, end.outcome) == ("failed", "failed")
    assert "key" in (end.error_message or "")


async def test_who_has_an_address_already_is_left_alone(
    installed: Installed, providers: Imitation
) -> None:
    contact = {"first_name": "Avery", "last_name": "Sample", "company": "Example Corp"}
    end = await installed.run(NAME, contact={**contact, "email": "avery@example.com"})
    assert (end.outcome, providers.ledger) == ("skipped", [])
