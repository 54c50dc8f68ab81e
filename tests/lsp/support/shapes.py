"""The JSON shapes of the protocol, field by field."""

from __future__ import annotations

import re
from typing import Any

RUN_FIELDS = [
    "id",
    "step",
    "version",
    "test",
    "repeat",
    "model",
    "status",
    "error",
    "errorKind",
    "finishReason",
    "truncated",
    "started",
    "firstTokenMs",
    "durationMs",
    "inputTokens",
    "outputTokens",
    "costUsd",
    "cached",
    "by",
    "usedExamples",
    "adjustments",
    "tries",
    "uri",
]
VERSION_FIELDS = [
    "number",
    "label",
    "current",
    "created",
    "cause",
    "parent",
    "change",
    "name",
    "pinned",
    "words",
    "linesAdded",
    "linesRemoved",
    "runs",
    "good",
    "bad",
    "lastRun",
    "tested",
    "uri",
]
STATUSES = {"queued", "running", "succeeded", "failed", "cancelled"}
CAUSES = {"seed", "save", "external", "command"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def check_run(run: dict[str, Any]) -> dict[str, Any]:
    """A RunSummary."""
    assert list(run) == RUN_FIELDS
    for name in ("id", "step", "model", "uri"):
        assert isinstance(run[name], str), name
        assert run[name], name
    for name in ("version", "repeat"):
        assert type(run[name]) is int, name
    for name in ("inputTokens", "outputTokens"):
        assert run[name] is None or type(run[name]) is int, name
    for name in ("firstTokenMs", "durationMs", "costUsd"):
        assert run[name] is None or type(run[name]) in {int, float}, name
    assert run["repeat"] >= 1
    assert run["status"] in STATUSES
    assert run["test"] is None or isinstance(run["test"], str)
    assert (run["status"] == "failed") == isinstance(run["error"], str)
    assert (run["status"] == "queued") == (run["started"] is None) or run["status"] == "cancelled"
    assert run["started"] is None or _MOMENT.fullmatch(run["started"])
    assert type(run["cached"]) is bool
    assert run["by"] is None or isinstance(run["by"], str)
    assert type(run["truncated"]) is bool
    assert all(isinstance(text, str) for text in (*run["usedExamples"], *run["adjustments"]))
    for before in run["tries"]:
        check_run(before)
        assert before["status"] == "failed"
    return run


def check_versions(listed: dict[str, Any]) -> dict[str, Any]:
    """A VersionList."""
    assert list(listed) == ["step", "uri", "current", "cap", "versions", "pushedOut"]
    assert listed["cap"] == 4
    versions = listed["versions"]
    numbers = [version["number"] for version in versions]
    assert numbers == sorted(numbers, reverse=True)
    assert 1 <= len(numbers) <= 4
    assert [v["number"] for v in versions if v["current"]] == [listed["current"]]
    for version in versions:
        assert list(version) == VERSION_FIELDS
        assert version["label"] == f"v{version['number']}"
        assert _MOMENT.fullmatch(version["created"])
        assert version["cause"] in CAUSES
        assert version["parent"] is None or 0 < version["parent"] < version["number"]
        assert version["change"] is None or 0 < len(version["change"]) <= 60
        assert version["name"] is None or isinstance(version["name"], str)
        assert type(version["pinned"]) is bool
        for name in ("words", "linesAdded", "linesRemoved", "runs"):
            assert type(version[name]) is int, name
        assert (version["runs"] > 0) == (version["lastRun"] is not None)
        if version["lastRun"] is not None:
            check_run(version["lastRun"])
        assert isinstance(version["uri"], str)
    for gone in listed["pushedOut"]:
        assert list(gone) == ["number", "runs"]
        assert gone["number"] not in numbers
    return listed


def check_comparison(compared: dict[str, Any]) -> dict[str, Any]:
    """A Comparison."""
    assert list(compared) == ["uri", "title", "versions", "pairs"]
    assert isinstance(compared["uri"], str)
    assert isinstance(compared["title"], str)
    assert all(type(number) is int for number in compared["versions"])
    for pair in compared["pairs"]:
        assert list(pair) == ["title", "left", "right"]
        assert all(isinstance(value, str) for value in pair.values())
    return compared


STEP_STATUSES = {"not_started", "running", "succeeded", "failed", "cancelled", "stale"}


def check_workflow(workflow: dict[str, Any]) -> dict[str, Any]:
    """A Workflow."""
    assert list(workflow) == ["name", "status", "steps"]
    assert isinstance(workflow["name"], str)
    assert workflow["status"] in STEP_STATUSES
    for step in workflow["steps"]:
        _check_step(step)
    return workflow


def _check_step(step: dict[str, Any]) -> None:
    assert list(step) == [
        *("id", "step", "title", "uri", "status", "current", "inputs", "stale"),
        *("named", "lastRun", "steps"),
    ]
    assert step["status"] in STEP_STATUSES
    assert {type(step["stale"]), type(step["named"])} == {bool}
    assert all(source is None or isinstance(source, str) for source in step["inputs"].values())
    if step["lastRun"] is not None:
        check_run(step["lastRun"])
    for inner in step["steps"]:
        _check_step(inner)
