"""Where a value goes decides how it is written."""

from typing import Any

import pytest

from engine.errors import ExpressionError
from engine.model.slots import compile_headers, compile_json, compile_pairs, compile_text
from engine.model.urls import compile_url

SCOPE: dict[str, Any] = {
    "email": "ada+x@example.com",
    "nothing": None,
    "blank": "  ",
    "empty": "",
    "none_of_it": [],
    "no_members": {},
    "zero": 0,
    "no": False,
    "list": ["a", None, 2],
    "person": {"name": "Ada", "age": None},
    "quote": '"},{"admin":true,"x":"',
    "line": "a\r\nX-Admin: 1",
    "path": "../admin?x=1#y",
    "base": "https://eu.api.test/v2",
    "sub": "acme",
}


# JSON


def test_a_value_is_placed_into_json_and_never_glued_in() -> None:
    template = {"a": "{{ quote }}", "b": ["{{ zero }}", "{{ person }}"], "c": "{{ no }}", "d": 1}
    assert compile_json(template)(SCOPE) == {
        "a": SCOPE["quote"],
        "b": [0, {"name": "Ada", "age": None}],
        "c": False,
        "d": 1,
    }


def test_text_in_json_that_came_from_data_is_not_read_again() -> None:
    filled = compile_json({"a": "{{ evil }}"})({"evil": "{{ email }}"})
    assert filled == {"a": "{{ email }}"}


@pytest.mark.parametrize(
    "name", ["nothing", "blank", "empty", "none_of_it", "no_members", "missing"]
)
def test_a_member_whose_expression_came_out_empty_is_left_out(name: str) -> None:
    template = {"gone": f"{{{{ {name} }}}}", "stays": "{{ email }}"}
    assert compile_json(template, omit_empty=True)(SCOPE) == {"stays": SCOPE["email"]}


@pytest.mark.parametrize(("name", "value"), [("zero", 0), ("no", False)])
def test_zero_and_false_are_values(name: str, value: Any) -> None:
    filled = compile_json({"stays": f"{{{{ {name} }}}}"}, omit_empty=True)(SCOPE)
    assert filled == {"stays": value}


def test_an_object_that_lost_all_its_members_goes_too() -> None:
    template = {
        "user": {"name": {"first": "{{ nothing }}", "last": "{{ missing }}"}},
        "kept": {"first": "{{ nothing }}", "kind": "person"},
    }
    assert compile_json(template, omit_empty=True)(SCOPE) == {"kept": {"kind": "person"}}


def test_what_was_written_empty_stays_since_it_held_no_expression() -> None:
    template = {"a": "", "b": None, "c": {}, "d": [], "e": " "}
    assert compile_json(template, omit_empty=True)(SCOPE) == template


def test_mixed_text_is_empty_when_all_its_expressions_were() -> None:
    template = {
        "gone": "Hello {{ nothing }} {{ missing }}!",
        "stays": "{{ nothing }} at {{ email }}",
    }
    filled = compile_json(template, omit_empty=True)(SCOPE)
    assert filled == {"stays": " at ada+x@example.com"}


def test_a_list_keeps_the_places_of_its_elements_unless_all_came_out_empty() -> None:
    template = {
        "row": ["{{ email }}", "{{ nothing }}", "x"],
        "gone": ["{{ nothing }}"],
        "emails": [{"value": "{{ nothing }}"}],
        "phones": [{"value": "{{ nothing }}"}, {"value": "{{ email }}"}],
    }
    assert compile_json(template, omit_empty=True)(SCOPE) == {
        "row": ["ada+x@example.com", None, "x"],
        "phones": [{"value": "ada+x@example.com"}],
    }


def test_empty_members_of_a_value_are_the_services_own_and_stay() -> None:
    filled = compile_json({"person": "{{ person }}"}, omit_empty=True)(SCOPE)
    assert filled == {"person": {"name": "Ada", "age": None}}


def test_the_outermost_object_stays_though_it_is_empty() -> None:
    assert compile_json({"a": "{{ nothing }}"}, omit_empty=True)(SCOPE) == {}
    assert compile_json([{"a": "{{ nothing }}"}], omit_empty=True)(SCOPE) == []
    assert compile_json("{{ nothing }}", omit_empty=True)(SCOPE) is None


