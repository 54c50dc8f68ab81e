"""Writing the files of a response: those that tools run or obey take a yes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lsp.support.client import DISMISS
from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

RESPONSE = "\n".join(
    f"```text path={path}\n{path}\n```\n" for path in ("a.py", ".VSCode/tasks.json", "conftest.py")
)
FILES = {
    "prompts/workflow.yaml": "steps:\n  code:\n    response: {kind: code, folder: out}\n",
}


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        (["Write 1 file", "Write it", "Write it"], ["a.py", ".VSCode/tasks.json", "conftest.py"]),
        (["Write 1 file", "Leave it out", "Write it"], ["a.py", "conftest.py"]),
        (["Leave everything as it is", "Write it", DISMISS], [".VSCode/tasks.json"]),
        (["Write 1 file", DISMISS, DISMISS], ["a.py"]),
        ([DISMISS, DISMISS, DISMISS], []),
    ],
)
async def test_what_tools_obey_is_asked_about_one_by_one(
    tmp_path: Path, answers: list[object], written: list[str]
) -> None:
    async with session(tmp_path, tokens(RESPONSE), name="code.md", files=FILES) as s:
        await s.client.run("fourfold.startWorkflow", uri=s.uri)
        await s.client.progress_end()
        s.client.answers.extend(answers)
        answer = await s.client.run("fourfold.writeFiles", uri=s.uri)
        warnings = {one["path"]: one["warning"] for one in answer["files"]}
        assert warnings["out/a.py"] is None
        assert "editors run" in warnings["out/.VSCode/tasks.json"]
        dismissed = sum(one is DISMISS for one in answers[1:])
        await s.client.until(
            lambda: (
                len(s.client.questions) == 3
                and sum("nobody said yes" in one for one in s.told()) == dismissed
                and any("Wrote" in one for one in s.told()) == bool(written)
            ),
            "the end of it",
        )
        out = s.folder / "out"
        found = [one.relative_to(out).as_posix() for one in out.rglob("*") if one.is_file()]
        assert sorted(found) == sorted(written)
        asked = [question.message for question in s.client.questions]
        assert asked[0].startswith("Write 1 file below out/?")
        assert asked[1].startswith("⚠ Write out/.VSCode/tasks.json too?")
        document = await s.text(s.client.shown_documents[-1].uri)
        left = ".VSCode/tasks.json" not in written
        assert ("⚠ It is asked about alone: editors run" in document) == left
