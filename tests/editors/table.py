"""README's table of editors and features, made of what the tests have shown: `make table`.

It runs the tests in real editors, and those that play editors by their recorded profiles.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from editors.features import FEATURES  # noqa: E402 — of a folder that pytest adds by itself
from lsp.support.profiles import NAMES  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

README = ROOT / "README.md"
TESTS = ["tests/editors", "tests/lsp/test_journey.py"]
BEGIN, END = "<!-- editors -->", "<!-- /editors -->"
REAL, PROFILE = "●", "○"
LEGEND = (
    f"{REAL} shown in the real editor, {PROFILE} with a client that plays it by its recorded "
    "profile or its sources."
)

Marks = dict[tuple[str, str], str]
"""(editor, feature) → the mark that it has earned."""

PAGES = {
    "VS Code 1.139": "vscode-extension/README.md",
    "Neovim 0.11": "server/editors/neovim.md",
    "Emacs 28 (eglot)": "server/editors/emacs.md",
    "Emacs 28 (lsp-mode)": "server/editors/emacs.md",
    "Vim 9 (ALE)": "server/editors/vim.md",
    "Vim 9 (coc.nvim)": "server/editors/coc.md",
    "Vim 9 (vim-lsp)": "server/editors/vim-lsp.md",
    "Helix 25.07": "server/editors/helix.md",
    "Zed 0.15x": "server/editors/zed.md",
    "Sublime Text (LSP 2.13)": "server/editors/sublime.md",
    "Kate 22.12": "server/editors/kate.md",
    "Kate 26.08": "server/editors/kate.md",
    "JetBrains (LSP4IJ 0.20)": "server/editors/jetbrains.md",
}


class RefusedError(Exception):
    """Why no table can be made; the one that is there stays."""


def marks_of(report: str) -> Marks:
    """The marks in pytest's report, XML as of `--junitxml`. RefusedError where a test in a real
    editor was skipped or any failed: marks would vanish of which nobody knows whether they hold."""
    marks: Marks = {}
    for case in ElementTree.fromstring(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        real = name.startswith("tests.editors.")
        if case.find("failure") is not None or case.find("error") is not None:
            raise RefusedError(f"{name} failed; make it pass first.")
        if real and (skipped := case.find("skipped")) is not None:
            raise RefusedError(f"{name} was skipped: {skipped.get('message')}")
        for one in case.iter("property"):
            if one.get("name") == "shown":
                editor, _, feature = (one.get("value") or "").partition(": ")
                if marks.get((editor, feature)) != REAL:
                    marks[editor, feature] = REAL if real else PROFILE
    return marks


def table(marks: Mapping[tuple[str, str], str]) -> str:
    """Markdown: a row for each feature, a column for each editor, and what the marks mean."""
    heads = [f"[{name}]({PAGES[name]})" for name in NAMES.values()]
    rows = [
        [title, *(marks.get((name, feature), " ") for name in NAMES.values())]
        for feature, title in FEATURES.items()
    ]
    lines = [["", *heads], ["---", *[":-:"] * len(heads)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + f"\n\n{LEGEND}"


def replaced(readme: str, made: str) -> str:
    """README with `made` between the markers."""
    before, _, rest = readme.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise RefusedError(f"README.md has no {BEGIN} … {END} for the table; add them.")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def run_tests() -> str:
    """pytest's report of the tests that the table is made of."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        asked = [f"--junitxml={report}", "-o", "junit_family=xunit1"]  # which has properties
        command = [sys.executable, "-m", "pytest", "-rs", *TESTS, *asked]
        subprocess.run(command, cwd=ROOT, check=False)
        return report.read_text(encoding="utf-8") if report.exists() else "<testsuites/>"


def main() -> int:
    try:
        marks = marks_of(run_tests())
        if lacking := sorted(set(NAMES.values()) - {editor for editor, _ in marks}):
            raise RefusedError(f"No test has shown anything in {', '.join(lacking)}.")
        made = replaced(README.read_text(encoding="utf-8"), table(marks))
    except RefusedError as error:
        print(f"README.md stays as it is: {error}", file=sys.stderr)
        return 1
    README.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
