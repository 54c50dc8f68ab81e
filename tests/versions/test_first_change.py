"""What a version changed, in a few words."""

from __future__ import annotations

import pytest

from fourfold.text.differences import changed_lines
from fourfold.versions.first_change import LENGTH, first_change

OLD = """---
model:
  id: small
  options:
    temperature: 0.2
---
user:
Say hello to Ada.
"""


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (OLD.replace("Ada", "Bob"), '+ "Bob."'),
        (OLD.replace(" to Ada", ""), '+ "hello."'),
        (OLD + "Be brief.\n", '+ "Be brief."'),
        (OLD.replace("Say hello to Ada.\n", ""), '- "Say hello to Ada."'),
        (OLD.replace("0.2", "0.7"), "temperature: 0.2 → 0.7"),
        (OLD.replace("0.2", "0.7").replace("small", "large"), "id: small → large"),
        (OLD.replace("0.2", "0.7").replace("Ada", "Bob"), '+ "Bob." · temperature: 0.2 → 0.7'),
        (OLD.replace("    temperature: 0.2\n", "    topP: 1\n"), "topP: 1, no temperature"),
        (OLD.replace("small", "m" * 80), f"id: small → {'m' * (LENGTH - 13)}…"),
        (OLD.replace("small", "m" * 80).replace("Ada", "Bob"), '+ "Bob."'),
        (
            OLD.replace("Ada", "w " * 80).replace("0.2", "1"),
            f'+ "{"w " * 15}w…" · temperature: 0.2 → 1',
        ),
        (OLD.replace("\n", "\r\n"), None),
        (OLD, None),
    ],
)
def test_a_change_is_said_in_words_with_an_option_of_the_model(new: str, said: str | None) -> None:
    change = first_change(changed_lines(OLD, new))
    assert change == said
    assert change is None or len(change) <= LENGTH
