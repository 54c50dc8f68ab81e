"""A matrix whose tests are judged by a model: its limits, its sentence, and how it ends."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.engine import open_engine
from fourfold.app.testing.making import make_matrix
from fourfold.app.testing.options import MatrixOptions
from fourfold.app.testing.texts import of_version
from support.scripted_model import hang, scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.app.testing.matrix import Matrix
    from support.scripted_model import Exchange
    from support.workspace import Workspace

JUDGE = "defaultTest: {options: {provider: 'openai:chat:judge'}}\ntests:\n"
TESTS = JUDGE + "".join(
    f"- vars: {{topic: t{number}}}\n"
    "  assert: [{type: llm-rubric, value: 'About {{topic}}'}]\n"
    for number in range(20)
)
YES, NO = (tokens(f'{{"reason": "r", "pass": {it}}}') for it in ("true", "false"))


@pytest.fixture(autouse=True)
def own_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))


@asynccontextmanager
async def matrix_of(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    model: Any,
    notes: list[str] | None = None,
    tests: str = TESTS,
    **options: Any,
) -> AsyncIterator[Matrix]:
    monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    monkeypatch.setenv("OPENAI_MODEL", "scripted")
    (workspace.folder / "prompts" / "a.tests.yaml").write_text(tests, encoding="utf-8")
    async with open_engine(
        workspace.project, on_change=lambda _: None, on_error=lambda _: None
    ) as engine:
        yield await make_matrix(
            engine,
            workspace.file(),
            [of_version(version) for version in workspace.history().versions[::-1]],
            MatrixOptions(seed=1, **options),
            note=([] if notes is None else notes).append,
            on_progress=lambda _: None,
        )


def judging(*verdicts: Any) -> Any:
    """A judge whose verdicts come in turn, and a model that answers with what it was asked."""
    turn = iter(range(10**6))

    async def answer(exchange: Exchange) -> None:
        body = exchange.request.json
        if body["model"] == "judge":
            await verdicts[next(turn) % len(verdicts)](exchange)
        else:
            await tokens(body["messages"][-1]["content"])(exchange)

    return answer


def asked(model: Any) -> list[str]:
    return [request.json["model"] for request in model.requests]


async def test_how_far_the_judge_disagrees_with_itself_is_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfold.app.testing.outside.judges.ASKED_TWICE", 1.0)
    workspace.save("Say {{topic}}\n")
    async with scripted_model(judging(YES, YES, YES, NO)) as model:
        async with matrix_of(workspace, monkeypatch, model) as matrix:
            assert (matrix.most_calls, matrix.judge_calls) == (20, 20)
            report = await matrix.run()
        assert (asked(model).count("judge"), report.spending.calls) == (40, 60)
        differed = sum(
            agrees is False
            for arm in report.results.arms
            for _, answer in report.results.of(arm)
            for agrees in answer.agreements
        )
        assert report.sentence.endswith(
            f" The judge disagrees with itself in {differed / 20 * 100:.0f} % of the cases "
            "(20 verdicts asked twice)."
        )
        async with matrix_of(workspace, monkeypatch, model) as matrix:
            again = await matrix.run()
        assert (again.spending.calls, again.sentence) == (0, report.sentence)


@pytest.mark.parametrize("most", [0, 1, 2, 5, 11, 12, 39])
async def test_room_for_the_judge_is_kept_before_a_response_is_asked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("fourfold.app.testing.outside.judges.ASKED_TWICE", 0.0)
    workspace.save("Say {{topic}}\n")
    async with scripted_model(judging(YES)) as model:
        async with matrix_of(workspace, monkeypatch, model, max_calls=most) as matrix:
            report = await matrix.run()
        assert report.stopped == "budget"
        assert len(model.requests) == report.spending.calls == most // 2 * 2
        assert asked(model).count("judge") == most // 2
        [arm] = report.found.arms or [None]
        assert (arm.passed if arm else 0) == most // 2
        async with matrix_of(workspace, monkeypatch, model) as matrix:
            report = await matrix.run()
        assert (report.stopped, len(model.requests)) == ("done", 40)


@pytest.mark.parametrize(("budget", "judged"), [(0.7, 0), (0.75, 1), (1.4, 1), (1.5, 2), (4.6, 6)])
async def test_what_the_judge_costs_is_kept_too_before_a_response_is_paid_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, budget: float, judged: int
) -> None:
    prices_of(monkeypatch)
    monkeypatch.setattr("fourfold.app.testing.outside.judges.ASKED_TWICE", 0.0)
    workspace.save("Say {{topic}}\n")
    async with scripted_model(judging(YES)) as model:
        async with matrix_of(workspace, monkeypatch, model, budget_usd=budget) as matrix:
            report = await matrix.run()
        assert (asked(model).count("judge"), asked(model).count("scripted")) == (judged, judged)
        assert report.stopped == "budget"
        assert (report.spending.cost_usd or 0) <= budget


def prices_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judgement costs $0.50, any other answer $0.25."""

    def price(model: Any, sent: int | None, received: int | None) -> float | None:
        judges = model.model == "judge"
        return None if sent is None or received is None else 0.5 if judges else 0.25

    for place in ("app.testing.outside.judges", "llm.user_models"):
        monkeypatch.setattr(f"fourfold.{place}.price", price)


