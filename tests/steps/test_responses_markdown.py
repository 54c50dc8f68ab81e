"""A response that is text stays as it is; of one that is Markdown, a fence around all is taken."""

from __future__ import annotations

import pytest

from fourfold.steps.responses.reading import read_response
from fourfold.workflow.file.configuration import ResponseConfig

UNTOUCHED = [
    "",
    "# A\n\ntext\n",
    "```python\nx = 1\n```",
    "```markdown\n# A\n```\n\nand more",
    "Here:\n```markdown\n# A\n```",
    "```markdown\n# A\n```\n```markdown\n# B\n```",
    "```markdown\n# A without an end",
    "````markdown\n# A\n```",
    "  leading and trailing \r\n\n",
]


@pytest.mark.parametrize("response", [*UNTOUCHED, "```markdown\n# A\n```", "{}", "\0"])
def test_text_is_as_it_is(response: str) -> None:
    assert read_response(response, ResponseConfig("text")) == response
    assert read_response(response, ResponseConfig()) == response


@pytest.mark.parametrize("response", UNTOUCHED)
def test_markdown_that_nothing_wraps_is_as_it_is(response: str) -> None:
    assert read_response(response, ResponseConfig("markdown")) == response


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ("```markdown\n# A\n\ntext\n```", "# A\n\ntext\n"),
        ("\n```md  \r\n# A\r\n```\r\n\n", "# A\n"),
        ("~~~Markdown\n# A\n~~~", "# A\n"),
        ("```markdown\n# A\n```python\nx = 1\n```\nend\n```", "# A\n```python\nx = 1\n```\nend\n"),
        ("````markdown\n```\nx\n```\n````", "```\nx\n```\n"),
    ],
)
def test_one_fence_around_all_is_taken_off(response: str, text: str) -> None:
    assert read_response(response, ResponseConfig("markdown")) == text
