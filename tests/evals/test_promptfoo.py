"""What promptfoo 0.123.1 decided in 688 recorded cases, against what is decided here.

`data/promptfoo-verdicts.jsonl` was recorded by running it; `data/README.md` says how.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.testing.outside.programs import Programs
from fourfold.evals.grading import Grade, grading
from fourfold.evals.missing import MISSING
from fourfold.evals.outside import (
    AskJudge,
    CallProgram,
    CannotJudgeError,
    ProgramFailedError,
    Reply,
)
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.response import Response
from fourfold.evals.test_files.reading import read_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.evals.outside import Asking

DATA = Path(__file__).with_name("data")
RECORDED = [json.loads(line) for line in (DATA / "promptfoo-verdicts.jsonl").open(encoding="utf-8")]
FILES = ReferencedFiles(DATA, DATA)

PAGE = Path(__file__).parents[2] / "server" / "TESTS.md"

# Where we differ on purpose, and under which heading of TESTS.md that stands.
DIFFERENT = {
    "aggregate-005": "A test that asserts nothing",
    "csv-underscore-001": "A test that asserts nothing",
    "no-tests-001": "A test that asserts nothing",
    "equals-014": "An assertion without its value",
    "repeat-005": "A repeat below 1",
    "prompts-two-005": "Keys that are not supported",
    "javascript-022": "A number that is none",
    "javascript-074": "Parts of what a program says",
    "response-meta-040": "What a program gets to know",
    "response-meta-041": "What a program gets to know",
    "store-001": "Keys that are not supported",
    "store-002": "Keys that are not supported",
    "python-033": "Parts of what a program says",
    "transform-025": "Keys that are not supported",
    "transform-035": "Keys that are not supported",
    "grader-rubric-072": "An assertion without its value",
    "grader-other-018": "`not-factuality`",
    "grader-other-019": "`not-factuality`",
    "grader-geval-012": "A judge that breaks its lines",
    "grader-geval-017": "A judge that breaks its lines",
    "grader-rubric-038": "A judge that says something else first",
    "grader-rubric-039": "A judge that says something else first",
    **dict.fromkeys(
        (
            *(f"grader-rubric-{number:03}" for number in (7, 8, 12, 24, 42, 43, 50, 60)),
            *(f"grader-other-{number:03}" for number in (7, 11, 14, 21)),
            *(f"grader-geval-{number:03}" for number in (9, 10, 13, 16, 21)),
        ),
        "A judge that gives no verdict",
    ),
}


async def graded(recorded: dict[str, Any], programs: Programs) -> Grade:
    test = recorded["test"]
    source = {"defaultTest": recorded.get("defaultTest"), "tests": [test]}
    found = read_tests("a.tests.json", json.dumps(source), FILES)
    used = recorded.get("vars_used")
    placed = next(
        (it for it in found.cases if used is None or dict(it.case.variables) == used),
        found.cases[0],
    )
    if placed.refused:
        return Grade(False, 0.0, error=placed.refused)
    case = placed.case
    variables = {**case.variables, **(used or {})}
    grading_ = grading(
        response_of(recorded, given=case.recorded is not MISSING),
        case.assertions,
        variables,
        threshold=case.threshold,
        transform=case.transform,
        read_file=FILES.value,
    )
    return await carried_out(grading_, recorded.get("grader_replies"), programs)


async def carried_out(asking: Asking[Grade], replies: Any, programs: Programs) -> Grade:
    """What comes of it with what the scripted judge said, and programs that are run."""
    try:
        request = next(asking)
        while True:
            try:
                if isinstance(request, AskJudge):
                    reply = Reply(request.read(said_to(request, replies)))
                elif isinstance(request, CallProgram):
                    reply = await programs.call(request)
                else:
                    raise TypeError(request)
            except (CannotJudgeError, ProgramFailedError) as error:
                request = asking.throw(error)
            else:
                request = asking.send(reply)
    except StopIteration as ended:
        grade: Grade = ended.value
        return grade


def said_to(request: AskJudge, replies: Any) -> str:
    """What the stub said that stood for the judge: the one of the script that is named, in its
    second phase where a step of the first is in the messages."""
    asked = json.dumps(list(request.messages))
    if isinstance(replies, dict) and not replies.keys() & {"steps", "eval", "status"}:
        [script] = [name for name in replies if f"SCRIPT={name}" in asked.replace("STEP-MARK", "")]
        replies = replies[script]
    if isinstance(replies, dict) and "status" in replies:
        raise CannotJudgeError("the stub refused")
    if isinstance(replies, dict):
        replies = replies["eval" if "STEP-MARK" in asked else "steps"]
    return str(replies)


def response_of(recorded: dict[str, Any], *, given: bool) -> Response:
    record = recorded["output"]
    if isinstance(record, dict) and recorded["id"].startswith("response-meta"):
        return Response(
            record.get("output"),
            record.get("latencyMs", 0),
            record.get("cost"),
            record.get("finishReason"),
        )
    has_prompt = recorded["id"].startswith("grader-") and "noprompt" not in recorded["id"]
    prompt = "What is the capital of France?" if has_prompt else ""
    return Response(record, 0, 0 if given else None, prompt=prompt)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """The programs of the data's folder, which the user has agreed to run."""

    async def agree(_: object) -> bool:
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user")))
        yield Programs(DATA, agree)


@pytest.mark.parametrize("recorded", RECORDED, ids=[line["id"] for line in RECORDED])
async def test_it_is_decided_as_promptfoo_did(recorded: dict[str, Any], programs: Programs) -> None:
    expected, found = recorded["expected"], await graded(recorded, programs)
    scores = [(score.passed, score.score) for score in found.scores]
    same = (
        found.passed == expected["pass"]
        and found.score == pytest.approx(expected["score"] or 0)
        and (found.error is None) == (expected["error"] is None)
        and scores == [(part["pass"], part["score"]) for part in expected["assertions"]]
        and all(
            found.metrics.get(name) == pytest.approx(score)
            for name, score in expected.get("namedScores", {}).items()
        )
    )
    assert same == (recorded["id"] not in DIFFERENT), (recorded, found)


@pytest.mark.parametrize("name", DIFFERENT)
def test_each_difference_stands_on_the_page_with_its_reason(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"\n### {DIFFERENT[name]}\n")[1].split("\n### ")[0]
    assert f"`{name}`" in section