async def test_what_a_judge_does_not_say_is_missing_and_judged_the_next_time(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfold.app.testing.outside.judges.ASKED_TWICE", 0.0)
    workspace.save("Say {{topic}}\n")
    notes: list[str] = []
    async with scripted_model(judging(tokens("Well."))) as model:
        async with matrix_of(workspace, monkeypatch, model, notes) as matrix:
            report = await matrix.run()
        assert [(arm.runs, arm.missing) for arm in report.found.arms] == [(0, 20)]
        assert notes == [
            "v1: llm-rubric could not be judged: the judge gave no verdict but said “Well.”."
        ]
        port = int(model.base_url.rpartition(":")[2].partition("/")[0])
    async with scripted_model(judging(YES), port=port) as model:
        async with matrix_of(workspace, monkeypatch, model) as matrix:
            report = await matrix.run()
        assert [(arm.runs, arm.passed, arm.missing) for arm in report.found.arms] == [(20, 20, 0)]
        assert set(asked(model)) == {"judge"}


async def test_cancelled_while_a_judge_hangs_it_keeps_what_is_done(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.save("Say {{topic}}\n")
    async with scripted_model(judging(hang())) as model:
        async with matrix_of(workspace, monkeypatch, model) as matrix:
            going = asyncio.create_task(matrix.run())
            await model.exchange(8)
            while "judge" not in asked(model):
                await asyncio.sleep(0)
            going.cancel()
            async with asyncio.timeout(30):
                report = await going
        assert report.stopped == "cancelled"
        for exchange in model.exchanges:
            if exchange.request.json["model"] == "judge":
                await exchange.until_closed()


async def test_recorded_responses_are_judged_once_for_their_prompt(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfold.app.testing.outside.judges.ASKED_TWICE", 0.0)
    workspace.save("Say {{topic}}\n")
    tests = JUDGE + (
        "- vars: {topic: cats}\n  providerOutput: They purr.\n"
        "  assert: [{type: factuality, value: Cats purr.}]\n"
    )
    category = tokens(json.dumps({"category": "C", "reason": "same"}))
    async with scripted_model(judging(category)) as model:
        for _ in range(2):
            async with matrix_of(workspace, monkeypatch, model, tests=tests) as matrix:
                report = await matrix.run()
            assert [(arm.runs, arm.passed) for arm in report.found.arms] == [(1, 1)]
        [request] = model.requests
        assert "<question>\nSay cats\n" in request.json["messages"][1]["content"]


async def test_what_is_estimated_has_the_judges_in_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices_of(monkeypatch)
    workspace.save("Say {{topic}}\n")
    async with scripted_model(judging(YES)) as model:
        async with matrix_of(workspace, monkeypatch, model) as matrix:
            assert await matrix.estimate_usd() == pytest.approx(20 * 0.75)
        async with matrix_of(workspace, monkeypatch, model, repeat=3) as matrix:
            assert await matrix.estimate_usd() == pytest.approx(60 * 0.75)
        tests = TESTS.replace("openai:chat:judge", "anthropic:messages:x")  # which there is none
        async with matrix_of(workspace, monkeypatch, model, tests=tests) as matrix:
            assert await matrix.estimate_usd() == pytest.approx(20 * 0.25)
    assert model.requests == []
