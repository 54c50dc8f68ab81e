"""Judges on a scripted endpoint: what they say, what they cost, and what they do not say."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.engine import open_engine
from fourfold.app.testing.judging import grading_of
from fourfold.app.testing.outside.carrying import Outside
from fourfold.evals.matrix.purse import Purse
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.response import Response
from fourfold.evals.test_files.reading import read_tests
from fourfold.runs.spending import Spending
from support.scripted_model import drop, raw, scripted_model, status, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.evals.grading import Grade
    from fourfold.user.consent import Question
    from support.scripted_model import Exchange, Script
    from support.workspace import Workspace

GOOD = tokens('{"reason": "r", "pass": true, "score": 0.8}', usage=(100, 20))
BAD = tokens('{"reason": "r", "pass": false, "score": 0.1}', usage=(100, 20))
RUBRIC = {"type": "llm-rubric", "value": "Is polite"}


@pytest.fixture(autouse=True)
def own_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    monkeypatch.setenv("OPENAI_MODEL", "judge")


class Grader:
    """Grades responses as a matrix does."""

    def __init__(self, workspace: Workspace, outside: Outside, spending: Spending) -> None:
        self._files = ReferencedFiles(workspace.folder, workspace.folder)
        self.outside = outside
        self.spending = spending

    async def __call__(self, *asserts: Any, output: Any = "Hello", **test: Any) -> Grade:
        source = json.dumps([{"vars": {"who": "Ada"}, "assert": asserts, **test}])
        [placed] = read_tests("a.tests.json", source, self._files).cases
        assert placed.refused is None, placed.refused
        asking = grading_of(Response(output, prompt="Say hello"), placed.case, self._files)
        return await self.outside.result(asking, Purse(self.spending))


@asynccontextmanager
async def grading(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    model: Any,
    *,
    seed: int = 0,
    ask: Any = None,
    **limits: Any,
) -> AsyncIterator[Grader]:
    monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
    async with open_engine(
        workspace.project, on_change=lambda _: None, on_error=lambda _: None, ask=ask
    ) as engine:
        yield Grader(workspace, Outside(engine, None, seed), Spending(**limits))


def never_twice(monkeypatch: pytest.MonkeyPatch, part: float = 0.0) -> None:
    monkeypatch.setattr("fourfold.app.testing.outside.judges.ASKED_TWICE", part)


async def test_a_question_is_asked_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by another process, with another threshold and from another test."""
    never_twice(monkeypatch)
    async with scripted_model(GOOD) as model:
        async with grading(workspace, monkeypatch, model) as grade:
            [score] = (await grade(RUBRIC)).scores
            assert (score.passed, score.score, score.agrees) == (True, 0.8, None)
            assert score.reason == "llm-rubric: “r” (0.8): that is so."
            await grade({**RUBRIC, "type": "not-llm-rubric"})
        async with grading(workspace, monkeypatch, model, seed=5) as grade:
            assert (await grade({**RUBRIC, "threshold": 0.9}, description="b")).passed is False
            assert grade.spending.calls == 0
            assert len(model.requests) == 1
            await grade(RUBRIC, output="Good day")
            await grade({**RUBRIC, "provider": "openai:chat:other"})
            assert grade.spending.calls == 2
        system, user = model.requests[0].json["messages"]
        assert (system["role"], user["role"]) == ("system", "user")
        assert "<output>\nHello\n</output>" in user["content"]
        assert "<rubric>\nIs polite\n</rubric>" in user["content"]
        assert [it.json["model"] for it in model.requests] == ["judge", "judge", "other"]
        assert model.requests[2].json["temperature"] == 0


async def test_a_tenth_is_asked_twice_and_drawn_by_the_seed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted_model(GOOD) as model:
        async with grading(workspace, monkeypatch, model, seed=3) as grade:
            grades = [await grade(RUBRIC, output=f"o{number}") for number in range(200)]
            agreements = [grade.scores[0].agrees for grade in grades]
            assert 8 <= agreements.count(True) <= 36
            assert grade.spending.calls == 200 + agreements.count(True)
        async with grading(workspace, monkeypatch, model, seed=4) as grade:
            again = [await grade(RUBRIC, output=f"o{number}") for number in range(200)]
            assert [grade.scores[0].agrees for grade in again] == agreements
            assert grade.spending.calls == 0


