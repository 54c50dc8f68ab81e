"""test: a matrix of versions, models, tests and repeats, on a scripted model."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.testing.options import Progress
from fourfold.cli.testing_run import progress_words
from support.scripted_model import Gate, scripted_model, status, tokens

if TYPE_CHECKING:
    from support.scripted_model import Exchange, Script

Workspace = Any
LIMIT = 60.0


def at(model: Any) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": model.base_url,
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "OPENAI_MODEL": "scripted",
    }


def answering(*rules: tuple[str, Script], otherwise: Script | None = None) -> Script:
    """The first rule whose text is in the prompt or the name of the model answers."""

    async def script(exchange: Exchange) -> None:
        body = exchange.request.json
        asked = body["model"] + " " + body["messages"][-1]["content"]
        found = next((answer for text, answer in rules if text in asked), otherwise)
        await (found or tokens("no"))(exchange)

    return script


def write_tests(workspace: Workspace, text: str) -> None:
    (workspace.folder / "prompts" / "greet.tests.yaml").write_text(text, encoding="utf-8")


def some_tests(count: int, extra: str = "") -> str:
    """Tests whose topics are t0, t1…, which a response passes that says yes."""
    return "".join(
        f"- description: about t{number}\n  vars: {{topic: t{number}}}\n"
        f"  assert: [{{type: contains, value: yes!}}]\n{extra}"
        for number in range(count)
    )


def port_of(model: Any) -> int:
    """For another server at the same address: one at another would be another model."""
    return int(model.base_url.rpartition(":")[2].partition("/")[0])


async def report_of(workspace: Workspace, model: Any, *arguments: str, code: int = 0) -> Any:
    ended = await workspace.process("test", *arguments, "--json", **at(model))
    assert ended.code == code, ended.err
    [report] = json.loads(ended.out)["reports"]
    return report


TWO = ("Bad {{topic}}\n", "Good {{topic}}\n")
GOOD = answering(("Good", tokens("yes", "!")))


async def test_each_version_answers_each_test_as_often_as_asked(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(3))
    async with scripted_model(GOOD) as model:
        report = await report_of(workspace, model, "greet", "--repeat", "2", "--seed", "7")
    assert len(model.requests) == 12
    assert (report["calls"], report["cached"], report["stopped"]) == (12, 0, "done")
    assert (report["step"], report["seed"]) == ("greet", 7)
    header, *rows = workspace.call("log").stdout.splitlines()
    column = header.index("Test")
    assert {row[column:].startswith("about t") for row in rows} == {True}
    bad, good = report["arms"]
    assert (bad["version"], bad["model"], bad["runs"], bad["passed"]) == (1, "scripted", 6, 0)
    assert (good["version"], good["rate"], good["score"], good["missing"]) == (2, 1.0, 1.0, 0)
    assert good["interval"][0] < 1.0 <= good["interval"][1]
    assert (good["distinct"], good["outputTokens"], good["dropped"]) == (1, 2, False)
    [pair] = report["pairs"]
    assert pair["a"] == {"version": 1, "model": "scripted"}
    assert (pair["wins"], pair["losses"], pair["pairs"]) == (6, 0, 6)
    assert report["sentence"] == pair["sentence"]
    listed = workspace.call("list", "greet").output
    assert "100 % (" in listed
    assert listed.count("not decided") == 2
    assert [test["name"] for test in report["tests"]] == ["about t0", "about t1", "about t2"]
    told = report["tests"][0]["arms"][1]
    assert told.pop("run")
    assert told == {
        "version": 2,
        "model": "scripted",
        "runs": 2,
        "passed": 2,
        "missing": 0,
        "score": 1.0,
        "reason": None,
    }


async def test_scores_are_shown_with_their_run(workspace: Workspace) -> None:
    workspace.versions(TWO[0])
    write_tests(workspace, some_tests(1))
    async with scripted_model(GOOD) as model:
        await report_of(workspace, model, "greet")
    [run] = json.loads(workspace.call("log", "--json").output)["runs"]
    assert run["test"] == "about t0"
    [score] = json.loads(workspace.call("show", run["id"], "--json").output)["scores"]
    assert score == {
        "run": run["id"],
        "assertion": {"type": "contains", "not": False, "value": "yes!", "metric": None},
        "passed": False,
        "score": 0.0,
        "reason": score["reason"],
        "costUsd": None,
    }
    assert f"- ✗ {score['reason']}" in workspace.call("show", run["id"]).output


async def test_a_second_time_asks_only_what_is_missing(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(2))
    async with scripted_model(answering(("Bad t1", status(503)), ("Good", tokens("yes!")))) as one:
        first = await report_of(workspace, one, "greet")
    assert [arm["missing"] for arm in first["arms"]] == [1, 0]
    async with scripted_model(GOOD, port=port_of(one)) as model:
        second = await report_of(workspace, model, "greet", "--seed", "3")
        assert len(model.requests) == 1
        assert (second["calls"], second["cached"]) == (1, 3)
        assert [arm["missing"] for arm in second["arms"]] == [0, 0]
        write_tests(workspace, some_tests(2).replace("yes!", "no"))
        graded = await report_of(workspace, model, "greet")
    assert len(model.requests) == 1
    assert [arm["passed"] for arm in graded["arms"]] == [2, 0]


async def test_a_response_that_was_cut_off_did_not_pass_and_gets_no_second_chance(
    workspace: Workspace,
) -> None:
    workspace.versions("Good {{topic}}\n")
    write_tests(workspace, some_tests(1))
    async with scripted_model(tokens("yes!", finish="length"), tokens("yes!")) as model:
        for calls in (1, 0):
            report = await report_of(workspace, model, "greet")
            [arm] = report["arms"]
            assert (arm["runs"], arm["passed"], arm["missing"]) == (1, 0, 0)
            assert report["calls"] == calls
        write_tests(
            workspace,
            some_tests(1, "  # how it ends\n").replace(
                "[{", "[{type: finish-reason, value: length}, {"
            ),
        )
        report = await report_of(workspace, model, "greet")
    assert report["arms"][0]["passed"] == 1


async def test_a_number_of_calls_is_not_passed(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(10))
    async with scripted_model(GOOD) as model:
        report = await report_of(workspace, model, "greet", "--max-calls", "7")
        assert len(model.requests) == 7
        assert (report["calls"], report["stopped"]) == (7, "budget")
        again = await report_of(workspace, model, "greet")
    assert len(model.requests) == 20
    assert (again["calls"], again["cached"], again["stopped"]) == (13, 7, "done")


async def test_a_budget_needs_a_price(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(1))
    async with scripted_model(GOOD) as model:
        ended = await workspace.process("test", "greet", "--budget", "1", **at(model))
    assert ended.code == 3
    assert "No price of scripted is known" in ended.err
    assert not model.requests


async def test_until_certain_stops_at_a_winner(workspace: Workspace) -> None:
    workspace.versions(*TWO, "Worse {{topic}}\n")
    write_tests(workspace, some_tests(40))
    async with scripted_model(GOOD) as model:
        report = await report_of(workspace, model, "greet", "--until", "certain", "--seed", "1")
    assert report["stopped"] == "certain"
    assert len(model.requests) == report["calls"] < 80
    assert [arm["dropped"] for arm in report["arms"]] == [True, False, True]
    assert report["sentence"].startswith("v2 is better than v1 and v3 on these tests: +100 points")


async def test_until_certain_stops_at_equality(workspace: Workspace) -> None:
    workspace.versions("Good {{topic}}\n", "Good indeed {{topic}}\n")
    write_tests(workspace, some_tests(300))
    async with scripted_model(GOOD) as model:
        report = await report_of(workspace, model, "greet", "--until", "certain")
    assert report["stopped"] == "equal"
    assert 100 < report["pairs"][0]["pairs"] < 150
    assert not any(arm["dropped"] for arm in report["arms"])


async def test_models_are_a_dimension(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(2))
    async with scripted_model(answering(("new", tokens("yes!")))) as model:
        report = await report_of(
            workspace, model, "greet", "--models", "old,new", "--baseline", "v2"
        )
    arms = [(arm["version"], arm["model"], arm["passed"]) for arm in report["arms"]]
    assert arms == [(2, "old", 0), (2, "new", 2), (1, "old", 0), (1, "new", 2)]
    assert {(pair["a"]["version"], pair["a"]["model"]) for pair in report["pairs"]} == {(2, "old")}
    assert "v2 on new is not decided" in report["sentence"]


@pytest.mark.parametrize(
    ("texts", "arguments", "code"),
    [
        (TWO, ["--require", "better"], 0),
        (TWO, ["--require", "not-worse"], 0),
        (TWO[::-1], ["--require", "better"], 1),
        (TWO[::-1], ["--require", "not-worse"], 1),
        (("Bad {{topic}}\n", "Worse {{topic}}\n"), ["--require", "better"], 4),
        (("Bad {{topic}}\n", "Worse {{topic}}\n"), ["--require", "not-worse"], 0),
        (TWO, ["--require", "better", "--max-calls", "4"], 3),
        (TWO, ["--fail-under", "0.9"], 0),
        (TWO[::-1], ["--fail-under", "0.9"], 1),
    ],
)
async def test_exit_codes(
    workspace: Workspace, texts: tuple[str, ...], arguments: list[str], code: int
) -> None:
    workspace.versions(*texts)
    write_tests(workspace, some_tests(12))
    async with scripted_model(GOOD) as model:
        await report_of(workspace, model, "greet", "--baseline", "v1", *arguments, code=code)


async def test_nothing_that_was_had_is_no_result(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(2))
    async with scripted_model(status(401)) as model:
        report = await report_of(workspace, model, "greet", code=3)
    assert [(arm["runs"], arm["missing"], arm["rate"]) for arm in report["arms"]] == [
        (0, 2, None)
    ] * 2


async def test_a_test_that_cannot_be_run_is_said_with_its_place(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(
        workspace,
        some_tests(1)
        + "- vars: {topic: x}\n  assert: [{type: nonsense}]\n"
        + "- vars: {topc: x}\n  assert: [{type: contains, value: a}]\n"
        + "- vars: {topic: x, wanted: yes!}\n  assert: [{type: contains, value: '{{wanted}}'}]\n",
    )
    async with scripted_model(GOOD) as model:
        ended = await workspace.process("test", "greet", "--json", **at(model))
    assert ended.code == 3
    assert "prompts/greet.tests.yaml:5: " in ended.err
    assert "prompts/greet.tests.yaml:6: No version of greet has the variable topc" in ended.err
    assert len(json.loads(ended.out)["reports"][0]["tests"]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- vars: [\n", "prompts/greet.tests.yaml:2: The file cannot be read here"),
        ("", "There are no tests in prompts/greet.tests.yaml."),
        ("a" * 5_000_000, "greet.tests.yaml is larger than 4 MiB: split it."),
        ("- vars: {topic: x}\n  assert: [{type: no}]\n" * 15, "5 more problems of that file."),
    ],
)
async def test_a_file_of_no_tests(workspace: Workspace, text: str, said: str) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, text)
    async with scripted_model(GOOD) as model:
        ended = await workspace.process("test", **at(model))
    assert (ended.code, ended.out, model.requests) == (3, "", [])
    assert said in ended.err


async def test_a_terminals_report_is_a_table_and_a_sentence(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(2))
    async with scripted_model(GOOD) as model:
        ended = await workspace.process("test", **at(model))
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].split()[:3] == ["Version", "Passed", "Rate"]
    assert lines[1].split()[:4] == ["v1", "0/2", "0", "%"]
    assert lines[3].split() == ["Test", "v1", "v2"]
    assert lines[4].split() == ["about", "t0", "0/1", "1/1"]
    assert lines[-1].startswith("greet: Not decided after 2 pairs: +100 points (")
    assert "greet: 2 versions on 2 tests: at most 4 calls." in ended.err
    assert re.search(r"about t\d, v1: contains: .+ that is not so\.", ended.err)


async def test_the_worst_tests_come_first_on_a_terminal_with_five_reasons(
    workspace: Workspace,
) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(8))
    yes = tokens("yes!")
    passing = answering(("Bad t3", yes), ("Bad t6", yes), ("t5", yes), ("t7", yes))
    async with scripted_model(passing) as model:
        ended = await workspace.process("test", "--baseline", "v1", **at(model))
    names = [line.split("  ")[0] for line in ended.out.splitlines()[4:-1]]
    assert names[:2] == ["about t3", "about t6"]
    told = [line for line in ended.err.splitlines() if ", v2: contains" in line]
    assert [line.split(", v2")[0] for line in told[:2]] == names[:2]
    assert len(told) == 5
    assert "1 more reason" in ended.err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_what_is_done_stays_however_it_ends(
    workspace: Workspace, how: signal.Signals
) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(20))
    (workspace.folder / "fourfold.toml").write_text("concurrency = 8\n")
    gate = Gate()
    async with scripted_model(tokens("yes!", gate=gate)) as model:
        process = await workspace.start("test", "greet", "--json", **at(model))
        gate.release(5)
        # The eight at once, and one more for each that was answered.
        await model.exchange(12)
        process.send_signal(how)
        async with asyncio.timeout(LIMIT):
            out, _ = await process.communicate()
        if how is signal.SIGINT:
            assert process.returncode == 130
            [report] = json.loads(out)["reports"]
            assert (report["stopped"], report["calls"]) == ("cancelled", 13)
    async with scripted_model(GOOD, port=port_of(model)) as model:
        again = await report_of(workspace, model, "greet")
    assert again["cached"] in (4, 5)  # one may not have been stored yet
    assert again["calls"] == len(model.requests) == 40 - again["cached"]


async def test_a_recorded_response_needs_no_model(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    extra = "{type: latency, threshold: 100}, {type: cost, threshold: 0.1}, {"
    tests = some_tests(1, "  providerOutput: yes!\n")
    write_tests(workspace, tests.replace("[{", f"[{extra}"))
    ended = await workspace.process("test", "greet", "--repeat", "5", "--json")
    assert ended.code == 0, ended.err
    [report] = json.loads(ended.out)["reports"]
    assert report["calls"] == 0
    assert [(arm["model"], arm["passed"], arm["runs"]) for arm in report["arms"]] == [
        ("none", 1, 1)
    ] * 2


async def test_tests_that_ask_the_same_share_the_response(workspace: Workspace) -> None:
    workspace.versions("Good {{topic}}\n")
    text = "- vars: {topic: x}\n  assert: [{type: contains, value: %s}]\n"
    write_tests(workspace, text % "yes" + text % "no" + text % "no")
    async with scripted_model(GOOD) as model:
        report = await report_of(workspace, model, "greet")
        again = await report_of(workspace, model, "greet")
    assert len(model.requests) == 1
    assert (report["calls"], report["cached"], again["cached"]) == (1, 1, 2)
    assert (report["arms"][0]["passed"], report["arms"][0]["runs"]) == (1, 2)


async def test_more_runs_than_a_text_keeps_are_kept(workspace: Workspace) -> None:
    workspace.versions("Good {{topic}}\n")
    write_tests(workspace, some_tests(60))
    async with scripted_model(GOOD) as model:
        await report_of(workspace, model, "greet")
        assert (
            await workspace.process("run", "greet", "--input", "topic=x", **at(model))
        ).code == 0
        assert workspace.call("gc", "--json").exit_code == 0
        report = await report_of(workspace, model, "greet")
    assert (report["calls"], report["cached"]) == (0, 60)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["greet"], 2, "greet has no tests; write some into greet.tests.yaml beside it."),
        ([], 3, "No prompt has tests"),
        (["nothing"], 2, "there is no step nothing"),
        (["greet", "--require", "better"], 2, "--require needs --baseline"),
        (["greet", "--versions", "v9"], 2, "greet has no v9"),
        (["greet", "--fail-under", "2"], 2, "--fail-under"),
    ],
)
async def test_wrong_use(workspace: Workspace, arguments: list[str], code: int, said: str) -> None:
    workspace.versions(*TWO)
    async with scripted_model(GOOD) as model:
        ended = await workspace.process("test", *arguments, **at(model))
    assert (ended.code, model.requests) == (code, [])
    assert said in ended.err


@pytest.mark.parametrize(
    ("done", "seconds", "cost", "words"),
    [
        (120, 8.0, 0.0021, "120 of 4,000 · 15.0 a second · 4 min 19 s left · $0.0021"),
        (4000, 2.0, None, "4,000 of 4,000 · 2,000.0 a second · 0.0 s left"),
        (1, 0.0, None, "1 of 4,000"),
    ],
)
def test_progress_says_how_fast_and_how_long(
    done: int, seconds: float, cost: float | None, words: str
) -> None:
    assert progress_words(Progress(done, 4000, done, cost), seconds) == words