def test_without_omit_empty_null_is_null_and_missing_is_an_error() -> None:
    assert compile_json({"a": "{{ nothing }}"})(SCOPE) == {"a": None}
    with pytest.raises(ExpressionError):
        compile_json({"a": "{{ missing }}"})(SCOPE)


def test_where_missing_means_null_json_has_null() -> None:
    assert compile_json({"a": "{{ x.y }}", "b": "-{{ x }}"}, lenient=True)({}) == {
        "a": None,
        "b": "-",
    }


def test_the_name_of_a_member_may_be_chosen_by_a_value() -> None:
    assert compile_json({"{{ sub }}_id": 1})(SCOPE) == {"acme_id": 1}
    with pytest.raises(ExpressionError):
        compile_json({"{{ nothing }}": 1})(SCOPE)


# Query and form


def test_query_members_are_text_and_a_list_repeats_its_name() -> None:
    template = {"a": "{{ zero }}", "b": "{{ list }}", "c": True, "d": ["x", "{{ email }}"], "e": 5}
    assert compile_pairs(template, omit_empty=True)(SCOPE) == (
        ("a", "0"),
        ("b", "a"),
        ("b", "2"),
        ("c", "true"),
        ("d", "x"),
        ("d", "ada+x@example.com"),
        ("e", "5"),
    )


def test_empty_query_members_are_left_out_only_where_asked() -> None:
    template = {"a": "{{ nothing }}", "b": "", "c": "{{ blank }}"}
    assert compile_pairs(template, omit_empty=True)(SCOPE) == (("b", ""),)
    assert compile_pairs(template, omit_empty=False)(SCOPE) == (("a", ""), ("b", ""), ("c", "  "))
    with pytest.raises(ExpressionError):
        compile_pairs({"a": "{{ missing }}"}, omit_empty=False)(SCOPE)


# Headers


def test_a_header_is_text_without_line_ends() -> None:
    headers = compile_headers(
        {"X-Email": "<{{ email }}>", "X-Version": 2, "X-None": "{{ nothing }}"}
    )
    assert headers(SCOPE) == (
        ("X-Email", "<ada+x@example.com>"),
        ("X-Version", "2"),
        ("X-None", ""),
    )
    with pytest.raises(ExpressionError) as caught:
        compile_headers({"X-Line": "{{ line }}"})(SCOPE)
    assert "X-Line" in caught.value.message


def test_text_is_text_whatever_the_value_was() -> None:
    assert compile_text("{{ zero }}")(SCOPE) == "0"
    assert compile_text("{{ nothing }}")(SCOPE) == ""


# Addresses


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.test/people/{{ email }}", "https://api.test/people/ada%2Bx%40example.com"),
        ("https://api.test/{{ path }}/x", "https://api.test/..%2Fadmin%3Fx%3D1%23y/x"),
        ("https://api.test/a-{{ zero }}.json", "https://api.test/a-0.json"),
        ("https://api.test/?q={{ path }}&x=1", "https://api.test/?q=..%2Fadmin%3Fx%3D1%23y&x=1"),
        ("https://api.test?q={{ email }}", "https://api.test?q=ada%2Bx%40example.com"),
        ("https://api.test/x?q={{ nothing }}", "https://api.test/x?q="),
        ("https://api.test/x?q=a/{{ email }}/", "https://api.test/x?q=a/ada%2Bx%40example.com/"),
        ("https://api.test/x#{{ email }}", "https://api.test/x#ada%2Bx%40example.com"),
        ("https://{{ sub }}.api.test:8443/x/", "https://acme.api.test:8443/x/"),
        ("{{ base }}/people/{{ zero }}", "https://eu.api.test/v2/people/0"),
        ("{{ base }}", "https://eu.api.test/v2"),
        ("https://api.test/{{ email | urlencode }}", "https://api.test/ada%2Bx%40example.com"),
        ("https://api.test//a/", "https://api.test//a/"),
        ("https://api.test/{{ no }}{{ nothing }}/x", "https://api.test/false/x"),
        (
            "http://127.0.0.1:9/{{ quote }}",
            "http://127.0.0.1:9/%22%7D%2C%7B%22admin%22%3Atrue%2C%22x%22%3A%22",
        ),
    ],
)
def test_a_value_in_an_address_is_percent_encoded(text: str, url: str) -> None:
    assert compile_url(text)(SCOPE) == url


