"""New runs: queued, or answered at once by an earlier response to the same request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from fourfold.runs.outputs import output_name
from fourfold.store.records import Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from fourfold.runs.request import RunRequest
    from fourfold.store.ports.runs import RunStore


class NewRun(NamedTuple):
    """A queued run with what names its request; `reuse` lets an earlier response stand for it, one
    of `others` too, and `named` refuses it where its version is gone."""

    run: Run
    fingerprint: str
    reuse: bool
    named: bool
    others: bool = False


def queued_run(request: RunRequest, run_id: str) -> Run:
    """The run that `request` asks for, waiting for its turn."""
    return Run(
        id=run_id,
        step=request.step,
        version=request.version,
        hash=request.hash,
        model=request.model.label,
        status="queued",
        test=request.test,
        repeat=request.repeat,
        inputs=request.inputs,
        used_examples=tuple(request.used_examples),
        messages=tuple(request.messages),
        parameters=request.parameters,
        recipe=request.recipe,
        previous=request.tries[-1].id if request.tries else None,
        tries=request.tries,
    )


def add_runs(store: RunStore, new: Sequence[NewRun], now: datetime) -> tuple[list[Run], set[str]]:
    """Adds the runs to the store; those that an earlier response answers are succeeded. With the
    ids of those that another process asks for at this moment."""
    runs = []
    for each in new:
        earlier = None
        if each.reuse:
            earlier = earlier_answer(store, each.run, each.fingerprint, others=each.others)
        runs.append(taken_over(each.run, earlier, now) if earlier else each.run)
    stored = [
        run if each.named else replace(run, version=None)
        for each, run in zip(new, runs, strict=True)
    ]
    store.insert_runs(stored, [each.fingerprint for each in new])
    elsewhere = {
        run.id
        for each, run in zip(new, runs, strict=True)
        if each.reuse and not run.finished and store.is_asked_elsewhere(run.id)
    }
    return runs, elsewhere


def earlier_answer(
    store: RunStore, run: Run, fingerprint: str, *, others: bool = False
) -> Run | None:
    """The run whose response stands for this one, if there is one.

    What another person's worker has answered to a test stands for tests alone, unless answers of
    `others` are wanted: in the workflow it would go on to later steps, and be run or written by
    them, before anybody has seen it.
    """
    earlier = store.find_identical(fingerprint, others)
    stands = earlier is None or earlier.author is None or others or run.test is not None
    return earlier if stands else None


def taken_over(run: Run, earlier: Run, now: datetime) -> Run:
    """The run as one that an earlier one answers."""
    return replace(
        run,
        status="succeeded",
        started=now,
        cached=True,
        author=earlier.author,
        # Files may be written of what counts for the workflow, so that it is the user's own.
        recipe=run.recipe if earlier.author is None else "",
        cost_usd=0.0,
        parameters=earlier.parameters,
        adjustments=earlier.adjustments,
        finish_reason=earlier.finish_reason,
        response=earlier.response,
        first_token_ms=earlier.first_token_ms,
        duration_ms=earlier.duration_ms,
        input_tokens=earlier.input_tokens,
        output_tokens=earlier.output_tokens,
        output=earlier.output or output_name(earlier.response),
        value=earlier.value,
    )
