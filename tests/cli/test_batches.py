"""test --batch: the calls of a matrix are left with a provider, and collected."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from cli.test_testing import some_tests, write_tests
from fourfold.llm.batches.openai_files import OpenAIBatches
from fourfold.llm.batches.service import BatchLimits
from support.batch_services import BatchService, Fault, batch_service

if TYPE_CHECKING:
    from collections.abc import Callable

Workspace = Any
LIMIT = 60.0
TWO = ("Bad {{topic}}\n", "Good {{topic}}\n")


def good(body: dict[str, Any]) -> str:
    """Answers as `TWO` want it, where only the second passes."""
    return "yes!" if "Good" in body["messages"][-1]["content"] else "no"


def environment(service: BatchService) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": service.base_url,
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "OPENAI_MODEL": "scripted",
        "CLAUDE_KEY": "sk-ant-0123456789abcdef",
    }


def port_of(service: BatchService) -> int:
    return int(service.base_url.rpartition(":")[2].partition("/")[0])


async def report_of(
    workspace: Workspace, service: BatchService, *arguments: str
) -> tuple[dict[str, Any], str]:
    ended = await workspace.process(
        "test", "greet", "--batch", *arguments, "--json", **environment(service)
    )
    assert ended.code == 0, ended.err
    [report] = json.loads(ended.out)["reports"]
    return report, ended.err


def write_model(configured: Callable[[str], None], service: BatchService, format_: str) -> None:
    """The model `m`, whose service speaks in this way."""
    configured(
        f'[models.m]\nendpoint = "{service.base_url}"\nbatches = "{format_}"\n'
        'keyEnv = "CLAUDE_KEY"\n'
    )


@pytest.fixture
def two(workspace: Workspace) -> Workspace:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(3))
    return workspace


async def test_a_matrix_is_one_batch_and_its_verdict_is_the_same(two: Workspace) -> None:
    with batch_service(good, polls=2) as service:
        report, told = await report_of(two, service, "--repeat", "2")
        assert "12 calls of scripted were left in 1 batch with 127.0.0.1" in told
        assert (report["calls"], report["cached"], report["stopped"]) == (12, 0, "done")
        assert [(arm["passed"], arm["runs"], arm["missing"]) for arm in report["arms"]] == [
            (0, 6, 0),
            (6, 6, 0),
        ]
        assert report["arms"][0]["inputTokens"] == 7
        again, _ = await report_of(two, service, "--repeat", "3")
    assert (again["calls"], again["cached"]) == (6, 12)
    assert [len(batch.requests) for batch in service.submitted] == [12, 6]
    assert len(set(service.names)) == 18


@pytest.mark.parametrize("format_", ["openai", "anthropic"])
async def test_what_failed_is_left_again_alone_and_what_cannot_be_is_missing(
    two: Workspace, configured: Callable[[str], None], format_: str
) -> None:
    """Expired, rate-limited, absent and refused requests, each with what becomes of it."""

    def answer(body: dict[str, Any]) -> str | Fault:
        asked = body["messages"][-1]["content"]
        faults = {
            "Good t0\n": Fault(),
            "Good t1\n": Fault(429, {"message": "slow down", "type": "rate_limit_error"}),
            "Bad t0\n": Fault(absent=True),
        }
        if asked == "Bad t1\n":
            said = "The topic is not allowed"
            return Fault(400, {"message": said, "type": "invalid_request_error"})
        fault = faults.get(asked)
        return fault if fault and len(service.submitted) == 1 else good(body)

    with batch_service(answer) as service:
        write_model(configured, service, format_)
        report, told = await report_of(two, service, "--models", "m")
        assert [len(batch.requests) for batch in service.submitted] == [6, 3]
        assert [arm["missing"] for arm in report["arms"]] == [1, 0]
        assert report["arms"][1]["passed"] == 3
        assert "The topic is not allowed" in told
        await report_of(two, service, "--models", "m")
    assert [len(batch.requests) for batch in service.submitted] == [6, 3, 1]


async def test_a_refused_parameter_is_learned_and_the_request_left_again(
    two: Workspace,
) -> None:
    def answer(body: dict[str, Any]) -> str | Fault:
        if "temperature" in body:
            said = "Unsupported parameter: 'temperature' is not supported with this model."
            return Fault(400, {"message": said, "param": "temperature"})
        return good(body)

    two.versions(*("---\nmodel: {options: {temperature: 0.5}}\n---\n" + text for text in TWO))
    with batch_service(answer) as service:
        report, _ = await report_of(two, service, "--versions", "v3,v4")
        assert [len(batch.requests) for batch in service.submitted] == [6, 6]
    assert [arm["passed"] for arm in report["arms"]] == [0, 3]


@pytest.mark.parametrize("format_", ["openai", "anthropic"])
@pytest.mark.parametrize("moment", ["submitting", "answering", "waiting"])
async def test_a_process_that_is_killed_pays_nothing_twice(
    two: Workspace, configured: Callable[[str], None], format_: str, moment: str
) -> None:
    with batch_service(good) as service:
        write_model(configured, service, format_)
        service.polls = 10**6
        if moment == "submitting":
            service.held.clear()
        service.lost = moment == "answering"
        asking = await two.start(
            "test", "greet", "--batch", "--models", "m", **environment(service)
        )
        await asyncio.to_thread(service.wait_for, lambda: len(service.submitted) == 1)
        if moment == "waiting":
            await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted[0].polls))
        asking.send_signal(signal.SIGKILL)
        await asking.wait()
        service.held.set()
        service.polls = 0
        report, told = await report_of(two, service, "--models", "m")
    assert "6 calls of m are there in 1 batch" in told
    assert len(service.submitted) == 1
    assert (report["calls"], [arm["passed"] for arm in report["arms"]]) == (6, [0, 3])


async def test_ctrl_c_leaves_the_batch_and_says_how_it_goes_on(two: Workspace) -> None:
    with batch_service(good, polls=10**6) as service:
        asking = await two.start("test", "greet", "--batch", **environment(service))
        await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted))
        await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted[0].polls))
        asking.send_signal(signal.SIGINT)
        async with asyncio.timeout(LIMIT):
            _, err = await asking.communicate()
        assert asking.returncode == 130
        assert b"6 calls stay with the provider: `fourfold test --batch` again collects" in err
        listed = await two.process("batch", "list", "--json", **environment(service))
        [batch] = json.loads(listed.out)["batches"]
        assert (batch["batch"], batch["requests"], batch["ended"]) == ("batch_0", 6, False)
        ended = await two.process("batch", "cancel", **environment(service))
        assert "1 batch was cancelled" in ended.out, ended.err
        assert service.submitted[0].cancelled
        service.polls = 0
        report, _ = await report_of(two, service)
        assert (report["calls"], [arm["missing"] for arm in report["arms"]]) == (6, [0, 0])
        assert len(service.submitted) == 2
        listed = await two.process("batch", "list", "--json", **environment(service))
        assert json.loads(listed.out)["batches"] == []


async def test_a_dead_network_is_waited_for(two: Workspace) -> None:
    with batch_service(good, polls=3, cut=1) as service:
        service.gone = True
        asking = await two.start("test", "greet", "--batch", "--json", **environment(service))
        await asyncio.to_thread(service.wait_for, lambda: service.dropped > 1)
        service.gone = False
        await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted))
        service.gone = True
        await asyncio.to_thread(service.wait_for, lambda: service.dropped > 3)
        service.gone = False
        async with asyncio.timeout(LIMIT):
            out, err = await asking.communicate()
        [report] = json.loads(out)["reports"]
    assert [arm["passed"] for arm in report["arms"]] == [0, 3]
    assert len(service.submitted) == 1
    assert b"It is asked again until it can be" in err


async def test_a_batch_that_is_refused_says_why(two: Workspace) -> None:
    full = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached"}
    with batch_service(good, refusals=[full]) as service:
        report, _ = await report_of(two, service)
        assert report["calls"] == 6
        assert len(service.submitted) == 2
        write_tests(two, some_tests(4))
        service.refusals.append({"code": "invalid", "message": "Not such a model", "line": 1})
        ended = await two.process("test", "greet", "--batch", **environment(service))
    assert ended.code == 3
    assert "did not take the batch: Not such a model (line 1)." in ended.err


async def test_until_certain_asks_in_waves(two: Workspace) -> None:
    write_tests(two, some_tests(400))
    with batch_service(good) as service:
        report, _ = await report_of(two, service, "--until", "certain")
        assert report["stopped"] == "certain"
        assert [len(batch.requests) for batch in service.submitted] == [100]
        assert report["calls"] == 100
    with batch_service(lambda _: "yes!", port_of(service)) as service:
        equal, _ = await report_of(two, service, "--until", "certain", "--models", "other")
    assert equal["stopped"] == "equal"
    assert [len(batch.requests) for batch in service.submitted] == [100, 100, 200]


async def test_a_number_of_calls_is_not_passed_and_a_server_without_batches_is_said(
    two: Workspace,
) -> None:
    with batch_service(good) as service:
        report, _ = await report_of(two, service, "--max-calls", "4")
        assert (report["calls"], report["stopped"]) == (4, "budget")
        assert len(service.names) == 4
        none = {**environment(service), "OPENAI_BASE_URL": f"{service.base_url}/none"}
        ended = await two.process("test", "greet", "--batch", **none)
        assert ended.code == 3
        assert "has no such batch, or no batch service (404" in ended.err
        both = await two.process("test", "--batch", "--workers", **environment(service))
    assert both.code == 2


def in_process(
    workspace: Workspace, service: BatchService, patch: pytest.MonkeyPatch, *arguments: str
) -> dict[str, Any]:
    for name, value in environment(service).items():
        patch.setenv(name, value)
    ended = workspace.call("test", "greet", "--batch", "--json", *arguments)
    assert ended.exit_code == 0, ended.output
    [report] = json.loads(ended.stdout)["reports"]
    return dict(report)


@pytest.mark.parametrize("limits", [BatchLimits(4, 10**6), BatchLimits(10**6, 800)])
def test_what_is_more_than_a_batch_may_have_is_several(
    two: Workspace, monkeypatch: pytest.MonkeyPatch, limits: BatchLimits
) -> None:
    monkeypatch.setattr(OpenAIBatches, "limits", limits)
    with batch_service(good) as service:
        report = in_process(two, service, monkeypatch)
    assert [len(batch.requests) for batch in service.submitted] == [4, 2]
    assert all(len(content) <= limits.size for content in service.uploaded.values())
    assert report["calls"] == 6


def test_a_budget_is_held_before_anything_is_submitted_at_the_price_of_batches(
    two: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call may cost $0.00015 there, and has cost less than a hundredth of it in the end."""
    monkeypatch.setattr("fourfold.llm.prices.is_loopback", lambda _: False)
    with batch_service(good) as service:
        arguments = ("--models", "gpt-4o-mini", "--budget", "0.0004")
        report = in_process(two, service, monkeypatch, *arguments)
        assert [len(batch.requests) for batch in service.submitted] == [2, 2, 2]
        assert report["stopped"] == "done"
        each = (7 * 0.15 + 2 * 0.6) / 10**6 / 2
        assert report["costUsd"] == pytest.approx(6 * each)
        write_tests(two, some_tests(5))
        none = in_process(two, service, monkeypatch, *arguments[:3], "0.0002")
    assert (none["calls"], none["stopped"]) == (0, "budget")
    assert len(service.submitted) == 3


