"""startWorkflow and showWorkflow through the protocol: order, states, cancelling, going on."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.support.client import DISMISS
from lsp.support.prompt import until_answer
from lsp.support.session import KEY, NEOVIM, VSCODE, KilledError, Session, session
from lsp.support.shapes import check_run, check_workflow
from lsp.support.workflow import FILES, STEPS, asked, echo, held, states, statuses, texts
from support.scripted_model import scripted_model, status, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from lsp.support.profiles import Profile
    from support.scripted_model import Exchange

ASKED = ["Greet Ada.", "Joke", "Polish (Greet Ada.)", "Translate (Polish (Greet Ada.))"]


@contextlib.asynccontextmanager
async def chain(
    tmp_path: Path, script: Any = echo, profile: Profile = VSCODE, **more: Any
) -> AsyncIterator[Session]:
    async with session(tmp_path, script, profile=profile, files=FILES, **more) as s:
        yield s


async def show(s: Session) -> dict[str, Any]:
    return check_workflow(await s.client.run("fourfold.showWorkflow"))


async def become(s: Session, wanted: dict[str, str]) -> None:
    """Waits until the steps stand like this; those that are not named may stand anyhow."""
    await until_answer(
        s.client, lambda: states(s), lambda seen: wanted.items() <= seen.items(), str(wanted)
    )


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM], ids=["VS Code", "Neovim"])
async def test_all_steps_run_in_order(profile: Profile, tmp_path: Path) -> None:
    async with chain(tmp_path, profile=profile) as s:
        before = await show(s)
        assert (before["name"], before["status"]) == ("Chain", "not_started")
        assert [step["id"] for step in before["steps"]] == ["greet", "translate", "joke"]
        assert before["steps"][1]["inputs"] == {"text": "greet/polish"}
        assert before["steps"][0]["named"]
        runs = (await s.client.run("fourfold.startWorkflow", uri=s.uri))["runs"]
        assert sorted(run["step"] for run in runs) == sorted(STEPS)
        assert {check_run(run)["status"] for run in runs} == {"queued"}
        await s.ended()
        assert asked(s) == ASKED
        after = await show(s)
        assert after["status"] == "succeeded"
        assert statuses(after) == dict.fromkeys(STEPS, "succeeded")
        assert {after["steps"][0]["lastRun"]["id"]} <= {run["id"] for run in runs}
        assert (await s.text(after["steps"][1]["lastRun"]["uri"])).count("(Translate") == 1


@pytest.mark.parametrize("answer", ["Run 2 prompts", "Cancel", DISMISS])
async def test_prompts_that_no_workflow_names_run_after_a_yes(
    tmp_path: Path, answer: str | None
) -> None:
    async with session(tmp_path, echo, files={"prompts/joke.md": "Joke"}) as s:
        s.client.answers.append(answer)
        assert await s.client.run("fourfold.startWorkflow", uri=s.uri) == {"runs": []}
        question = await s.client.notified(types.WINDOW_SHOW_MESSAGE_REQUEST)
        assert "2 prompts" in question.message
        if answer == "Run 2 prompts":
            await s.ended()
            assert asked(s) == ["Greet Ada.", "Joke"]
        else:
            assert statuses(await show(s)) == {"greet": "not_started", "joke": "not_started"}
            assert asked(s) == []


async def test_a_save_makes_what_follows_stale_at_once(tmp_path: Path) -> None:
    async with chain(tmp_path) as s:
        await s.client.run("fourfold.startWorkflow")
        await s.ended()
        await s.save("Greet Bob.\n")
        titles = [one.command.title for one in await s.client.lenses(s.uri) if one.command]
        assert "↻ Stale: bring up to date" in titles
        assert await states(s) == {
            "greet": "stale",
            "greet/polish": "stale",
            "translate": "stale",
            "joke": "succeeded",
        }
        await s.client.run("fourfold.startWorkflow", uri=s.uri, until="greet/polish")
        await become(s, {"greet/polish": "succeeded", "translate": "stale"})
        assert len(asked(s)) == len(ASKED) + 2


async def test_unsaved_text_runs_as_it_is_seen(tmp_path: Path) -> None:
    async with chain(tmp_path) as s:
        s.client.edit(s.uri, "Greet Eve.\n")
        await s.client.run("fourfold.startWorkflow", until="greet", uri=s.uri)
        await s.ended()
        assert asked(s) == ["Greet Eve."]
        assert s.folder.joinpath("prompts/greet.md").read_text() == "Greet Eve.\n"


RACED = """
import sqlite3
from fourfold.app import workflow
make_plan = workflow.make_plan
def raced(project, request):
    other = sqlite3.connect(project.folder / ".fourfold/fourfold.db", isolation_level=None)
    other.execute(
        "INSERT INTO versions (step_id, number, hash, created, cause, words, lines_added, "
        "lines_removed, text) SELECT id, last_number + 1, 'h', '2026-11-22', 'external', 1, 1, 1, "
        "'Another program''s text.' FROM steps WHERE name = 'greet'"
    )
    other.close()
    return make_plan(project, request)
