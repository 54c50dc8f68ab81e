"""The pages of the editors, and README's table: neither promises what no test has shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from editors.features import FEATURES
from editors.pages import PAGES as FOLDER
from editors.table import (
    BEGIN,
    END,
    PAGES,
    PROFILE,
    README,
    REAL,
    ROOT,
    RefusedError,
    marks_of,
    replaced,
    table,
)
from lsp.support.profiles import NAMES

ACTIONS = {
    "history": "versions|history",
    "switch": "current",
    "undo": "back|undo",
    "run": r"\brun\b",
    "cancel": "cancel",
    "response": "response",
    "compare": "compare",
    "mistakes": "wrong",
    "completion": "complete",
}
"""How the pages say what is not done by the editor's own saving and quitting."""


def modules() -> dict[str, str]:
    """The editors that have tests of their own, with the module's name."""
    found = {}
    for path in Path(__file__).parent.glob("test_*.py"):
        named = re.search(r'^EDITOR = "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        if named:
            found[named[1]] = path.name
    return found


def case(name: str, *shown: str, inside: str = "") -> str:
    noted = "".join(f'<property name="shown" value="{one}"/>' for one in shown)
    return (
        f'<testcase classname="tests.{name}" name="test">'
        f"<properties>{noted}</properties>{inside}</testcase>"
    )


def report(*cases: str) -> str:
    return f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"


def test_every_editor_has_a_page_and_a_column() -> None:
    assert set(PAGES) == set(NAMES.values())
    assert set(modules()) <= set(PAGES)
    for page in PAGES.values():
        assert (ROOT / page).is_file(), page
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.md"):
        assert path.name == "README.md" or f"]({path.name})" in index


@pytest.mark.parametrize("page", sorted(path.name for path in FOLDER.glob("*.md")))
def test_every_page_says_how_each_action_is_reached(page: str) -> None:
    text = (FOLDER / page).read_text(encoding="utf-8")
    if page == "README.md":
        return
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    for feature, action in ACTIONS.items():
        assert feature in FEATURES
        assert any(re.search(action, row, re.IGNORECASE) for row in rows), f"{page}: {feature}"


def test_the_table_in_readme_is_that_of_these_editors_and_features() -> None:
    text = README.read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0].strip()
    head, _, *rows = [line for line in shown.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [row[0] for row in cells] == list(FEATURES.values())
    assert head == table({}).splitlines()[0]
    for number, editor in enumerate(NAMES.values(), 1):
        column = [row[number] for row in cells]
        assert set(column) <= {REAL, PROFILE, ""}
        if editor not in modules():
            assert REAL not in column, f"{editor} has no test in the real editor"


def test_a_real_editor_counts_for_more_than_a_profile() -> None:
    both = [
        case("editors.test_vim", "Vim 9 (ALE): run"),
        case("lsp.test_journey", "Vim 9 (ALE): run", "Kate 26.08: run"),
    ]
    expected = {("Vim 9 (ALE)", "run"): REAL, ("Kate 26.08", "run"): PROFILE}
    for cases in (both, both[::-1]):
        assert marks_of(report(*cases)) == expected
    row = next(line for line in table(expected).splitlines() if FEATURES["run"] in line)
    assert (row.count(REAL), row.count(PROFILE)) == (1, 1)
    assert replaced(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\nnew\n{END}\nb"


@pytest.mark.parametrize(
    ("inside", "reason"),
    [('<skipped message="needs tmux"/>', "needs tmux"), ("<failure/>", "failed")],
)
def test_no_table_is_made_while_a_real_editor_was_not_tried(inside: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        marks_of(report(case("editors.test_vim", inside=inside)))
    with pytest.raises(RefusedError, match="add them"):
        replaced("no place for it", "new")
