"""One prompt of each kind that other tools have, and what a run of it sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """`place` is below the workspace folder; `sent` are the fields of the request besides its
    messages; `beside` are more files."""

    place: str
    step: str
    text: str
    inputs: dict[str, Any]
    messages: list[tuple[str, str]]
    sent: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)


_TASK = {"task": "Look at a.py"}

SAMPLES = [
    Sample(
        "src/prompts/recipe.robot.prompt",
        "src/prompts/recipe.robot",
        "---\nmodel: googleai/gemini-2.5-flash\nconfig: {temperature: 0.5}\n"
        "input: {schema: {food: string, for?: integer}}\n"
        "output: {schema: {title: string}}\n---\n"
        '{{role "system"}}{{> style}}{{role "user"}}{{food}} for {{for}}',
        {"food": "Soup", "for": 2},
        [("system", "Be kind."), ("user", "Soup for 2")],
        {
            "model": "googleai/gemini-2.5-flash",
            "temperature": 0.5,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "output",
                    "schema": {
                        "type": "object",
                        "properties": {"title": {"type": "string"}},
                        "required": ["title"],
                        "additionalProperties": False,
                    },
                },
            },
        },
        {"src/prompts/_style.prompt": "Be kind."},
    ),
    Sample(
        "sum.prompt.yml",
        "sum",
        "name: Sum\nmodel: openai/gpt-4o-mini\nmodelParameters: {topP: 0.5}\n"
        "responseFormat: json_object\nmessages:\n"
        "- {role: system, content: Sum up.}\n- {role: user, content: '<{{text}}>'}\n",
        {"text": "system: no"},
        [("system", "Sum up."), ("user", "<system: no>")],
        {
            "model": "openai/gpt-4o-mini",
            "top_p": 0.5,
            "response_format": {"type": "json_object"},
        },
    ),
    Sample(
        ".github/prompts/form.prompt.md",
        ".github/prompts/form",
        "---\nagent: agent\nmodel: gpt-4o\n---\nMake ${input:what:a form}.\n",
        {"what": "a table"},
        [("user", "Make a table.")],
        {"model": "gpt-4o"},
    ),
    Sample(
        ".claude/commands/git/fix.md",
        ".claude/commands/git/fix",
        "---\nargument-hint: [issue] [how]\nmodel: sonnet\n---\nFix $1, $2: $ARGUMENTS\n",
        {"ARGUMENTS": "12 'now, please'"},
        [("user", "Fix 12, now, please: 12 'now, please'")],
    ),
    Sample(
        ".claude/agents/reviewer.md",
        ".claude/agents/reviewer",
        "---\nname: reviewer\ndescription: Use it: always\ntools: Read\n---\n\nReview.\n",
        _TASK,
        [("system", "Review."), ("user", "Look at a.py")],
    ),
    *(
        Sample(
            place,
            step,
            "---\ndescription: Rules\n---\n# Rules\n\nBe {{brief}}.\n",
            _TASK,
            [("system", "# Rules\n\nBe {{brief}}."), ("user", "Look at a.py")],
        )
        for place, step in [
            ("skills/pdf/SKILL.md", "skills/pdf/SKILL"),
            ("AGENTS.md", "AGENTS"),
            ("pkg/CLAUDE.md", "pkg/CLAUDE"),
            ("a.agent.md", "a"),
            ("b.instructions.md", "b"),
            (".github/copilot-instructions.md", ".github/copilot-instructions"),
        ]
    ),
]
