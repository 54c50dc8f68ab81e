"""A board as `fourfold view` has it: what its page asks for, against a model that is scripted."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.board_actions import carry_out
from fourfold.app.commands.boards import (
    CancelAction,
    KeepInputsAction,
    MakeCurrentAction,
    RateAction,
    RunAction,
    RunTestsAction,
    StopTestsAction,
)
from fourfold.app.following import Following, following
from fourfold.errors import FourfoldError
from support.scripted_model import hang, scripted_model, status, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from support.scripted_model import Exchange
    from support.workspace import Workspace

TESTS = "".join(
    f"- vars: {{topic: t{number}}}\n  assert: [{{type: equals, value: 'yes'}}]\n"
    for number in range(12)
)


@pytest.fixture(autouse=True)
def own_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))


class Shown:
    """A page that looks at it."""

    def __init__(self) -> None:
        self.board: dict[str, Any] = {}
        self.told: list[str] = []
        self._news = asyncio.Event()

    def publish(self, board: Mapping[str, Any]) -> None:
        self.board |= board
        self._news.set()

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)

    async def until(self, accept: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while not (self.board and accept(self.board)):
                self._news.clear()
                await self._news.wait()
        return self.board


@asynccontextmanager
async def shown(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, model: Any
) -> AsyncIterator[tuple[Following, Shown]]:
    monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    monkeypatch.setenv("OPENAI_MODEL", "scripted")
    page = Shown()
    async with following(workspace.project, workspace.file()) as board:
        publishing = asyncio.create_task(board.publish_to(page))
        try:
            yield board, page
        finally:
            publishing.cancel()


def versions(workspace: Workspace, *rules: str) -> None:
    for rule in rules:
        workspace.save(f"{rule} Say something of {{{{topic}}}}.\n")


async def obeying(exchange: Exchange) -> None:
    """Answers "yes" where the prompt asks for it."""
    wanted = "Say yes." in exchange.request.json["messages"][-1]["content"]
    await tokens("yes" if wanted else "no")(exchange)


async def test_runs_are_of_the_inputs_that_are_given(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions(workspace, "One.", "Two.")
    async with (
        scripted_model(tokens("Hello"), tokens("Hello"), status(400)) as model,
        shown(workspace, monkeypatch, model) as (board, page),
    ):
        (topic,) = (await page.until(bool))["inputs"]
        assert (topic["name"], topic["value"], topic["optional"]) == ("topic", None, False)
        await carry_out(RunAction(versions=[1, 2], inputs={"topic": "dogs"}), board)
        await page.until(lambda now: all(one["runs"] for one in now["arms"]))
        whole = await page.until(
            lambda now: all(one["runs"][0]["status"] == "succeeded" for one in now["arms"])
        )
        newest = [one["runs"][0] for one in whole["arms"]]
        assert [run["inputs"] for run in newest] == [{"topic": "dogs"}] * 2
        read = await board.run_page(newest[1]["id"])
        assert read.run.messages == [{"role": "user", "content": "Two. Say something of dogs.\n"}]
        assert (read.inputs, read.newer, read.version and read.version.number) == (
            {"topic": "dogs"},
            None,
            2,
        )
        await carry_out(RateAction(run=newest[0]["id"], rating=1, note="Good."), board)
        await page.until(lambda now: now["arms"][0]["runs"][0]["ratings"])
        await carry_out(MakeCurrentAction(version=1), board)
        await page.until(lambda now: now["current"] == 1)
        (failed,) = await carry_out(RunAction(versions=[2], inputs={"topic": "cats"}), board)
        await page.until(lambda now: now["arms"][1]["runs"][0]["status"] == "failed")
        read = await board.run_page(failed.id)
        assert read.older is not None
        assert (read.run.status, read.older.id) == ("failed", newest[1]["id"])
        read = await board.run_page(newest[1]["id"])
        assert (read.older, read.newer and read.newer.id) == (None, failed.id)
        with pytest.raises(FourfoldError, match="no v7"):
            await carry_out(RunAction(versions=[7]), board)
        with pytest.raises(FourfoldError, match="has no run nothing"):
            await board.run_page("nothing")


async def test_values_that_are_kept_are_a_set_and_a_test(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions(workspace, "One.")
    async with (
        scripted_model() as model,
        shown(workspace, monkeypatch, model) as (board, page),
    ):
        await page.until(lambda now: now["tests"] == 0)
        await carry_out(KeepInputsAction(name="pets", inputs={"topic": "dogs"}), board)
        now = await page.until(lambda now: now["tests"] == 1)
        assert now["sets"] == [{"name": "pets", "inputs": {"topic": "dogs"}}]


async def test_tests_go_on_until_it_is_certain(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions(workspace, "Say no.", "Say yes.")
    (workspace.folder / "prompts" / "a.tests.yaml").write_text(TESTS, encoding="utf-8")
    async with (
        scripted_model(obeying) as model,
        shown(workspace, monkeypatch, model) as (board, page),
    ):
        await page.until(lambda now: now["tests"] == 12)
        await carry_out(RunTestsAction(max_calls=200), board)
        with pytest.raises(FourfoldError, match="is being tested"):
            await carry_out(RunTestsAction(max_calls=200), board)
        done = await page.until(lambda now: now["report"] and not now["testing"])
        assert done["report"]["stopped"] == "certain"
        assert "v2 passes more often than v1" in done["report"]["sentence"]
        assert done["report"]["calls"] < 60


async def test_tests_are_stopped_and_what_is_done_is_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions(workspace, "Say no.", "Say yes.")
    (workspace.folder / "prompts" / "a.tests.yaml").write_text(TESTS, encoding="utf-8")
    async with (
        scripted_model(obeying, obeying, hang()) as model,
        shown(workspace, monkeypatch, model) as (board, page),
    ):
        await page.until(bool)
        await carry_out(RunTestsAction(max_calls=200), board)
        going = await page.until(lambda now: now["testing"] and now["testing"]["done"] >= 2)
        assert going["testing"]["planned"] >= 1000
        await carry_out(StopTestsAction(), board)
        done = await page.until(lambda now: now["report"] and not now["testing"])
        assert done["report"]["stopped"] == "cancelled"
        assert sum(arm["runs"] for arm in done["report"]["arms"]) == 2
        await carry_out(StopTestsAction(), board)
        await carry_out(CancelAction(runs=["nothing"]), board)
