from __future__ import annotations

from typing import Any

import pytest

from fourfold.prompts.failures import MissingInputError
from fourfold.prompts.formats import parse

PLACE = ".claude/commands/fix.md"


@pytest.mark.parametrize(
    ("text", "given", "sent"),
    [
        ("Fix $ARGUMENTS now", {"ARGUMENTS": "#12 please"}, "Fix #12 please now"),
        ("Fix #$1 as $2.", {"1": 12, "2": "urgent"}, "Fix #12 as urgent."),
        ("Fix #$1 as $2.", {"ARGUMENTS": "12 'very urgent'"}, "Fix #12 as very urgent."),
        ("Fix #$1 as $2.", {"ARGUMENTS": "12"}, "Fix #12 as ."),
        ("Fix $1 of $ARGUMENTS", {"1": "a"}, "Fix a of a"),
        ("Say $0, $1", {"ARGUMENTS": "a b"}, "Say a, b"),
        ("Say $ARGUMENTS[0], $ARGUMENTS[1]", {"ARGUMENTS": "a b"}, "Say a, b"),
        ("Say $1", {"ARGUMENTS": "it's"}, "Say it's"),
        ("Commit.", {}, "Commit."),
        ("Commit.", {"ARGUMENTS": "all"}, "Commit.\n\nARGUMENTS: all"),
        (
            "Cost: $100, $1.50, $HOME, \\$1, $ARGUMENTSX",
            {},
            "Cost: $100, $1.50, $HOME, \\$1, $ARGUMENTSX",
        ),
        ("$ARGUMENTS", {"ARGUMENTS": "$1 $ARGUMENTS {{x}}"}, "$1 $ARGUMENTS {{x}}"),
        ("Say $ARGUMENTS.", {"ARGUMENTS": ""}, "Say ."),
    ],
)
def test_arguments_are_put_in(text: str, given: dict[str, Any], sent: str) -> None:
    template = parse(f"---\ndescription: Fixes\n---\n{text}\n", PLACE)
    assert template.problems == ()
    assert template.render(template.inputs(given)) == [{"role": "user", "content": sent}]


@pytest.mark.parametrize(
    ("text", "names"),
    [("$ARGUMENTS", ["ARGUMENTS"]), ("$2 $1", ["1", "2"]), ("$1 $ARGUMENTS", ["ARGUMENTS", "1"])],
)
def test_a_command_is_not_run_without_its_arguments(text: str, names: list[str]) -> None:
    template = parse(f"---\nargument-hint: [issue] [how]\n---\n{text}", PLACE)
    assert template.problems == ()
    with pytest.raises(MissingInputError) as refused:
        template.inputs({})
    assert list(refused.value.names) == names
    assert refused.value.missing[0].description == "[issue] [how]"


def test_what_claude_would_have_resolved_is_said() -> None:
    text = (
        "---\nallowed-tools: Bash(git diff:*)\n---\n"
        "State: !`git status`\nSee @src/a.py and me@b.org, @angular/core"
    )
    told = [(one.code, one.range.start.line, one.severity) for one in parse(text, PLACE).problems]
    assert told == [
        ("unused-key", 1, "information"),
        ("not-resolved", 3, "information"),
        ("not-resolved", 4, "information"),
    ]
