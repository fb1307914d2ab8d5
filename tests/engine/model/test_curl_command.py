"""A call for the terminal: it means the same there, and its secret is only a variable."""

import shlex

import pytest

from engine.model.curl import read_curl
from engine.model.curl_command import MASK, as_curl, variable, with_login

NASTY = 'it\'s "$HOME" `id` \\ ! $(id)\n& ; | {{ x }} é'


def words(command: str) -> list[str]:
    """As a shell cuts it, variables left as they are."""
    return shlex.split(command.replace("\\\n", " "))


def test_a_call_comes_back_as_it_was():
    headers = [("Content-Type", "application/json"), ("X-Api-Key", MASK), ("Host", "x.test")]
    command = as_curl("POST", "https://x.test/a?b=c", headers, '{"n": "it\'s"}', service="hunter")
    made = read_curl(command)
    assert made.step["request"] == {
        "method": "POST",
        "url": "https://x.test/a",
        "query": {"b": "c"},
        "headers": {},
        "body": {"json": {"n": "it's"}},
    }
    assert made.credential is not None
    assert made.credential["auth"] == {"type": "header", "name": "X-Api-Key", "prefix": ""}
    assert made.credential["credentials"] == {}  # the variable is no key


def test_whatever_is_sent_is_one_word_in_which_nothing_happens():
    command = as_curl("PUT", "https://x.test", [("X-A", NASTY.replace("\n", " "))], NASTY)
    assert words(command)[-1] == NASTY
    assert words(command)[-3] == f"X-A: {NASTY}".replace("\n", " ")


def test_a_mask_is_a_variable_outside_of_the_quotes():
    command = as_curl("GET", f"https://x.test/a?k={MASK}&b='c'", [], "", service="a-b.c")
    assert '"$A_B_C_KEY"\'&b=' in command
    assert MASK not in command


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ({"type": "bearer"}, "-H 'Authorization: Bearer '\"$S_KEY\""),
        ({"type": "header", "name": "X-K", "prefix": "Token "}, "-H 'X-K: Token '\"$S_KEY\""),
        ({"type": "query", "name": "k"}, "'https://x.test/a?b=1&k='\"$S_KEY\""),
        ({"type": "basic"}, '-u "$S_USER:$S_PASSWORD"'),
        ({"type": "oauth2_client_credentials"}, "-H 'Authorization: Bearer '\"$S_KEY\""),
        ({"type": "body_field", "name": "k"}, '{"n":1,"k":"\'"$S_KEY"\'"}'),
        ({"type": "secret_url"}, "\"$S_KEY\"'?b=1'"),
    ],
)
def test_each_login_stands_where_it_will_be_sent(auth, said):
    url, headers, body = with_login("https://x.test/a?b=1", [], {"n": 1}, auth)
    text = str(body).replace("'", '"').replace(": ", ":").replace(", ", ",")
    assert said in as_curl("POST", url, headers, text, service="s")


def test_the_method_is_named_only_where_it_is_not_plain():
    assert as_curl("GET", "https://x.test", [], "").startswith("curl https")
    assert as_curl("POST", "https://x.test", [], "a").startswith("curl https")
    assert as_curl("POST", "https://x.test", [], "").startswith("curl -X POST ")
    assert as_curl("HEAD", "https://x.test", [], "").startswith("curl --head ")


def test_a_variable_has_a_name_a_shell_knows():
    assert [variable(one) for one in ("hunter", "google-sheets", "2captcha", "…")] == [
        "HUNTER",
        "GOOGLE_SHEETS",
        "_2CAPTCHA",
        "SERVICE",
    ]
