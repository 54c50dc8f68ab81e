"""workflow run --dry-run: what would be run, and about what it would cost."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from fourfold.cli import stopping
from fourfold.cli.output import note, print_answer, print_table
from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.app.answers.workflow import PlannedWorkflow
    from fourfold.project.project import Project
    from fourfold.workflow.plan import WorkflowRequest


def print_plan(project: Project, request: WorkflowRequest, as_json: bool) -> None:
    planned = stopping.run(_planned(project, request))
    if as_json:
        print_answer(planned)
        return
    rows = [
        [
            one.step,
            f"v{one.version}",
            one.model or figures.NOTHING,
            figures.count(one.input_tokens),
            "reused" if one.reused else figures.dollars(one.estimate_usd),
        ]
        for one in planned.steps
    ]
    print_table(["Step", "Version", "Model", "Tokens", "Cost"], rows, ["<", "<", "<", ">", ">"])
    cost = planned.estimate_usd
    said = "a price that is not known" if cost is None else f"about {figures.dollars(cost)}"
    note(f"{figures.counted(len(rows), 'step')} at {said}; nothing was run.")


async def _planned(project: Project, request: WorkflowRequest) -> PlannedWorkflow:
    from fourfold.app.workflow import Workflow
    from fourfold.cli.running import engine_of

    async with engine_of(project, nullcontext) as engine:
        return await Workflow(engine).plan(request)
