"""Where nothing hostile is at work, a prompt renders as the Prompty library renders it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = """---
name: x
inputs:
  - {name: a, kind: string, default: Jane}
  - {name: items, kind: array, items: {kind: string}, default: [x, y]}
---
"""


@pytest.mark.parametrize(
    "body",
    [
        "Just text",
        "before\nuser:\nhi {{ a }}",
        "system:\nS\n\nuser:\n\n{{ a }}\n\n\nassistant:\nok\n",
        '# System:\nS\nuser[name="Bo"]:\nhi',
        "system:\n{% for i in items %}\n- {{ i }}\n{% endfor %}\nuser:\n{{ missing or '' }}!",
        "system:\nS\n{% for i in items %}\nuser:\n{{ i }}\n{% endfor %}\n",
        "system:\n{% if a %}\n  yes\n{% endif %}\nuser:\nx",
    ],
)
def test_the_messages_are_those_of_the_library(
    tmp_path: Path, body: str, messages: Callable[..., list[tuple[str, str]]]
) -> None:
    import prompty

    path = tmp_path / "x.prompty"
    path.write_text(HEADER + body, "utf-8")
    expected = [(message.role, message.text) for message in prompty.prepare(prompty.load(path), {})]
    assert messages(HEADER + body) == expected