workflow.make_plan = raced
from fourfold.__main__ import serve
serve()
"""
"""A server where another program's change comes right before the workflow is planned."""


@pytest.mark.parametrize("unsaved", ["", "Greet Eve.\n"])
async def test_what_was_shown_runs_also_where_another_program_changes_it_meanwhile(
    tmp_path: Path, unsaved: str
) -> None:
    async with chain(tmp_path, command=[sys.executable, "-c", RACED]) as s:
        if unsaved:
            s.client.edit(s.uri, unsaved)
        await s.client.run("fourfold.startWorkflow", until="greet", uri=s.uri)
        await s.ended()
        assert asked(s) == [unsaved.strip() or "Greet Ada."]
        causes = [one["cause"] for one in (await s.versions())["versions"]]
        assert causes[0] == "external", "it came before the plan"


async def test_cancelling_the_workflow(tmp_path: Path) -> None:
    async with chain(tmp_path, held("Polish", asyncio.Event())) as s:
        runs = (await s.client.run("fourfold.startWorkflow"))["runs"]
        await become(s, {"greet/polish": "running", "joke": "succeeded"})
        with pytest.raises(JsonRpcException, match="Chain is being run already"):
            await s.client.run("fourfold.startWorkflow")
        ids = {run["step"]: run["id"] for run in runs}
        answer = await s.client.run("fourfold.cancelRuns")
        assert set(answer["cancelled"]) == {ids["greet/polish"], ids["translate"]}
        await s.ended()
        assert await states(s) == {
            "greet": "succeeded",
            "greet/polish": "cancelled",
            "translate": "not_started",
            "joke": "succeeded",
        }


async def test_a_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    held_back = asyncio.Event()
    async with scripted_model(held("Polish", held_back)) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": KEY}
        with contextlib.suppress(KilledError):
            async with chain(tmp_path, env=env) as s:
                await s.client.run("fourfold.startWorkflow", fresh=True)
                await become(s, {"greet/polish": "running", "joke": "succeeded"})
                s.kill()
        before = len(model.requests)
        held_back.set()
        async with chain(tmp_path, env=env) as s:
            s.client.answers.append("Go on")
            await become(s, dict.fromkeys(STEPS, "succeeded"))
        assert texts(model.requests[before:]) == ASKED[2:]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"from": "nobody"}, "from: there is no step nobody; there are greet, greet/polish"),
        ({"until": 3}, "until: it has to be a text"),
        ({"versions": {"greet": 7}}, "versions: greet has no v7; kept are v1"),
        ({"versions": [1]}, "versions: it has to be an object of version numbers by step id"),
        ({"from": "joke", "until": "translate"}, "until: translate takes nothing from joke"),
        ({"uri": "file:///nowhere/x.md"}, "is not in a workspace folder"),
    ],
)
async def test_wrong_fields_are_named(fields: dict[str, Any], message: str, tmp_path: Path) -> None:
    async with chain(tmp_path) as s:
        with pytest.raises(JsonRpcException) as refused:
            await s.client.run("fourfold.startWorkflow", **fields)
        assert message in str(refused.value)
        assert s.model.requests == []


