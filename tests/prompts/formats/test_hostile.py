from __future__ import annotations

import time

import pytest

from fourfold.prompts.formats import parse

PLACES = ["a.prompt.md", ".claude/commands/a.md", "a.agent.md", "a.prompt.yml"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "hostile",
    [
        *("${input:a:" * 90_000, "${input:" + "a" * 900_000, "@a/" * 300_000, "!`" * 400_000),
        *("$" * 900_000, "#file:" * 150_000, "{{ a" * 200_000, "{{" + " " * 900_000),
        *("---\n" + "a" * 900_000, "---\n" + "a\t" * 400_000, "---\na:\n---\n" + "@a." * 300_000),
    ],
    ids=range(11),
)
def test_a_hostile_text_is_read_in_time(place: str, hostile: str) -> None:
    began = time.monotonic()
    assert len(parse(hostile, place).problems) <= 100
    assert time.monotonic() - began < 5
