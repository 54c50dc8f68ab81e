"""What differs between two answers, marked in the Markdown of one of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fourfold.reports.marked_answer import can_mark, marked_answer


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("Hello Ada.\n", "Hello Bob.\n", "Hello ~~Ada~~ **Bob**.\n"),
        ("- one\n- two\n", "- one\n- three\n", "- one\n- ~~two~~\n- **three**\n"),
        ("# Goal\n\nA\n", "# Goal\n\nA\n\nB\n", "# Goal\n\nA\n\n**B**\n"),
        ("Same.\n\nGone.\n", "Same.\n", "Same.\n\n~~Gone.~~\n"),
        ("## Old title\n", "## New title\n", "## ~~Old~~ **New** title\n"),
        ("**Yes**: go.\n", "**No**: go.\n", "\\*\\*~~Yes~~ **No**\\*\\*: go.\n"),
        ("1. a b c\n", "- a b c\n", "1. ~~a b c~~\n- **a b c**\n"),
    ],
)
def test_words_are_marked_where_they_stand(old: str, new: str, marked: str) -> None:
    assert marked_answer(old, new) == marked


def test_code_is_shown_as_a_difference_of_lines() -> None:
    made = marked_answer("See:\n\n```py\na = 1\n```\n", "See:\n\n```py\na = 2\n```\n")
    assert made.startswith("See:\n\n")
    assert "````diff\n  ```py\n- a = [-1-]\n+ a = {+2+}\n  ```\n````" in made


def test_what_acts_or_is_long_is_not_marked() -> None:
    assert can_mark("Hello.", "")
    assert not can_mark("Hello.", "![pixel](https://tracker.example/a.png)")
    assert not can_mark("x" * 60_001)


PIECES = st.lists(
    st.sampled_from(
        ["word ", "more\n", "\n", "- ", "# ", "> ", "**", "_", "~~", "`", "[a](b)", "2. ", "&amp;"]
    ),
    max_size=16,
).map("".join)


@given(PIECES, PIECES)
def test_the_words_of_both_are_there(old: str, new: str) -> None:
    made = MarkdownIt("commonmark").enable("strikethrough").render(marked_answer(old, new))
    assert made.count("word") >= max(old.count("word"), new.count("word"))
    assert marked_answer(old, old) == old if old.endswith("\n") else True