async def test_a_file_without_end_is_left_and_read_again_another_time(two: Workspace) -> None:
    def answer(body: dict[str, Any]) -> str | Fault:
        lacks = body["messages"][-1]["content"] == "Good t0\n" and len(service.submitted) == 1
        return Fault(absent=True) if lacks else good(body)

    with batch_service(answer, endless=True) as service:
        report, told = await report_of(two, service)
        assert "went on with a file of answers without end" in told
        assert "1 call stays with the provider" in told
        assert [(arm["passed"], arm["missing"]) for arm in report["arms"]] == [(0, 0), (2, 1)]
        service.endless = False
        report, _ = await report_of(two, service)
    assert [len(batch.requests) for batch in service.submitted] == [6, 1]
    assert (report["calls"], report["arms"][1]["passed"]) == (1, 3)


async def test_a_batch_that_is_cancelled_elsewhere_is_not_asked_again(two: Workspace) -> None:
    with batch_service(good, polls=10**6) as service:
        asking = await two.start("test", "greet", "--batch", "--json", **environment(service))
        await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted))
        await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted[0].polls))
        assert (await two.process("batch", "cancel", **environment(service))).code == 0
        async with asyncio.timeout(LIMIT):
            out, _ = await asking.communicate()
    [report] = json.loads(out)["reports"]
    assert [arm["missing"] for arm in report["arms"]] == [3, 3]
    assert len(service.submitted) == 1


async def test_two_models_are_two_batches(two: Workspace) -> None:
    with batch_service(good) as service:
        report, _ = await report_of(two, service, "--models", "a,b")
    assert sorted(len(batch.requests) for batch in service.submitted) == [6, 6]
    assert [arm["passed"] for arm in report["arms"]] == [0, 0, 3, 3]
