from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.source.problem import LineIndex, Position


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (0, 0)),
        ("ab\ncd", 2, (0, 2)),
        ("ab\ncd", 3, (1, 0)),
        ("ab\r\ncd", 4, (1, 0)),
        ("ab\rcd", 3, (1, 0)),
        ("😀x\n", 1, (0, 1)),
        ("a\u2028b\x0bc\x85d", 6, (0, 6)),
        ("ab", 99, (0, 2)),
        ("ab", -1, (0, 0)),
        ("ab\n", 3, (1, 0)),
    ],
)
def test_a_position_counts_lines_and_code_points(
    text: str, offset: int, expected: tuple[int, int]
) -> None:
    assert LineIndex(text).position(offset) == Position(*expected)


@given(st.text(alphabet="ab\n\r😀\u2028\x0c"), st.data())
def test_a_position_leads_back_to_its_offset(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    position = LineIndex(text).position(offset)
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    if text[offset - 1 : offset + 1] != "\r\n":
        assert position.line == before.count("\n")
        assert position.character == len(before) - before.rfind("\n") - 1
