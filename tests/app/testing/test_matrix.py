"""What the command line cannot be made to meet: prices, and a version that goes meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.engine import open_engine
from fourfold.app.testing.making import make_matrix
from fourfold.app.testing.options import MatrixOptions
from fourfold.app.testing.texts import of_version
from support.fixtures import workspace
from support.scripted_model import Gate, scripted_model, status, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.app.testing.matrix import Matrix
    from fourfold.evals.matrix.report import TestReport
    from support.scripted_model import Exchange
    from support.workspace import Workspace

__all__ = ["workspace"]

TESTS = "".join(
    f"- vars: {{topic: t{number}}}\n  assert: [{{type: contains, value: yes}}]\n"
    for number in range(30)
)


@asynccontextmanager
async def matrix_of(
    workspace: Workspace, notes: list[str] | None = None, **options: Any
) -> AsyncIterator[Matrix]:
    notes = [] if notes is None else notes
    (workspace.folder / "prompts" / "a.tests.yaml").write_text(TESTS, encoding="utf-8")
    async with open_engine(
        workspace.project, on_change=lambda _: None, on_error=lambda error: notes.append(str(error))
    ) as engine:
        yield await make_matrix(
            engine,
            workspace.file(),
            [of_version(version) for version in workspace.history().versions[::-1]],
            MatrixOptions(**options),
            note=notes.append,
            on_progress=lambda _: None,
        )


async def report_of(workspace: Workspace, **options: Any) -> TestReport:
    async with matrix_of(workspace, **options) as matrix:
        return await matrix.run()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes a scripted model the default one."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))

    def use(model: Any) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
        monkeypatch.setenv("OPENAI_MODEL", "scripted")

    return use


async def test_a_budget_is_not_passed(
    workspace: Workspace, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of a cent for each token; the prompt caps its responses at 10."""

    def price(_: object, sent: int | None, received: int | None) -> float | None:
        return None if received is None else received * 0.001

    monkeypatch.setattr("fourfold.llm.user_models.price", price)
    head = "---\nname: a\nmodel:\n  options: {maxOutputTokens: 10}\n---\n"
    workspace.save(f"{head}Say {{{{topic}}}}\n")
    async with scripted_model(tokens("yes", " ", "yes", usage=(7, 4))) as model:
        scripted(model)
        async with matrix_of(workspace, budget_usd=0.05) as matrix:
            assert await matrix.estimate_usd() == pytest.approx(30 * 0.01)
            report = await matrix.run()
        assert report.stopped == "budget"
        assert report.spending.cost_usd == pytest.approx(0.004 * len(model.requests))
        # Another call could have cost what was left, and more.
        assert 0.04 < report.spending.cost_usd <= 0.05
        again = await report_of(workspace, budget_usd=1.0)
    assert (again.stopped, again.cached) == ("done", report.spending.calls)


async def test_what_a_matrix_names_counts_as_run_before_it_is(
    workspace: Workspace, scripted: Any
) -> None:
    workspace.save("One {{topic}}\n")
    workspace.external("Two {{topic}}\n")
    async with scripted_model(tokens("yes")) as model:
        scripted(model)
        async with matrix_of(workspace) as matrix:
            for text in ("Three", "Four", "Five", "Six"):
                workspace.external(f"{text} {{{{topic}}}}\n")
            report = await matrix.run()
    assert [one.number for one in workspace.history().versions][-2:] == [2, 1]
    assert workspace.history().version(2).cause == "command"
    assert (list(report.left), [arm.runs for arm in report.found.arms]) == ([], [30, 30])


async def test_an_endpoint_that_fails_for_half_of_the_calls(
    workspace: Workspace, scripted: Any
) -> None:
    turns = iter(range(10**6))

    async def half(exchange: Exchange) -> None:
        fails = next(turns) % 2
        await (status(403, "Not now.") if fails else tokens("yes"))(exchange)

    workspace.save("One {{topic}}\n")
    notes: list[str] = []
    async with scripted_model(half) as model:
        scripted(model)
        async with matrix_of(workspace, notes) as matrix:
            report = await matrix.run()
        port = int(model.base_url.rpartition(":")[2].partition("/")[0])
    (arm,) = report.found.arms
    assert (report.stopped, arm.runs, arm.passed, arm.missing) == ("done", 15, 15, 15)
    assert len([note for note in notes if note.startswith("v1: ")]) == 1
    async with scripted_model(tokens("yes"), port=port) as model:
        report = await report_of(workspace)
    (arm,) = report.found.arms
    assert (len(model.requests), arm.passed, arm.missing) == (15, 30, 0)


async def test_tests_that_are_edited_while_their_matrix_runs(
    workspace: Workspace, scripted: Any
) -> None:
    workspace.save("One {{topic}}\n")
    gate = Gate()
    async with scripted_model(tokens("yes", gate=gate)) as model:
        scripted(model)
        async with matrix_of(workspace) as matrix:
            going = asyncio.create_task(matrix.run())
            await model.exchange(2)
            path = workspace.folder / "prompts" / "a.tests.yaml"
            path.write_text("- {vars: {topic: [", encoding="utf-8")
            gate.open()
            report = await going
    (arm,) = report.found.arms
    assert (report.stopped, arm.runs, arm.passed) == ("done", 30, 30)
    assert list(report.names.values()) == [f"test {number + 1}" for number in range(30)]


async def test_a_version_that_is_pushed_out_meanwhile_is_left_out(
    workspace: Workspace, scripted: Any
) -> None:
    workspace.save("One {{topic}}\n")
    workspace.save("Two {{topic}}\n")
    notes: list[str] = []
    gate = Gate()
    async with scripted_model(tokens("yes", gate=gate)) as model:
        scripted(model)
        async with matrix_of(workspace, notes) as matrix:
            going = asyncio.create_task(matrix.run())
            await model.exchange(4)
            for text in ("Three", "Four", "Five"):
                workspace.save(f"{text} {{{{topic}}}}\n")
            gate.open()
            report = await going
    one, two = report.found.arms
    assert [str(arm) for arm in report.left] == ["v1"]
    assert (report.stopped, two.runs) == ("done", 30)
    assert one.runs < 30
    assert any("v1 was pushed out by newer versions" in note for note in notes)
