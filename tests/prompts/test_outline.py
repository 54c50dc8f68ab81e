"""The parts of prompt files."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.prompts.formats import FORMATS, format_of
from fourfold.prompts.outline import MOST_PARTS, outline

LINES = st.sampled_from(
    ["---", "a: 1", "# A", "### B ###", "system:", "user:", "```", '{{role "model"}}', "- role: x"]
)


@pytest.mark.parametrize(
    ("place", "text", "parts"),
    [
        ("a.prompty", "Hello\n# user:\n# A\n", [("user", 1, 3), ("A", 2, 3)]),
        ("a.md", "user:\n# A ##\n", [("A", 1, 2)]),
        ("a.md", "---\na: 1\n---\nuser:\n", [("front matter", 0, 2), ("user", 3, 4)]),
        ("a.prompt", 'x\n{{role "model"}}y {{~role "user"}}\n', [("model", 1, 2)]),
        (
            "a.prompt.yml",
            "# no heading\nmessages:\n  - role: System\n    content: a\n  - content: b\n"
            "    role: 'user'\n",
            [("system", 2, 4), ("user", 5, 6)],
        ),
        ("SKILL.md", "---\nname: x\n---\n# A\n## B\n# C\n",
         [("front matter", 0, 2), ("A", 3, 4), ("B", 4, 4), ("C", 5, 6)]),
        ("a.txt", "", []),
    ],
)  # fmt: skip
def test_what_each_format_has(place: str, text: str, parts: list[tuple[str, int, int]]) -> None:
    format_ = format_of(place)
    assert format_ is not None
    assert [(part.name, part.start, part.end) for part in outline(text, format_)] == parts


@given(st.lists(LINES, max_size=12).map("\n".join), st.sampled_from(FORMATS))
def test_parts_lie_in_each_other_or_apart(text, format_) -> None:
    parts = outline(text, format_)
    for part in parts:
        assert 0 <= part.start <= part.end <= text.count("\n")
    for one, other in pairwise(parts):
        inside = other.depth > one.depth and one.kind != "header"
        assert other.end <= one.end if inside else other.start > one.end


def test_a_huge_text_takes_no_time() -> None:
    format_ = format_of("a.prompty")
    assert format_ is not None
    assert len(outline("# x\n" * 200_000, format_)) == MOST_PARTS
    for line in (" " * 500_000, "#" * 500_000, "# " + "#" * 500_000, "`" * 500_000):
        assert len(outline(line, format_)) <= 1
