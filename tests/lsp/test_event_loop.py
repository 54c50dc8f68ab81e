"""The event loop waits for no disk and no database, whatever an editor asks for."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from fourfold.lsp.commands.names import MODULES
from lsp.support.session import KATE, VSCODE, session, write
from lsp.support.workflow import FILES, WORKFLOW, echo

if TYPE_CHECKING:
    from lsp.support.profiles import Profile
from lsp.support.session import Session

WATCHED = [sys.executable, str(Path(__file__).parent / "support" / "watched_server.py")]
CODE = "Write this:\n\n```python path=a.py\nx = 1\n```\n\nNo more."
MORE = {
    "prompts/code.md": CODE,
    "prompts/workflow.yaml": f"{WORKFLOW}  code:\n    response: {{kind: code, folder: out}}\n",
    "other/prompts/far.md": "Far",
    "prompts/code.tests.yaml": "- assert: [{type: contains, value: a}]\n",
    "fourfold.toml": "",
}


@pytest.mark.parametrize("profile", [VSCODE, KATE], ids=lambda profile: profile.name)
async def test_nothing_that_an_editor_asks_for_is_looked_up_on_the_event_loop(
    profile: Profile, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    async with session(
        tmp_path,
        *[echo] * 30,
        profile=profile,
        files={**FILES, **MORE},
        env={"WATCHED": str(notes)},
        command=WATCHED,
    ) as s:
        await _edit(s)
        await _ask_for_features(s)
        await _run_all_commands(s)
        await _change_the_disk(s)
    assert notes.read_text() == ""


async def _edit(s: Session) -> None:
    client = s.client
    await s.save("Greet Bob.\n", "Greet Cy.\n", "Greet {{ name }}.\n")
    for name in ("workflow.yaml", "joke.md"):
        await client.lenses(client.open(s.folder / "prompts" / name))
    outside = write(s.folder.parent / "elsewhere" / "prompts" / "lone.md", "Alone")
    for path in (outside, write(s.folder / "notes.md", "No prompt")):
        uri = client.open(path)
        await client.lenses(uri)
        client.edit(uri, "typed")
        client.close(uri)
    await client.until(lambda: client.diagnostics.get(s.uri), "the diagnostics")


async def _ask_for_features(s: Session) -> None:
    client, workflow = s.client, (s.folder / "prompts" / "workflow.yaml").as_uri()
    lines = client.buffers[workflow].text.splitlines()
    for line, text in enumerate(lines):
        await client.hover(workflow, line, len(text) - 1)
        await client.definition(workflow, line, len(text) - 2)
        await client.completions(workflow, line, len(text))
        await client.actions(workflow, line)
    assert await client.links(workflow)
    for uri in (s.uri, workflow):
        await client.hover(uri)
        assert await client.actions(uri)
    if s.client.profile.get("textDocument.rename"):
        line = lines.index("  joke: {}")
        await client.rename_name(workflow, line, 3, "jest")
        client.save(workflow)


async def _run_all_commands(s: Session) -> None:
    client, workflow = s.client, (s.folder / "prompts" / "workflow.yaml").as_uri()
    two, left = {"uri": s.uri, "version": 2}, set(MODULES)

    async def run(command: str, **fields: object) -> dict[str, Any]:
        left.discard(f"fourfold.{command}")
        return dict(await client.run(f"fourfold.{command}", **fields))

    (first,) = (await run("runStep", uri=s.uri, versions=[2], inputs={}))["runs"]
    await run("cancelRuns", uri=workflow)
    await run("cancelRuns")
    (queued,) = (await run("runStep", uri=s.uri, versions=[2], fresh=True))["runs"]
    await _ended(s, 1)
    given = {"versions": [4], "inputs": {"name": "Di"}}
    (filled_in,) = (await run("runStep", uri=s.uri, **given))["runs"]
    await _ended(s, 2)
    for name in ("listVersions", "saveVersion", "undo", "showWorkflow", "listSteps", "listModels"):
        await run(name, **({} if name == "listModels" else {"uri": s.uri}))
    await run("showRendering", uri=s.uri)
    for name in ("showVersion", "showResponse", "listRuns", "renderStep", "setCurrentVersion"):
        await run(name, **two, **({"inputs": {}} if name == "renderStep" else {}))
    await run("showRun", uri=queued["uri"], run=queued["id"])
    await run("compareVersions", uri=s.uri)
    await run("openBoard", uri=s.uri)
    await run("rate", uri=s.uri, run=queued["id"], rating=1)
    await run("actOnBoard", uri=s.uri, action={"action": "rate", "run": queued["id"], "rating": 1})
    await run("openRun", uri=s.uri, run=queued["id"])
    await run("showHistory", uri=s.uri)
    await run("readRuns", uri=s.uri, runs=[queued["id"]])
    await run("compareRuns", uri=s.uri, runs=[first["id"], queued["id"]])
    await run("pinVersion", **two, pinned=True)
    await run("nameVersion", **two, name="short")
    for number in (3, 4):
        part = {"from": "code", "until": "code"}
        await run("startWorkflow", uri=workflow, fresh=True, **part)
        await _ended(s, number)
    await run("listWorkflowRuns", uri=workflow)
    await run("compareWorkflowRuns", uri=workflow)
    await run("showWorkflowDocument", uri=workflow)
    code = (s.folder / "prompts" / "code.md").as_uri()
    client.answers.append("Write 1 file")
    await run("writeFiles", uri=code)
    await client.until(lambda: "Wrote 1 file" in "".join(s.told()), "the message")
    assert (await run("listTests", uri=code))["tests"]
    await run("runTests", uri=code)
    await client.until(lambda: any("code: " in told for told in s.told()), "the verdict")
    await run("testReport", uri=code)
    await run("showTestReport", uri=code)
    await run("saveTest", uri=s.uri, run=filled_in["id"])
    assert left == set()


async def _change_the_disk(s: Session) -> None:
    client = s.client
    write(s.folder / "prompts" / "joke.md", "Another joke")
    write(s.folder / "fourfold.toml", 'folders = ["prompts", "other/prompts"]')
    far = client.open(s.folder / "other" / "prompts" / "far.md")
    async with asyncio.timeout(client.limit):
        while not await client.lenses(far):
            await client.hover(far)
    write(s.folder / "prompts" / "new.md", "New")
    client.rename(far, s.folder / "other" / "prompts" / "near.md")
    added = types.WorkspaceFolder((s.folder / "other").as_uri(), "other")
    for event in (([added], []), ([], [added])):
        change = types.WorkspaceFoldersChangeEvent(*event)
        client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
    await client.run("fourfold.listSteps")
    client.close(s.uri)


async def _ended(s: Session, times: int) -> None:
    """Waits for the end of what has been started, in all so many times."""
    if s.client.profile.get("window.workDoneProgress"):
        await s.client.progress_end()
    else:
        done = re.compile(r": .*(tokens|1 done)")
        await s.client.until(
            lambda: sum(1 for one in s.told() if done.search(one)) >= times, "the message"
        )