@pytest.mark.parametrize(
    "text",
    [
        "https://api.test/people/{{ nothing }}",
        "https://api.test/{{ nothing }}/x",
        "https://api.test/people/{{ empty }}?x=1",
        "https://api.test/{{ nothing }}{{ empty }}",
        "https://api.test/{{ missing }}",
        "https://api.test/{{ dots }}/x",
    ],
)
def test_a_whole_path_segment_never_comes_out_empty(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_url(text)({**SCOPE, "dots": ".."})


@pytest.mark.parametrize(
    "host", ["evil.test/", "a@evil.test", "evil.test#", "a b", "a:80", "a\\b", "", "..", None, "é"]
)
def test_a_value_in_the_host_is_a_part_of_a_host_and_nothing_else(host: Any) -> None:
    with pytest.raises(ExpressionError):
        compile_url("https://{{ host }}.api.test/x")({"host": host})


def test_a_value_that_ends_the_host_may_bring_a_port() -> None:
    made = compile_url("https://{{ sub }}.{{ host }}/x")({**SCOPE, "host": "api.test:8443"})
    assert made == "https://acme.api.test:8443/x"


@pytest.mark.parametrize("host", ["acme.api.test/crm/sales", "acme.api.test:8443/crm"])
def test_a_setting_of_the_credential_may_be_a_host_and_its_path(host: str) -> None:
    made = compile_url("https://{{ credential.settings.host }}/x")
    assert made({"credential": {"settings": {"host": host}}}) == f"https://{host}/x"


@pytest.mark.parametrize(
    "host", ["a.test/x?y=", "a.test/x#", "b@a.test/x", "a.test/x y", "a.test\\x", "/x", "a.test//"]
)
def test_a_host_in_a_setting_brings_no_more_than_a_path(host: str) -> None:
    with pytest.raises(ExpressionError):
        compile_url("https://{{ credential.settings.host }}/x")(
            {"credential": {"settings": {"host": host}}}
        )


@pytest.mark.parametrize("host", ["a:", ":80", "a:80:81", "a:b@evil.test", "a:123456", "a:80/x"])
def test_a_port_from_a_value_is_a_number_and_nothing_else(host: str) -> None:
    with pytest.raises(ExpressionError):
        compile_url("https://{{ host }}/x")({"host": host})


@pytest.mark.parametrize("path", ["/jobs/7", "/jobs/7?view=full&n=a%20b", "/"])
def test_a_path_that_a_service_gave_may_follow_the_host(path: str) -> None:
    assert compile_url("https://api.test{{ path }}")({"path": path}) == f"https://api.test{path}"


@pytest.mark.parametrize(
    "path", ["jobs", "@evil.test/x", ".evil.test/x", "/a\\b", "/a#b", "/a\r\nb", "", None]
)
def test_what_follows_the_host_never_changes_it(path: Any) -> None:
    with pytest.raises(ExpressionError):
        compile_url("https://api.test:8443{{ path }}")({"path": path})


@pytest.mark.parametrize("text", ["https://{{ path }}", "https://{{ path }}.api.test"])
def test_a_path_is_no_host(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_url(text)({"path": "/jobs/7"})


@pytest.mark.parametrize("base", ["ftp://x", "javascript:1", "//x", "/x", "", None, 5, "https://"])
def test_a_whole_address_from_a_value_is_an_address(base: Any) -> None:
    with pytest.raises(ExpressionError):
        compile_url("{{ base }}/x")({"base": base})


@pytest.mark.parametrize("text", ["api.test/x", "ftp://x", "https://", "/x", "", "https:///x"])
def test_what_does_not_begin_like_an_address_is_refused_before_it_is_used(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_url(text)
