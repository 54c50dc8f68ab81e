"""Makes a matrix: its arms, the tests that can be run, and their order, drawn and kept."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from fourfold.app.testing.asking import make_asking
from fourfold.app.testing.matrix import Matrix
from fourfold.app.testing.outside.carrying import Outside
from fourfold.app.testing.tests import step_tests, tests_beside
from fourfold.evals.matrix.arm import make_arms
from fourfold.evals.matrix.order import drawn
from fourfold.evals.matrix.results import Results
from fourfold.evals.missing import MISSING
from fourfold.workflow.prepared import inputs_now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.app.engine import Engine
    from fourfold.app.testing.options import MatrixOptions, Progress
    from fourfold.app.testing.tests import FoundTests
    from fourfold.app.testing.texts import TestedText
    from fourfold.project.steps import StepFile


async def make_matrix(
    engine: Engine,
    file: StepFile,
    texts: Sequence[TestedText],
    options: MatrixOptions,
    found: FoundTests | None = None,
    *,
    note: Callable[[str], None],
    on_progress: Callable[[Progress], None],
) -> Matrix:
    """The matrix of these texts on these tests, else on those beside the prompt, its order drawn
    and kept.

    FourfoldError where there are no tests, or no model to ask. Recorded responses need none.
    """
    project = engine.project
    # What a matrix names counts as run, before it is.
    numbers = [text.number for text in texts if text.number is not None]
    await engine.call(project.claim, file, numbers)
    snapshot, fed = await asyncio.to_thread(inputs_now, project, file.step)
    made = await make_asking(engine, file, texts, options.models or [None], snapshot, fed)
    templates = [one.step.template for one in made]
    if found is None:
        found = await asyncio.to_thread(tests_beside, project, file, {})
    tests = await asyncio.to_thread(step_tests, file.step, found, templates)
    if any(case.recorded is MISSING for case in tests.cases.values()):
        for one in made:
            await one.resolve()
    # A model may have several names.
    asked = {(one.tested.name, one.model): one for one in reversed(made)}
    arms = make_arms(list(reversed(asked)))
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    repeats = {
        identity: 1 if case.recorded is not MISSING else options.repeat or case.repeat
        for identity, case in tests.cases.items()
    }
    order = await engine.in_store(lambda store: store.drawn_order(file.step, drawn(repeats, seed)))
    baseline = next((arm for arm in arms if arm.version == options.baseline), None)
    model = snapshot.config.model or project.settings.model
    return Matrix(
        engine,
        file.step,
        options,
        tests,
        {arm: asked[arm.version, arm.model] for arm in arms},
        Results(arms, order, baseline),
        seed,
        note=note,
        on_progress=on_progress,
        outside=await asyncio.to_thread(Outside, engine, model, seed),
    )
