"""The JSON shapes have exactly the keys of protocol.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fourfold.app.answers.comparisons import Comparison as ComparisonAnswer
from fourfold.app.answers.versions import VersionList
from fourfold.app.contents import make_comparison

if TYPE_CHECKING:
    from fourfold.project.documents import Document
    from support.workspace import Workspace

VERSION_LIST = "step uri current cap versions pushedOut"
VERSION = (
    "number label current created cause parent change name pinned words linesAdded linesRemoved "
    "runs good bad lastRun tested uri"
)
RUN_SUMMARY = (
    "id step version test repeat model status error errorKind finishReason truncated started "
    "firstTokenMs durationMs inputTokens outputTokens costUsd cached by usedExamples adjustments "
    "tries uri"
)
COMPARISON = "uri title versions pairs"


def uri_of(document: Document) -> str:
    return document.uri("key")


def version_list(workspace: Workspace) -> dict:
    shape = VersionList.at(workspace.history(), "file:///a.md", ".md", uri_of, {}).to_json()
    return json.loads(json.dumps(shape))


def keys(shape: dict) -> str:
    return " ".join(shape)


def test_a_version_list(workspace: Workspace):
    for text in ("one\n", "one\ntwo words\n", "three\n"):
        workspace.save(text)
    workspace.switch(2)
    shape = version_list(workspace)
    assert keys(shape) == VERSION_LIST
    assert (shape["step"], shape["uri"], shape["current"], shape["cap"]) == (
        "a",
        "file:///a.md",
        2,
        4,
    )
    assert [version["number"] for version in shape["versions"]] == [3, 2, 1]
    assert [version["current"] for version in shape["versions"]] == [False, True, False]


def test_a_version(workspace: Workspace):
    for text in ("one\n", "one\ntwo words\n"):
        workspace.save(text)
    newest, first = version_list(workspace)["versions"]
    assert keys(newest) == keys(first) == VERSION
    created = newest.pop("created")
    assert created.endswith("Z")
    assert len(created) == len("2026-01-01T00:00:00.000Z")
    assert newest == {
        "number": 2,
        "label": "v2",
        "current": True,
        "cause": "save",
        "words": 3,
        "linesAdded": 1,
        "parent": 1,
        "change": '+ "two words"',
        "name": None,
        "pinned": False,
        "linesRemoved": 0,
        "runs": 0,
        "good": 0,
        "bad": 0,
        "lastRun": None,
        "tested": [],
        "uri": "fourfold:/key/version/a.v2.md",
    }
    assert first["cause"] == "seed"


def test_a_run_summary(workspace: Workspace):
    workspace.save("one\n")
    workspace.run(1, "first")
    last = workspace.run(1, "", "queued")
    (version,) = version_list(workspace)["versions"]
    assert version["runs"] == 2
    run = version["lastRun"]
    assert keys(run) == RUN_SUMMARY
    assert run.pop("started").endswith("Z")
    assert run == {
        "id": last,
        "step": "a",
        "version": 1,
        "test": None,
        "repeat": 1,
        "model": "m",
        "status": "queued",
        "error": None,
        "firstTokenMs": None,
        "durationMs": None,
        "inputTokens": None,
        "outputTokens": None,
        "costUsd": None,
        "cached": False,
        "by": None,
        "errorKind": None,
        "finishReason": None,
        "truncated": False,
        "usedExamples": [],
        "adjustments": [],
        "tries": [],
        "uri": f"fourfold:/key/run/a.{last}.md",
    }


def test_a_comparison(workspace: Workspace):
    for text in ("one\n", "two\n"):
        workspace.save(text)
    for number in (1, 2):
        workspace.run(number, "response")
    compared = make_comparison(workspace.project, workspace.history(), [1, 2], lambda _: None)
    shape = json.loads(json.dumps(ComparisonAnswer.of(compared, ".prompty", uri_of).to_json()))
    assert keys(shape) == COMPARISON
    assert shape["versions"] == [1, 2]
    assert shape["uri"] == "fourfold:/key/comparison/a.v1-v2.md"
    assert all(keys(pair) == "title left right" for pair in shape["pairs"])
    sides = [(pair["left"], pair["right"]) for pair in shape["pairs"]]
    assert ("fourfold:/key/version/a.v1.prompty", "fourfold:/key/version/a.v2.prompty") in sides
    assert ("fourfold:/key/response/a.v1.md", "fourfold:/key/response/a.v2.md") in sides