async def test_a_judge_that_contradicts_itself(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_twice(monkeypatch, 1.0)
    async with (
        scripted_model(GOOD, BAD, GOOD, tokens("nonsense")) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        [score] = (await grade(RUBRIC)).scores
        assert (score.passed, score.agrees) == (True, False)
        [score] = (await grade(RUBRIC, output="b")).scores
        assert (score.passed, score.agrees) == (True, None)  # the second one said nothing


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (tokens("I like it."), "the judge gave no verdict but said “I like it.”"),
        (tokens("{}"), "the judge gave no verdict but said “{}”"),
        (tokens('{"Pass": false}'), "the judge gave no verdict"),
        (tokens('{"result": {"pass": false}}'), "the judge gave no verdict"),
        (tokens('{"score": 0.2}'), "the judge gave no verdict"),
        (tokens('{"pass": null, "score": 1}'), "the judge did not say whether it passes"),
        (tokens("x" * 1000, *["y" * 1000] * 1000), "judge said more than 100,000 characters"),
        (tokens(finish="content_filter"), "held the response back in its content filter"),
        (status(400, "no"), "rejected the request (400: no)"),
        (status(401), "did not accept the key (401)"),
        (drop(), "could not be reached"),
    ],
)
@pytest.mark.parametrize("kind", ["llm-rubric", "not-llm-rubric"])
async def test_a_judge_that_says_nothing_is_no_failure(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, script: Script, why: str, kind: str
) -> None:
    asserted = {**RUBRIC, "type": kind}
    async with (
        scripted_model(script) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        found = await grade(asserted, {"type": "contains", "value": "Hello"})
        assert (found.passed, found.score) == (None, None)
        score = found.scores[0]
        assert (score.passed, score.score) == (None, None)
        assert score.reason.startswith(f"{kind} could not be judged: ")
        assert why in score.reason
        assert "sk-test" not in score.reason
        # it fails without the judge as well
        assert (await grade(asserted, {"type": "contains", "value": "Bye"})).passed is False
        # nonsense is not kept
        sent = len(model.requests)
        await grade(asserted)
        assert len(model.requests) == sent if "401" in why else len(model.requests) > sent


async def test_no_limit_is_passed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    never_twice(monkeypatch)
    async with scripted_model(GOOD) as model:
        async with grading(workspace, monkeypatch, model, most_calls=2) as grade:
            found = [await grade(RUBRIC, output=f"o{number}") for number in range(4)]
            assert [one.passed for one in found] == [True, True, None, None]
            assert "could have passed the budget" in found[2].scores[0].reason
            assert grade.outside.short_of_money
            assert (await grade(RUBRIC, output="o0")).passed is True  # which is kept
        async with grading(workspace, monkeypatch, model, budget_usd=1.0) as grade:
            [score] = (await grade(RUBRIC, output="new")).scores
            assert "no price of judge is known" in score.reason
        assert len(model.requests) == 2

        def price(_: object, sent: int | None, received: int | None) -> float | None:
            return None if sent is None or received is None else sent * 0.001 + received * 0.01

        monkeypatch.setattr("fourfold.app.testing.outside.judges.price", price)
        provider = {"id": "openai:chat:judge", "config": {"max_tokens": 20}}
        asserted = {**RUBRIC, "provider": provider}
        async with grading(workspace, monkeypatch, model, budget_usd=1.0) as grade:
            found = [await grade(asserted, output=f"p{number}") for number in range(5)]
            costs = [one.scores[0].cost_usd for one in found]
            assert costs[0] == pytest.approx(0.3)
            assert costs[-1] is None
            assert grade.spending.cost_usd == pytest.approx(sum(it or 0 for it in costs))
            assert 0.3 <= grade.spending.cost_usd <= 1.0
    async with (
        scripted_model(tokens("Well.", usage=(100, 20))) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        [score] = (await grade(RUBRIC)).scores
        assert (score.passed, score.cost_usd) == (None, pytest.approx(0.3))  # nonsense costs too
        assert grade.spending.cost_usd == pytest.approx(0.3)


async def test_an_address_in_a_tests_file_is_asked_after_consent(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def refuse(question: Question) -> bool:
        asked.append(question.text)
        return False

    async def agree(_: Question) -> bool:
        return True

    async with scripted_model(GOOD) as mine, scripted_model(GOOD) as theirs:
        config = {"apiBaseUrl": theirs.base_url, "apiKey": "sk-in-the-file-123456"}
        options = {"provider": {"id": "openai:chat:other", "config": config}}
        async with grading(workspace, monkeypatch, mine, ask=refuse) as grade:
            for output in ("a", "b"):
                [score] = (await grade(RUBRIC, options=options, output=output)).scores
                assert "you have not agreed to that" in score.reason
        assert len(asked) == 1
        assert (theirs.requests, mine.requests) == ([], [])
        async with grading(workspace, monkeypatch, mine, ask=agree) as grade:
            assert (await grade(RUBRIC, options=options)).passed is True
        assert "authorization" not in theirs.requests[0].headers
        assert mine.requests == []


async def test_a_provider_of_another_service_has_to_be_configured(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        scripted_model(GOOD) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        [score] = (await grade({**RUBRIC, "provider": "anthropic:messages:claude"})).scores
        assert 'add [models."anthropic:messages:claude"]' in score.reason
        assert model.requests == []


async def test_own_words_for_the_judge(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_twice(monkeypatch)
    (workspace.folder / "words.txt").write_text("From a file: {{ rubric }} of {{ who }}\n")
    (workspace.folder / "rubric.txt").write_text("be {{ who }}\n")
    chat = [{"role": "system", "content": "{{ who }}"}, {"role": "user", "content": "{{ output }}"}]
    async with (
        scripted_model(GOOD) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        in_yaml = (
            "- role: system\n  content: '{{ who }}'\n- {role: user, content: '{{ output }}'}\n"
        )
        written = (chat, json.dumps(chat), in_yaml, "{{ rubric }}!", "file://words.txt")
        for prompt in written:
            await grade({**RUBRIC, "rubricPrompt": prompt}, output='{"a": "{{ who }}"}')
        await grade({"type": "llm-rubric", "value": "file://rubric.txt"})
        await grade(
            {"type": "llm-rubric", "value": ["{{ who }}", 1]},
            options={"rubricPrompt": "{{ rubric }}"},
        )
        sent = [request.json["messages"] for request in model.requests]
        # the same question as a list, as JSON and as YAML, so it is asked once
        assert sent[0][0] == {"role": "system", "content": "Ada"}
        assert sent[0][1]["content"] == '{"a": "{{ who }}"}'
        assert sent[1] == [{"role": "user", "content": "Is polite!"}]
        assert sent[2] == [{"role": "user", "content": "From a file: Is polite of Ada"}]
        assert "<rubric>\nbe Ada\n</rubric>" in sent[3][1]["content"]
        assert sent[4] == [{"role": "user", "content": '["Ada",1]'}]
        assert (await grade({**RUBRIC, "rubricPrompt": {"a": 1}})).error is not None


async def test_the_steps_of_g_eval_are_made_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_twice(monkeypatch)

    async def answer(exchange: Exchange) -> None:
        text = exchange.request.json["messages"][-1]["content"]
        steps = tokens('```json\n{"steps": [\n"look"\n, "score"]}\n```')
        await (tokens('{\n"score": 9, "reason": "r"}') if "<steps>" in text else steps)(exchange)

    async with (
        scripted_model(answer) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        for output in ("a", "b"):
            [score] = (await grade({"type": "g-eval", "value": "polite"}, output=output)).scores
            assert (score.passed, score.score) == (True, 0.9)
        assert len(model.requests) == 3
        asked = model.requests[1].json["messages"][0]["content"]
        assert "- look\n- score" in asked
        assert "Say hello" in asked
        [score] = (await grade({"type": "not-g-eval", "value": ["polite", "short"]})).scores
        assert (score.passed, score.score) == (False, pytest.approx(0.1))


def embedded(*vectors: list[float]) -> Script:
    data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
    body = {"data": data[::-1], "usage": {"prompt_tokens": 3}}
    return raw(json.dumps(body).encode(), content_type="application/json")


SIMILAR = {"type": "similar", "value": ["cats", "dogs"]}


async def test_similar_asks_for_embeddings_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted_model(embedded([1, 0], [0, 1], [3, 4])) as model:
        async with grading(workspace, monkeypatch, model) as grade:
            [score] = (await grade(SIMILAR)).scores
            assert (score.passed, score.score) == (False, pytest.approx(0.6))
            [score] = (await grade({**SIMILAR, "threshold": 0.6})).scores
            assert score.passed is True
            [score] = (await grade({**SIMILAR, "type": "not-similar", "threshold": 0.7})).scores
            assert (score.passed, score.score) == (True, pytest.approx(0.4))
        [request] = model.requests
        assert request.path == "/v1/embeddings"
        assert request.json["model"] == "text-embedding-3-large"
        assert request.json["input"] == ["Hello", "cats", "dogs"]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (embedded([1, 0], [0, 1]), "sent something that is no"),
        (embedded([0, 0], [0, 1], [1, 1]), "an embedding has no direction"),
        (embedded([1], [0, 1], [1, 1]), "the embeddings have unequal lengths"),
        (embedded([1e308] * 9, [1e308] * 9, [1e308] * 9), "an embedding has no direction"),
        (raw(b"{}", content_type="application/json"), "sent something that is no"),
        (raw(b'{"data": [1, 2, 3]}', content_type="application/json"), "sent something that is no"),
        (raw(b"[" * (20 << 20), content_type="application/json"), "sent something that is no"),
        (status(404), "does not know the model"),
        (drop(), "could not be reached"),
    ],
)
async def test_embeddings_that_are_none_are_no_failure(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, script: Script, why: str
) -> None:
    async with (
        scripted_model(script) as model,
        grading(workspace, monkeypatch, model) as grade,
    ):
        [score] = (await grade(SIMILAR)).scores
        assert (score.passed, score.score) == (None, None)
        assert why in score.reason
