"""fourfold.listTests, runTests, testReport and showTestReport: from a tests file to a verdict."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from lsp.support.prompt import INVALID_PARAMS, refusal
from lsp.support.session import KATE, VSCODE, Session, session
from support.scripted_model import hang, status, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

TESTS = """\
- description: greets 🐢 Ada
  vars: {name: Ada}
  assert: [{type: contains, value: Hello}, {type: icontains, value: ada}]
- description: greets Bo
  vars: {name: Bo}
  assert: [{type: contains, value: Hello}]
"""
FILES = {"prompts/greet.tests.yaml": TESTS}
PROMPT = "Greet {{ name }}.\n"


async def reported(s: Session, **fields: Any) -> dict[str, Any]:
    """The report of a matrix that has ended."""
    started = await s.client.run("fourfold.runTests", uri=s.uri, **fields)
    async with asyncio.timeout(20):
        while not any("greet: " in told for told in s.told()):
            await s.versions()
    report: dict[str, Any] = await s.client.run("fourfold.testReport", uri=s.uri, id=started["id"])
    assert report["id"] == started["id"]
    return report


async def test_the_tests_of_a_prompt_are_listed_at_their_places(tmp_path: Path) -> None:
    async with session(tmp_path, files=FILES, prompt=PROMPT) as s:
        first, second = (await s.client.run("fourfold.listTests", uri=s.uri))["tests"]
        assert (first["name"], first["vars"], first["asserts"]) == ("greets 🐢 Ada", ["name"], 2)
        assert first["uri"] == (s.folder / "prompts/greet.tests.yaml").as_uri()
        assert (first["range"]["start"]["line"], second["range"]["start"]["line"]) == (0, 3)
        (s.folder / "prompts/greet.tests.yaml").unlink()
        assert await s.client.run("fourfold.listTests", uri=s.uri) == {"tests": []}


@pytest.mark.parametrize("profile", [VSCODE, KATE], ids=lambda profile: profile.name)
async def test_a_matrix_is_run_and_reported(profile: Profile, tmp_path: Path) -> None:
    answers = [tokens("Hello Ada"), tokens("Hello Ada"), tokens("Hello Bo"), tokens("Hello Bo")]
    async with session(tmp_path, *answers, files=FILES, prompt=PROMPT, profile=profile) as s:
        error = await refusal(s.client.run("fourfold.testReport", uri=s.uri))
        assert error.code == INVALID_PARAMS
        assert "no test report yet" in error.message
        await s.save("Greet {{ name }}, and only them.\n")
        report = await reported(s, seed=7, versions="all")
        assert [arm["version"] for arm in report["arms"]] == [1, 2]
        assert [arm["runs"] for arm in report["arms"]] == [2, 2]
        assert (report["calls"], report["seed"], report["stopped"]) == (4, 7, "done")
        assert {test["name"] for test in report["tests"]} == {"greets 🐢 Ada", "greets Bo"}
        uri = (await s.client.run("fourfold.showTestReport", uri=s.uri))["uri"]
        text = await s.text(uri)
        assert report["sentence"] in text
        assert len(s.model.requests) == 4


async def test_one_test_on_one_version_and_what_is_there_costs_nothing(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello Bo"), files=FILES, prompt=PROMPT) as s:
        for calls in (1, 0):
            started = await s.client.run(
                "fourfold.runTests", uri=s.uri, tests=["greets Bo"], versions=[1], maxCalls=5
            )
            assert started["planned"] == 1
            async with asyncio.timeout(20):
                while True:
                    report = await s.client.run("fourfold.testReport", uri=s.uri, id=started["id"])
                    if report["stopped"] == "done":
                        break
            assert (report["calls"], report["arms"][0]["passed"]) == (calls, 1)


async def test_a_matrix_is_cancelled_and_keeps_what_is_done(tmp_path: Path) -> None:
    async with session(tmp_path, hang(), hang(), files=FILES, prompt=PROMPT) as s:
        started = await s.client.run("fourfold.runTests", uri=s.uri)
        await s.model.exchange(0)
        await s.client.run("fourfold.cancelRuns", uri=s.uri)
        async with asyncio.timeout(20):
            while not any("greet: " in told for told in s.told()):
                await s.versions()
        report = await s.client.run("fourfold.testReport", uri=s.uri, id=started["id"])
        assert (report["stopped"], report["arms"][0]["runs"]) == ("cancelled", 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tests": ["greets bo"]}, "tests"),
        ({"tests": []}, "tests"),
        ({"versions": [9]}, "versions"),
        ({"budgetUsd": 0}, "budgetUsd"),
        ({"maxCalls": 0}, "maxCalls"),
        ({"repeat": 1001}, "repeat"),
        ({"until": "never"}, "until"),
    ],
)
async def test_a_wrong_field_is_named(tmp_path: Path, fields: dict, field: str) -> None:
    async with session(tmp_path, tokens("Yes"), files=FILES, prompt=PROMPT) as s:
        error = await refusal(s.client.run("fourfold.runTests", uri=s.uri, **fields))
        assert error.code == INVALID_PARAMS
        assert error.message.startswith(f"{field}: ")
        assert s.model.requests == []


async def test_what_did_not_pass_is_told_with_its_run_and_reason(tmp_path: Path) -> None:
    answers = [tokens("Hello Ada"), tokens("Goodbye"), status(401)]
    third = "- vars: {name: Cy}\n  assert: [{type: contains, value: Hello}]\n"
    files = {"prompts/greet.tests.yaml": TESTS + third}
    profile = VSCODE.announcing(events=True)
    async with session(tmp_path, *answers, files=files, prompt=PROMPT, profile=profile) as s:
        report = await reported(s, seed=7)
        arms = {test["name"]: test["arms"][0] for test in report["tests"]}
        failed = next(arm for arm in arms.values() if arm["passed"] < arm["runs"])
        assert failed["reason"]
        missing = next(arm for arm in arms.values() if arm["missing"])
        assert (missing["runs"], "401" in missing["reason"]) == (0, True)
        ids = [failed["run"], "0" * 26, missing["run"]]
        runs = (await s.client.run("fourfold.readRuns", uri=s.uri, runs=ids))["runs"]
        assert [run["id"] for run in runs] == [failed["run"], missing["run"]]
        assert [run["response"] for run in runs] == ["Goodbye", ""]
        scores = [score for score in runs[0]["scores"] if not score["passed"]]
        assert scores[0]["assertion"]["value"] in ("Hello", "ada")
        assert runs[0]["messages"][0]["content"].startswith("Greet ")
        ended = [one for method, one in s.client.received if method == "fourfold/testsChanged"]
        assert ended[-1] == {"uri": s.uri, "id": report["id"], "goesOn": False}


async def test_tests_are_cancelled_by_their_id(tmp_path: Path) -> None:
    async with session(tmp_path, hang(), hang(), files=FILES, prompt=PROMPT) as s:
        started = await s.client.run("fourfold.runTests", uri=s.uri)
        await s.model.exchange(0)
        for ids in (["0" * 26], [started["id"]]):
            await s.client.run("fourfold.cancelRuns", uri=s.uri, runs=ids)
        async with asyncio.timeout(20):
            while not any("greet: " in told for told in s.told()):
                await s.versions()
        report = await s.client.run("fourfold.testReport", uri=s.uri, id=started["id"])
        assert report["stopped"] == "cancelled"


async def test_a_run_has_the_inputs_of_a_test_by_its_name(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hi"), tokens("Ho"), files=FILES, prompt=PROMPT) as s:
        run = await s.run_to_end(test="greets Bo")
        assert (run["test"], run["version"]) == ("greets Bo", 1)
        (whole,) = (await s.client.run("fourfold.readRuns", uri=s.uri, runs=[run["id"]]))["runs"]
        assert whole["messages"][0]["content"].strip() == "Greet Bo."
        other = await s.run_to_end(test="greets 🐢 Ada", inputs={"name": "Eve"})
        (whole,) = (await s.client.run("fourfold.readRuns", uri=s.uri, runs=[other["id"]]))["runs"]
        assert whole["messages"][0]["content"].strip() == "Greet Eve."
        error = await refusal(s.client.run("fourfold.runStep", uri=s.uri, test="greets Boo"))
        assert (error.code, error.data["field"]) == (INVALID_PARAMS, "test")
        assert "greets Bo" in error.message


async def test_answers_to_one_test_are_compared(tmp_path: Path) -> None:
    """Not the newest of one version with the newest of another, which were asked other things."""
    words = ["Ada 1", "Bo 1", "Bo 2", "Ada 2"]
    async with session(tmp_path, *map(tokens, words), files=FILES, prompt=PROMPT) as s:
        for test in ("greets 🐢 Ada", "greets Bo"):
            await s.run_to_end(test=test)
        await s.save("Greet {{ name }}, and only them.\n")
        for test in ("greets Bo", "greets 🐢 Ada"):
            await s.run_to_end(test=test)

        async def answers(**fields: Any) -> list[str]:
            compared = await s.client.run("fourfold.compareVersions", uri=s.uri, **fields)
            response = compared["pairs"][0]
            shown = await s.text(compared["uri"])
            sides = [await s.text(response[side]) for side in ("left", "right")]
            assert f"> {sides[0]}" in shown
            assert f"the test {fields.get('test', 'greets Bo')}" in shown
            return sides

        assert await answers(versions=[1, 2], test="greets Bo") == ["Bo 1", "Bo 2"]
        assert await answers(versions=[1, 2], test="greets 🐢 Ada") == ["Ada 1", "Ada 2"]
        assert await answers(versions=[1, 2]) == ["Bo 1", "Bo 2"]
        asking = s.client.run("fourfold.compareVersions", uri=s.uri, versions=[1, 2], test="none")
        error = await refusal(asking)
        assert (error.code, error.data["field"]) == (INVALID_PARAMS, "test")


async def test_a_run_of_its_own_speaks_for_a_version_before_those_of_tests(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Own"), tokens("Tested"), files=FILES, prompt=PROMPT) as s:
        own = await s.run_to_end(inputs={"name": "Cy"})
        await s.run_to_end(test="greets Bo")
        (version,) = (await s.versions())["versions"]
        assert (version["lastRun"]["id"], version["runs"]) == (own["id"], 2)
        shown = await s.client.run("fourfold.showResponse", uri=s.uri)
        assert await s.text(shown["uri"]) == "Own"
