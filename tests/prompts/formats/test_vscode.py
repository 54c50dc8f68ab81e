from __future__ import annotations

import pytest

from fourfold.prompts.failures import InputError, MissingInputError
from fourfold.prompts.formats import parse

TEXT = """---
agent: agent
description: Makes a form
tools: ['githubRepo', 'codebase']
---
Make a form called ${input:formName:MyForm} for ${input:who}.
Again ${input:formName}, near ${selection}; not ${other} or {{ x }} or $1.
"""


def test_variables_are_inputs_of_one_message() -> None:
    template = parse(TEXT, ".github/prompts/form.prompt.md")
    assert [(one.name, one.description) for one in template.variables] == [
        ("formName", "MyForm"),
        ("who", None),
        ("selection", "What VS Code puts in as ${selection}."),
    ]
    first = template.variables[0].range
    assert (first.start.line, first.start.character, first.end.character) == (5, 19, 43)
    sent = template.render({"formName": "A", "who": "${input:formName}", "selection": "code"})
    assert sent == [
        {
            "role": "user",
            "content": "Make a form called A for ${input:formName}.\n"
            "Again A, near code; not ${other} or {{ x }} or $1.",
        }
    ]
    assert [(one.code, one.subject) for one in template.problems] == [
        ("unused-key", "agent"),
        ("unused-key", "tools"),
    ]
    with pytest.raises(MissingInputError, match="Inputs formName, who and selection have no value"):
        template.render()
    with pytest.raises(InputError, match="no input nope"):
        template.render({"nope": 1})


def test_references_that_vs_code_would_resolve_are_said() -> None:
    template = parse("Use #tool:web/fetch on #file:a.ts, not a#file:b or ##tool:x", "a.prompt.md")
    assert [
        (one.code, one.range.start.character, one.range.end.character) for one in template.problems
    ] == [("not-resolved", 4, 19), ("not-resolved", 23, 33)]


def test_a_value_as_large_as_a_file_is_refused_where_it_comes_to_too_much() -> None:
    template = parse("${input:a}" * 100, "a.prompt.md")
    with pytest.raises(Exception, match="more than 1,048,576 characters"):
        template.render({"a": "x" * 100_000})
