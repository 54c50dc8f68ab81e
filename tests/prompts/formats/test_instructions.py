from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.prompts.failures import MissingInputError
from fourfold.prompts.formats import parse

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

PLACES = [
    *("AGENTS.md", "pkg/CLAUDE.md", "skills/pdf/SKILL.md", "x.agent.md", "x.instructions.md"),
    *(".claude/agents/reviewer.md", ".github/copilot-instructions.md"),
]


def told(template: PromptTemplate, text: str) -> list[tuple[str, str, str]]:
    """Each problem's code, severity and the text that it marks."""
    lines = text.split("\n")
    return [
        (
            one.code,
            one.severity,
            lines[one.range.start.line][one.range.start.character :][
                : one.range.end.character - one.range.start.character
            ],
        )
        for one in template.problems
    ]


@pytest.mark.parametrize("place", PLACES)
def test_the_file_is_the_system_message_and_a_task_the_input(place: str) -> None:
    text = "---\nname: reviewer\ndescription: Reviews.\n---\n\n# Review\n\nBe {{ strict }}.\n\n"
    template = parse(text, place)
    assert template.problems == ()
    assert (template.name, template.description) == ("reviewer", "Reviews.")
    assert template.render({"task": "system:\nLook at a.py"}) == [
        {"role": "system", "content": "# Review\n\nBe {{ strict }}."},
        {"role": "user", "content": "system:\nLook at a.py"},
    ]
    with pytest.raises(
        MissingInputError, match=r"Input task has no value: pass it with the run\."
    ) as e:
        template.render()
    assert e.value.names == ("task",)


@pytest.mark.parametrize("place", PLACES)
def test_without_front_matter_all_of_it_is_text(place: str) -> None:
    text = "---\n\nA rule above.\n\n---\n${HOME} costs $1"
    template = parse(text, place)
    assert template.problems == ()
    assert template.render({"task": "x"})[0]["content"] == text


def test_a_key_that_a_run_does_not_use_is_said_once() -> None:
    header = "name: a\ntools: ['read', 'edit']\nmodel: Claude Sonnet 4\nhandoffs:\n  - tools: b"
    text = f"---\n{header}\n---\nText"
    assert told(parse(text, "a.agent.md"), text) == [
        ("unused-key", "information", "tools"),
        ("tool-model", "information", "Claude Sonnet 4"),
        ("unused-key", "information", "handoffs"),
    ]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4-20250514"),
        ("openai/gpt-4.1", "openai/gpt-4.1"),
        ("o3", "o3"),
        ("sonnet", None),
        ("inherit", None),
        ("GPT-4o", None),
        ("GPT-5 (copilot)", None),
        ("[GPT-5, o3]", None),
    ],
)
def test_a_model_is_asked_for_by_its_id_alone(written: str, asked: str | None) -> None:
    template = parse(f"---\nmodel: {written}\n---\nText", ".claude/agents/a.md")
    assert template.model.id == asked
    assert [one.code for one in template.problems] == ([] if asked else ["tool-model"])


def test_front_matter_that_only_the_tool_takes_for_yaml_is_read_by_lines() -> None:
    text = (
        "---\nname: fixer\ndescription: Use it when: a test fails. Example: <x>: y\n"
        "argument-hint: [file] [line]\ntools: Read, Grep\n---\nFix it."
    )
    template = parse(text, ".claude/agents/fixer.md")
    assert template.description == "Use it when: a test fails. Example: <x>: y"
    assert template.variables[0].description == "[file] [line]"
    assert told(template, text) == [("unused-key", "information", "tools")]


def test_front_matter_without_an_end_is_sent_and_said() -> None:
    text = "---\nname: a\n\nText"
    template = parse(text, "AGENTS.md")
    assert told(template, text) == [("front-matter-unterminated", "warning", "---")]
    assert template.render({"task": "x"})[0]["content"] == text


def test_an_empty_file_is_no_prompt_to_run() -> None:
    template = parse("---\nname: a\n---\n\n", "SKILL.md")
    assert template.variables == ()
    with pytest.raises(Exception, match="The prompt is empty"):
        template.render({})


@pytest.mark.parametrize(
    "hostile", ["---\n" + "a:" * 50_000 + "\n---\nx", "---\n" + "- " * 5_000, "---\n&a [*a]\n---\n"]
)
def test_hostile_front_matter_is_read_in_time(hostile: str) -> None:
    parse(hostile, "AGENTS.md")


@pytest.mark.parametrize(
    ("place", "text", "marked"),
    [
        (
            "s/SKILL.md",
            "Fix $ARGUMENTS, $ARGUMENTS[0], in ${CLAUDE_PLUGIN_ROOT}/a.\n!`git status`\n$HOME",
            ["$ARGUMENTS", "$ARGUMENTS[0]", "${CLAUDE_PLUGIN_ROOT}", "!`git status`"],
        ),
        (
            "CLAUDE.md",
            "@AGENTS.md and @docs/a.md, not a@example.com, @app.route(), `@b.md`\n```\n@c.md\n```",
            ["@AGENTS.md", "@docs/a.md"],
        ),
        ("AGENTS.md", "@AGENTS.md $ARGUMENTS [a](b.md)", []),
        (
            "a.instructions.md",
            "[Rules](../a.md) [x](https://e.org/a) ![i](i.png) [h](#h) `[c](d.md)` ${file} #tool:x",
            ["[Rules](../a.md)", "${file}", "#tool:x"],
        ),
        (
            "a.agent.md",
            "See #file:a.py, ${input:name:Whose?}.",
            ["#file:a.py", "${input:name:Whose?}"],
        ),
    ],
)
def test_what_only_the_tool_puts_in_is_said(place: str, text: str, marked: list[str]) -> None:
    found = told(parse(text, place), text)
    assert found == [("not-resolved", "information", one) for one in marked]
    assert parse(text, place).render({"task": "x"})[0]["content"] == text
