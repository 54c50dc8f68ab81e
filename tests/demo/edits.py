"""How the sample's prompt for tickets came about, one save after the other.

`python -m tests.demo.edits` prints its texts as JSON, the first one first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

PROMPT = Path(__file__).parents[2] / "prompts" / "triage.prompty"
"""The last text."""

_QUESTION = "Which order is this ticket about?\n\n{{ ticket }}\n"


@dataclass(frozen=True)
class Edit:
    """One improvement: why somebody makes it, and which text it puts in place of which."""

    reason: str
    old: str
    new: str

    def of(self, text: str) -> str:
        """`text` with the improvement."""
        if text.count(self.old) != 1:
            raise LookupError(f"prompts/{PROMPT.name} no longer says {self.old!r} once.")
        return text.replace(self.old, self.new)


_RULE = "You answer with the order number alone."
_LOUD = (
    f"You are an experienced support agent of a web shop. {_RULE} IMPORTANT: four digits, and "
    "NOTHING else!"
)
EDITS = (
    Edit(
        "A program reads the answer, so that it must be the number and nothing else:",
        "user:\nWhich order is this ticket about?\n\n",
        f"system:\n{_RULE}\n\nuser:\n",
    ),
    Edit(
        "Would it be better if the model took itself for somebody who knows the job?",
        _RULE,
        f"You are an experienced support agent of a web shop. {_RULE}",
    ),
    Edit(
        "Or if it was told more loudly?",
        f"{_RULE}\n",
        f"{_RULE} IMPORTANT: four digits, and NOTHING else!\n",
    ),
    Edit(
        "Somebody has an idea: two examples in place of all that.",
        f"{_LOUD}\n\n",
        f"{_RULE}\n\nuser:\nOrder 7305 is late.\n\nassistant:\n7305\n\nuser:\n"
        "I got 2 lamps instead of 1 with 8846.\n\nassistant:\n8846\n\n",
    ),
)


def texts() -> list[str]:
    """All texts, from a bare question to that of the sample; LookupError where they do not lead
    there."""
    last = PROMPT.read_text("utf-8")
    head, _, _ = last.partition("system:\n")
    found = list(
        accumulate(EDITS, lambda text, edit: edit.of(text), initial=f"{head}user:\n{_QUESTION}")
    )
    if found[-1] != last:
        raise LookupError(f"The edits no longer lead to prompts/{PROMPT.name}.")
    return found


if __name__ == "__main__":
    print(json.dumps(texts()))
