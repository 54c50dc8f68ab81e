"""Line and word differences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.reports.word_diff import DiffLine, Segment, diff_lines
from fourfold.text.differences import blocks, changed_lines, split_lines

texts = st.lists(
    st.text(alphabet=st.sampled_from("ab .,\n\u2028é🎉-"), max_size=12), max_size=12
).map("\n".join)


def marked(lines: list[DiffLine]) -> list[str]:
    """Each line as its kind's sign and its text, the changed segments in brackets."""

    def side(segments: tuple[Segment, ...] | None) -> str:
        return "".join(f"[{s.text}]" if s.changed else s.text for s in segments or ()).rstrip("\n")

    shown = {
        "same": lambda line: f"  {side(line.old)}",
        "removed": lambda line: f"- {side(line.old)}",
        "added": lambda line: f"+ {side(line.new)}",
        "changed": lambda line: f"~ {side(line.old)} → {side(line.new)}",
    }
    return [shown[line.kind](line) for line in lines]


@given(texts, texts)
def test_a_diff_holds_both_texts(old: str, new: str) -> None:
    lines = diff_lines(old, new)
    assert "".join(s.text for line in lines for s in line.old or ()) == old
    assert "".join(s.text for line in lines for s in line.new or ()) == new


@given(texts, texts)
def test_what_is_not_marked_is_in_both_texts(old: str, new: str) -> None:
    for line in diff_lines(old, new):
        if line.kind in ("same", "changed"):
            left = "".join(s.text for s in line.old or () if not s.changed)
            assert left == "".join(s.text for s in line.new or () if not s.changed)
        if line.kind == "changed":
            assert any(s.changed for s in (*(line.old or ()), *(line.new or ())))


@given(texts)
def test_equal_texts_have_no_difference(text: str) -> None:
    assert all(line.kind == "same" for line in diff_lines(text, text))
    assert changed_lines(text, text) == []


@given(texts, texts)
def test_line_counts_add_up(old: str, new: str) -> None:
    removed, added = counts(old, new)
    assert len(split_lines(old)) - removed + added == len(split_lines(new))
    assert counts(new, old) == (added, removed)


def counts(old: str, new: str) -> tuple[int, ...]:
    """How many lines are gone, and how many have come."""
    places = changed_lines(old, new)
    return sum(len(gone) for gone, _ in places), sum(len(come) for _, come in places)


@given(texts, texts)
def test_blocks_cover_both_sides_in_turn(old: str, new: str) -> None:
    found = blocks(old, new)
    assert all(a.equal != b.equal for a, b in pairwise(found))
    assert all((a.old_end, a.new_end) == (b.old_start, b.new_start) for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("", "", []),
        ("", "a\nb\n", [([], ["a", "b"])]),
        ("a\nb\n", "", [(["a", "b"], [])]),
        ("a\nb\nc\n", "a\nx\nc\n", [(["b"], ["x"])]),
        ("a", "a\n", [(["a\n"], ["a"])]),
        ("a\na\n", "a\na\na\n", [([], ["a"])]),
        ("x\nb\ny\n", "b\n", [(["x"], []), (["y"], [])]),
    ],
)
def test_places_where_lines_changed(
    old: str, new: str, places: list[tuple[list[str], list[str]]]
) -> None:
    assert changed_lines(old, new) == places


def test_changed_words_are_marked() -> None:
    assert marked(
        diff_lines(
            "# Task\nUse at most three sentences.\nBe kind.\n",
            "# Task\nUse exactly five sentences.\nBe kind.\n",
        )
    ) == [
        "  # Task",
        "~ Use [at most three] sentences. → Use [exactly five] sentences.",
        "  Be kind.",
    ]


def test_a_changed_line_is_found_among_added_and_removed_ones() -> None:
    assert marked(
        diff_lines(
            "gone entirely\nThe quick fox jumps over the dog.\n",
            "brand new\nThe quick fox leaps over the dog.\nand more besides\n",
        )
    ) == [
        "- gone entirely",
        "+ brand new",
        "~ The quick fox [jumps] over the dog. → The quick fox [leaps] over the dog.",
        "+ and more besides",
    ]


def test_lines_with_little_in_common_are_not_one_changed_line() -> None:
    assert marked(diff_lines("the cat sat down\n", "completely different, the end\n")) == [
        "- the cat sat down",
        "+ completely different, the end",
    ]


def test_a_final_line_end_counts() -> None:
    assert marked(diff_lines("a word", "a word\n")) == ["~ a word → a word[\n]"]


def test_texts_too_long_to_compare_still_have_a_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fourfold.text.differences.CELL_LIMIT", 3)
    lines = diff_lines("same\na b\nc d\nend\n", "same\nc d\na b\nend\n")
    assert [line.kind for line in lines] == ["same", *["removed"] * 2, *["added"] * 2, "same"]


def test_megabytes_of_changes_are_not_compared_by_word() -> None:
    old, new = ("".join(f"{word} {n}\n" for n in range(60_000)) for word in ("old", "new"))
    assert {line.kind for line in diff_lines(old, new)} == {"removed", "added"}
