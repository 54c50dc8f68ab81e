"""How a prompt gets better, one save after the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One improvement: why somebody makes it, and which text it puts in place of which."""

    reason: str
    old: str
    new: str

    def of(self, text: str) -> str:
        """`text` with the improvement."""
        if text.count(self.old) != 1:
            raise LookupError(f"prompts/requirement.prompty no longer says {self.old!r} once.")
        return text.replace(self.old, self.new)


EDITS = (
    Edit(
        "The answers differ too much from run to run, and some never end. "
        "A lower temperature and a limit on the length, then:",
        "inputs:\n",
        "model:\n  options:\n    temperature: 0.2\n    frequencyPenalty: 0.5\n"
        "    maxOutputTokens: 250\ninputs:\n",
    ),
    Edit(
        "Nobody reads 250 words before a meeting:",
        "Stay under 250 words.",
        "Stay under 80 words.",
    ),
    Edit(
        "The testers want lines that they can tick off:",
        "- Text between tags",
        '- Begin every requirement with "The system must", and give a limit that can be measured.\n'
        "- Text between tags",
    ),
    Edit(
        "And what if a quality engineer wrote it, instead of an analyst?",
        "You are a senior business analyst. You turn",
        "You are a quality engineer who signs off what is built. You turn",
    ),
)
