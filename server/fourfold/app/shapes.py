"""The JSON shapes of protocol.md, the same for editors and the command line."""

from __future__ import annotations

import json
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fourfold.reports.documents import Document
from fourfold.store.records import VERSION_CAP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from fourfold.llm.registry import AvailableModel
    from fourfold.reports.comparison import Comparison
    from fourfold.store.records import Rating, Run, Score, StepHistory, Version

    UriOf = Callable[[Document], str]


def version_list(history: StepHistory, uri: str, suffix: str, uri_of: UriOf) -> dict[str, Any]:
    """VersionList. `uri` is the prompt file's and `suffix` its suffix."""
    return {
        "step": history.step,
        "uri": uri,
        "current": history.current,
        "cap": VERSION_CAP,
        "versions": [
            _version(version, version.number == history.current, suffix, uri_of)
            for version in history.versions
        ],
        "pushedOut": [gone._asdict() for gone in history.pushed_out],
    }


def _version(version: Version, current: bool, suffix: str, uri_of: UriOf) -> dict[str, Any]:
    document = Document("version", version.step, (version.number,), suffix=suffix)
    return {
        "number": version.number,
        "label": version.label,
        "current": current,
        "created": moment(version.created),
        "cause": version.cause,
        "parent": version.parent,
        "change": version.change,
        "name": version.name,
        "pinned": version.pinned,
        "words": version.words,
        "linesAdded": version.lines_added,
        "linesRemoved": version.lines_removed,
        "runs": version.run_count,
        "lastRun": run_summary(version.last_run, uri_of) if version.last_run else None,
        "uri": uri_of(document),
    }


def run_summary(run: Run, uri_of: UriOf) -> dict[str, Any]:
    """RunSummary."""
    return {
        "id": run.id,
        "step": run.step,
        "version": run.version,
        "test": run.test,
        "repeat": run.repeat,
        "model": run.model,
        "status": run.status,
        "error": run.error,
        "errorKind": run.error_kind,
        "finishReason": run.finish_reason,
        "truncated": run.truncated,
        "started": moment(run.started),
        "firstTokenMs": run.first_token_ms,
        "durationMs": run.duration_ms,
        "inputTokens": run.input_tokens,
        "outputTokens": run.output_tokens,
        "costUsd": run.cost_usd,
        "cached": run.cached,
        "usedExamples": list(run.used_examples),
        "adjustments": list(run.adjustments),
        "tries": [run_summary(one, uri_of) for one in run.tries],
        "uri": uri_of(Document("run", run.step, run=run.id)),
    }


def rating_shape(rating: Rating) -> dict[str, Any]:
    """Rating, as `fourfold.rate` answers."""
    return {"run": rating.run, "rating": rating.rating, "note": rating.note}


def given_rating(rating: Rating) -> dict[str, Any]:
    """A rating of a run, and who has given it."""
    return {**rating_shape(rating), "by": rating.person, "created": moment(rating.created)}


def whole_run(
    run: Run, scores: Sequence[Score], ratings: Sequence[Rating], uri_of: UriOf
) -> dict[str, Any]:
    """RunSummary with what was sent, what came back, what later steps get of it, and what its
    test's assertions say of it."""
    return {
        **run_summary(run, uri_of),
        "messages": list(run.messages),
        "parameters": dict(run.parameters),
        "response": run.response,
        "value": run.processed() if run.status == "succeeded" else None,
        "scores": [score_shape(score) for score in scores],
        "ratings": [given_rating(rating) for rating in ratings],
    }


def score_shape(score: Score) -> dict[str, Any]:
    """Score."""
    return {
        "run": score.run,
        "assertion": {
            "type": score.type,
            "not": score.negated,
            "value": None if score.value is None else json.loads(score.value),
            "metric": score.metric,
        },
        "passed": score.passed,
        "score": score.score,
        "reason": score.reason,
        "costUsd": score.cost_usd,
    }


def step(
    name: str, title: str, uri: str, history: StepHistory | None, uri_of: UriOf
) -> dict[str, Any]:
    """Step. `history` is None for a step that was never seen."""
    runs = [v.last_run for v in history.versions if v.last_run] if history else []
    newest = max(runs, key=lambda run: run.place, default=None)
    return {
        "step": name,
        "title": title,
        "uri": uri,
        "current": history.current if history else None,
        "versions": len(history.versions) if history else 0,
        "lastRun": run_summary(newest, uri_of) if newest else None,
    }


def model(available: AvailableModel) -> dict[str, Any]:
    """Model."""
    return {
        "name": available.name,
        "id": available.id,
        "endpoint": available.endpoint,
        "url": available.url,
        "source": available.source,
        "installed": available.installed,
        "endsOn": available.ends_on.isoformat() if available.ends_on else None,
    }


def comparison(compared: Comparison, suffix: str, uri_of: UriOf) -> dict[str, Any]:
    """Comparison. `suffix` is that of the prompt file."""

    def side(kind: str, number: int) -> str:
        if kind == "response":
            return uri_of(Document("response", compared.step, (number,)))
        return uri_of(Document("version", compared.step, (number,), suffix=suffix))

    return {
        "uri": uri_of(comparison_document(compared)),
        "title": compared.title,
        "versions": list(compared.versions),
        "pairs": [
            {
                "title": pair.title,
                "left": side(pair.left.kind, pair.left.version),
                "right": side(pair.right.kind, pair.right.version),
            }
            for pair in compared.pairs
        ],
    }


def comparison_document(compared: Comparison) -> Document:
    return Document("comparison", compared.step, compared.versions)


@lru_cache(maxsize=8192)
def moment(time: datetime | None) -> str | None:
    """A time as ISO 8601 in UTC, to the millisecond."""
    if time is None:
        return None
    utc = time if time.tzinfo is UTC else time.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[:-6]}Z"
