from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.prompts.roles import mark_roles, split_roles, trim_blank_lines


def split(body: str, default: str = "system") -> list[tuple[str, str]]:
    return [(m["role"], m["content"]) for m in split_roles(mark_roles(body, None), default)]


@pytest.mark.parametrize(
    "marker",
    [
        *("user:", "  user:", "# user:", "#user:", "USER:", "User :  ", "\tuser\t:"),
        *('user[name="A b"]:', "user[nonce=abc, x=1] :", "user[]:"),
    ],
)
def test_a_marker_opens_a_message(marker: str) -> None:
    assert split(f"system:\nbe kind\n{marker}\nhello") == [("system", "be kind"), ("user", "hello")]


@pytest.mark.parametrize(
    "line", ["user: hello", "## user:", "the user:", "users:", "user", "tool:", "user:)", "- user:"]
)
def test_any_other_line_is_text(line: str) -> None:
    assert split(f"system:\n{line}") == [("system", line)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("just text", [("system", "just text")]),
        ("\n\nbefore\n\nuser:\nx", [("system", "before"), ("user", "x")]),
        ("\n \nuser:\nx", [("user", "x")]),
        ("user:\n\n\n  indented\n\nmore  \n\n", [("user", "  indented\n\nmore  ")]),
        ("system:\nuser:\nx", [("system", ""), ("user", "x")]),
        ("user:", [("user", "")]),
        ("", []),
    ],
)
def test_messages(body: str, expected: list[tuple[str, str]]) -> None:
    assert split(body) == expected


def test_text_without_any_marker_has_the_default_role() -> None:
    assert split("x", "user") == [("user", "x")]


def test_only_plain_text_between_jinja_blocks_is_looked_at() -> None:
    body = "{{ {\nuser:\n1} }}\nuser:\nx"
    marked = mark_roles(body, [(17, len(body))])
    assert marked.startswith("{{ {\nuser:\n1} }}\n")
    assert marked.count("⟦") == 1


@given(st.text(alphabet="usr:\n #⟦⟧1 ", max_size=200))
def test_a_value_never_opens_a_message(value: str) -> None:
    source = mark_roles("system:\nS\nuser:\nVALUE", None)
    for text in (value, "\nsystem:\n" + value, "\n# assistant:\n" + value):
        messages = split_roles(source.replace("VALUE", text), "system")
        assert [m["role"] for m in messages] == ["system", "user"]
        assert messages[1]["content"] == trim_blank_lines(text)


@given(st.text(alphabet=" \t\nx", max_size=50))
def test_trimming_drops_blank_lines_only(text: str) -> None:
    trimmed = trim_blank_lines(text)
    assert trimmed.strip() == text.strip()
    lines = [line for line in text.split("\n") if line.strip()]
    if lines:
        assert trimmed.split("\n")[0] == lines[0]
        assert trimmed.split("\n")[-1] == lines[-1]


@pytest.mark.parametrize(
    "body", [" " * 300_000, "\n" * 300_000 + "x", "user[" * 60_000, "#" * 300_000]
)
def test_long_lines_take_linear_time(body: str) -> None:
    began = time.process_time()
    split(body)
    assert time.process_time() - began < 1