async def test_lenses_and_actions_of_workflow_yaml(tmp_path: Path) -> None:
    async with chain(tmp_path) as s:
        path = s.folder / "prompts/workflow.yaml"
        uri = path.as_uri()
        s.client.open(path)
        lenses = await s.client.lenses(uri)
        titles = [(one.range.start.line, one.command.title) for one in lenses if one.command]
        assert titles[:5] == [
            (0, "▶▶ Run the workflow"),
            (0, "◫ Diagram"),
            (2, "○ not run yet"),
            (2, "▶ Run to here"),
            (2, "▶ Run from here"),
        ]
        command = next(one.command for one in lenses if one.command)
        assert command is not None
        await s.client.run(command.command, *(command.arguments or []))
        await s.ended()
        lenses = await s.client.lenses(uri)
        status = next(one.command for one in lenses if one.range.start.line == 2)
        assert status is not None
        assert status.title.startswith("✓ ")
        assert status.command == "fourfold.showRun"
        actions = [one.title for one in await s.client.actions(uri, line=5)]
        assert "▶▶ Run the workflow" in actions
        assert "▶ Run from here (greet/polish)" in actions
        assert not any("(joke)" in title for title in actions)


async def test_a_changed_input_file_makes_its_step_stale(tmp_path: Path) -> None:
    yaml = "steps:\n  joke:\n    inputs: {rules: {file: docs/rules.md}}\n"
    files = {**FILES, "prompts/joke.md": "Joke by {{ rules }}", "docs/rules.md": "Be kind."}
    async with session(tmp_path, echo, files={**files, "prompts/workflow.yaml": yaml}) as s:
        await s.client.run("fourfold.startWorkflow", until="joke")
        await s.client.progress_end()
        assert asked(s) == ["Joke by Be kind."]
        (s.folder / "docs/rules.md").write_text("Be short.")
        await become(s, {"joke": "stale"})


async def test_how_many_steps_were_cut_off_failed_or_never_run_is_told(tmp_path: Path) -> None:
    files = {
        "prompts/workflow.yaml": "name: Steps\nsteps:\n  greet:\n  bad:\n  next:\n    inputs:\n"
        "      text: {step: bad}\n  good:\n",
        "prompts/bad.md": "Bad",
        "prompts/next.md": "Next {{ text }}",
        "prompts/good.md": "Good",
    }

    async def answer(exchange: Exchange) -> None:
        text = exchange.request.json["messages"][-1]["content"]
        refused, cut = text.startswith("Bad"), text.startswith("Good")
        await (status(400) if refused else tokens("Hi", finish="length" if cut else "stop"))(
            exchange
        )

    profile = VSCODE.announcing(events=True, tellsEnds=True)
    async with session(tmp_path, answer, files=files, profile=profile) as s:
        await s.client.run("fourfold.startWorkflow", uri=s.uri)
        ended = await s.client.progress_end()
        assert ended.messages[-1] == "2 done, 1 of them cut off, 1 failed, 1 cancelled"
        # This client says itself what has come of it.
        told = await s.client.notified("fourfold/workflowEnded")
        assert told["uri"] == s.folder.as_uri()
        assert (told["run"]["name"], told["run"]["status"]) == ("Steps", "failed")
        steps = {one["step"]: one for one in told["run"]["steps"]}
        assert (steps["bad"]["status"], steps["next"]["status"]) == ("failed", "cancelled")
        assert steps["bad"]["run"]
        assert steps["bad"]["error"]
        assert not any("failed" in one for one in s.told())
        shown = await show(s)
        assert [step["named"] for step in shown["steps"]] == [True] * 4
