"""The steps of a folder, with what is needed to run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.agents import ListedStep, ListedSteps, PromptInput
from fourfold.app.answers.versions import Step
from fourfold.app.steps_now import all_now
from fourfold.app.testing.files import tests_files
from fourfold.errors import FourfoldError
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.store.records import StepHistory


def list_steps(project: Project, tell: Callable[[str], None]) -> ListedSteps:
    """All steps, with what is on disk taken in; `tell` is told what could not be."""
    return ListedSteps(
        steps=[_listed(project, file, history) for file, history in all_now(project, tell)]
    )


def template_now(
    project: Project, file: StepFile, history: StepHistory | None
) -> PromptTemplate | None:
    """The prompt as it is in its file, else in its current version; None where neither is there."""
    try:
        text = project.disk_text(file)
    except FourfoldError:
        text = None
    if text is None and history is not None:
        text = history.current_version.text
    return None if text is None else parsed(text, file.format)


def inputs_of(project: Project, step: str, template: PromptTemplate) -> list[PromptInput]:
    """What a prompt asks for, besides what workflow.yaml gives it."""
    config = project.workflow().step(step)
    fed = config.inputs if config else {}
    return [
        PromptInput(
            name=one.name,
            kind=one.kind,
            required=one.fallback is None and not one.optional and one.name not in fed,
            description=one.description,
        )
        for one in template.variables
    ]


def _listed(project: Project, file: StepFile, history: StepHistory | None) -> ListedStep:
    title = project.workflow().title(file.step)
    template = template_now(project, file, history)
    return ListedStep.copied(
        Step.of(file.step, title, file.path.as_uri(), history, project.uri_of),
        kept=[version.number for version in history.versions] if history else [],
        inputs=inputs_of(project, file.step, template) if template else [],
        has_tests=bool(tests_files(file)),
    )
