"""What a cursor in half-typed YAML stands at."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfold.source.yaml_cursor import Cursor, cursor_at


def at(text: str) -> Cursor | None:
    """The cursor at the `¦` of the text."""
    line = text[: text.index("¦")].count("\n")
    lines = text.replace("¦", "").split("\n")
    return cursor_at(lines, line, text.split("\n")[line].index("¦"))


def seen(text: str) -> str:
    """`key a/b draft` for a key below a and b, of which draft is typed."""
    cursor = at(text)
    if cursor is None:
        return ""
    return f"{cursor.slot} {'.'.join(cursor.path)} {cursor.typed}".strip()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("¦", "key"),
        ("st¦", "key  st"),
        ("name: A\n¦\nsteps:\n", "key"),
        ("steps:\n  ¦", "key steps"),
        ("steps:\n  ¦\n  a:\n", "key steps"),
        ("steps:\n  a:\n  ¦", "key steps"),
        ("steps:\n  a:\n    ¦", "key steps.a"),
        ("steps:\n  a:\n    title: X\n    ¦", "key steps.a"),
        ("steps:\n  a:\n    title: X\n\n    # why\n    in¦\n  b:\n", "key steps.a in"),
        ("steps:\n  a:\n    title: X\n  ¦b:\n", "key steps"),
        ("steps:\n  a:\n    inputs:\n      ¦", "key steps.a.inputs"),
        ("steps:\n  a:\n    inputs:\n      dr¦: {step: b}", "key steps.a.inputs dr"),
        ("steps:\n  a:\n    inputs:\n      draft: ¦", "value steps.a.inputs.draft"),
        ("steps:\n  a:\n    inputs:\n      draft:¦", "value steps.a.inputs.draft"),
        ("steps:\n  a:\n    inputs:\n      draft: {¦", "key steps.a.inputs.draft"),
        ("steps:\n  a:\n    inputs:\n      draft: {¦}", "key steps.a.inputs.draft"),
        ("steps:\n  a:\n    inputs:\n      draft: {st¦", "key steps.a.inputs.draft st"),
        ("steps:\n  a:\n    inputs:\n      draft: {step:¦", "value steps.a.inputs.draft.step"),
        ("steps:\n  a:\n    inputs:\n      draft: {step: ¦", "value steps.a.inputs.draft.step"),
        ("steps:\n  a:\n    inputs:\n      draft: {step: ¦}", "value steps.a.inputs.draft.step"),
        (
            "steps:\n  a:\n    inputs:\n      draft: {step: b/c-d¦\n      other: {value: 1}\n",
            "value steps.a.inputs.draft.step b/c-d",
        ),
        (
            "steps:\n  a:\n    inputs:\n      draft: {step: 'b¦",
            "value steps.a.inputs.draft.step b",
        ),
        (
            "steps:\n  a:\n    inputs:\n      draft:\n        step: x y¦\n",
            "value steps.a.inputs.draft.step x y",
        ),
        ("steps:\n  a:\n    inputs: {x: {step: b}, ¦}", "key steps.a.inputs"),
        ("steps:\n  a:\n    inputs: {x: {step: b}, y: {¦", "key steps.a.inputs.y"),
        (
            "steps:\n  a:\n    inputs: {\n      x: {step: b},\n      y: {step: ¦\n",
            "value steps.a.inputs.y.step",
        ),
        ("steps: {a: {inputs: {x: {step: q¦", "value steps.a.inputs.x.step q"),
        ("steps:\n  a:\n    response: {kind: ¦}", "value steps.a.response.kind"),
        ("steps:\n  a:\n    response:\n      kind: js¦", "value steps.a.response.kind js"),
        ("steps:\n  'my step':\n    ti¦", "key steps.my step ti"),
        ("steps:\n  a: &x\n    ti¦", "key steps.a ti"),
        ("steps:\r\n  a:\r\n    ti¦\r\n", "key steps.a ti"),
        ("model: gp¦ # which", "value model gp"),
        ("steps:\n  a:\n    model: # none\n    ¦", "key steps.a"),
        # a brace left open further up
        ("steps:\n  a:\n    inputs: {x: {step: b\n  b:\n    ¦", "key steps.b"),
        ("name: {\nsteps:\n  ¦", "key steps"),
        # what is in no mapping of ours
        ("# name¦", ""),
        ("model: x # na¦", ""),
        ("name: |\n  text ¦", ""),
        ("name: >-\n  text\n  ¦\n", ""),
        ("name: |\n  text\n¦", "key"),
        # in lists
        ("- ¦", "key []"),
        ("steps:\n  - ¦", "key steps.[]"),
        ("tests:\n- va¦", "key tests.[] va"),
        ("tests:\n- vars:\n    na¦", "key tests.[].vars na"),
        ("- vars: {a: 1}\n  ¦", "key []"),
        ("- vars:\n    a: 1\n  assert:\n  - type: con¦", "value [].assert.[].type con"),
        ("- assert:\n    -   type: x\n        ¦", "key [].assert.[]"),
        ("- assert:\n    - type: x\n  ¦", "key []"),
        ("- assert: [{type: x}, {ty¦", "key [].assert.[] ty"),
        ("- - a: ¦", "value [].[].a"),
        ("- vars:\n    a: |\n      - x ¦", ""),
        ("- a: {x: 1\n- b¦", "key [] b"),
        ("tests:\n- a: 1\ndef¦", "key  def"),
        ("steps:\n  a:\n    inputs: {x: {step: b} ¦", ""),
        ("steps: {a: {inputs: {x: {step: b}}}} ¦", ""),
    ],
)
def test_where_a_cursor_stands(text: str, what: str) -> None:
    assert seen(text) == what


def test_the_word_under_the_cursor_is_replaced_as_a_whole() -> None:
    cursor = at("steps:\n  a:\n    inputs:\n      x: {step: re¦qui/re}\n")

    assert cursor is not None
    assert (cursor.start, cursor.end, cursor.typed, cursor.flow) == (16, 24, "re", True)


def test_keys_that_the_mapping_has_already_are_known_on_both_sides() -> None:
    cursor = at("steps:\n  a:\n    title: X\n    ¦\n    inputs:\n      x: {value: 1}\n  b:\n")
    flow = at("steps: {a: {title: X, ¦, model: y}}")
    itself = at("steps:\n  a:\n    ti¦tle: X\n    model: y\n")

    item = at("- a: 1\n  b: 2\n- b: 3\n  ¦\n- c: 4\n")
    braces = at("- [{a: 1}, {b: 2, ¦}, {c: 3}]")

    assert item is not None
    assert item.others == {"b"}
    assert braces is not None
    assert braces.others == {"b"}
    assert cursor is not None
    assert cursor.others == {"title", "inputs"}
    assert flow is not None
    assert flow.others == {"title", "model"}
    assert itself is not None
    assert itself.others == {"model"}
    assert itself.has_colon


@pytest.mark.parametrize(
    ("text", "needed"), [("model:¦", True), ("model: ¦", False), ("a: {b:¦}", True)]
)
def test_a_value_keeps_its_distance_from_the_colon(text: str, needed: bool) -> None:
    cursor = at(text)

    assert cursor is not None
    assert cursor.needs_space is needed


PIECES = st.sampled_from([*"{}[]:,-&*?|>'\"#%\n ¦", "  ", "steps:", "a: ", "inputs:", "step: "])


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join))
def test_no_text_makes_it_fail(text: str) -> None:
    lines = text.split("\n")
    for line, content in enumerate(lines):
        for column in range(len(content) + 1):
            cursor = cursor_at(lines, line, column)
            assert cursor is None or 0 <= cursor.start <= column <= cursor.end <= len(content)
