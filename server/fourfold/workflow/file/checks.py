"""What is wrong with a `workflow.yaml` that can be read: checked against the steps there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.kinds import MisfitError
from fourfold.source.problem import Problem, Severity
from fourfold.text.nearest import nearest, one_of
from fourfold.workflow.file.checks_schema import check_schema
from fourfold.workflow.graph import cycles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from fourfold.prompts.template import PromptTemplateVariable
    from fourfold.source.problem import Range
    from fourfold.workflow.file.checks_files import FileState
    from fourfold.workflow.file.configuration import InputSource, StepConfig, WorkflowConfig

    Variables = Mapping[str, Sequence[PromptTemplateVariable] | None]

UNREAD = ("yaml", "workflow-too-large")
"""Problems that say that part of the file was not read."""


def check(
    config: WorkflowConfig,
    variables: Variables,
    file_state: Callable[[str], FileState],
    types: Collection[str] | None = None,
) -> tuple[Problem, ...]:
    """All problems of the file, those of reading it too, in its order.

    `variables` are those of each step that has a prompt, by its id; None for a prompt that cannot
    be read, whose inputs are not checked. `file_state` says how a file input can be used. `types`
    are the step types there are; without them none is checked.
    """
    found = _Checks(config, variables, file_state, types)
    problems = {*config.problems, *found.all()}
    return tuple(sorted(problems, key=lambda it: (it.range.start, it.range.end, it.code)))


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """The problems with which the workflow cannot be started; with the others it can."""
    return [problem for problem in problems if problem.severity == "error"]


class _Checks:
    def __init__(
        self,
        config: WorkflowConfig,
        variables: Variables,
        file_state: Callable[[str], FileState],
        types: Collection[str] | None,
    ) -> None:
        self._config = config
        self._variables = variables
        self._file_state = file_state
        self._types = types
        self._is_partial = any(problem.code in UNREAD for problem in config.problems)
        self._folders = {step.rpartition("/")[0] for step in variables}

    def all(self) -> Iterator[Problem]:
        for step in self._config.steps:
            yield from self._step(step)
        yield from self._cycles()

    def _step(self, step: StepConfig) -> Iterator[Problem]:
        if step.id in self._variables:
            yield from self._inputs(step)
        elif not self._is_folder(step.id):
            yield _error(step.range, self._without_prompt(step.id), "workflow-unknown-step")
            return
        yield from self._settings(step)
        for inner in step.steps:
            yield from self._step(inner)

    def _is_folder(self, step_id: str) -> bool:
        """Whether there are prompts in a folder of that name, though none beside it."""
        return any(
            folder == step_id or folder.startswith(f"{step_id}/") for folder in self._folders
        )

    def _without_prompt(self, step_id: str) -> str:
        near = nearest(step_id, self._variables)
        name = step_id.rpartition("/")[2]
        if near is not None and near not in self._config.by_id:
            return f"There is no prompt for the step {step_id}: did you mean {near}?"
        return f"There is no prompt for the step {step_id}: create its file, or take {name} out."

    def _settings(self, step: StepConfig) -> Iterator[Problem]:
        if step.type is not None and self._types is not None and step.type not in self._types:
            known = one_of(step.type, self._types)
            message = f"There is no step type {step.type}: {known}"
            yield _error(step.type_range, message, "workflow-step-type")
        folder = step.response.folder
        if folder is not None and self._file_state(folder) in ("outside", "hidden"):
            yield _error(
                step.response.folder_range,
                f"{folder} is no folder that files may be written to: name one below the "
                "workspace folder.",
                "workflow-file",
            )
        if (problem := check_schema(step.response)) is not None:
            yield problem

    def _inputs(self, step: StepConfig) -> Iterator[Problem]:
        variables = self._variables[step.id]
        names = None if variables is None else [variable.name for variable in variables]
        for name, source in step.inputs.items():
            if names is not None and name not in names:
                has = one_of(name, names, "its prompt has none; take it out.")
                message = f"{step.id} has no input {name}: {has}"
                yield _error(source.key_range, message, "workflow-unknown-input", name)
            yield from self._source(source, name)
        yield from _misfits(step, variables or ())
        entry = not any(source.kind == "step" for source in step.inputs.values())
        if self._is_partial:
            return
        for variable in variables or ():
            needed = not variable.optional and variable.default is None
            if needed and variable.name not in step.inputs:
                yield from _unfed(step, variable, entry)

    def _source(self, source: InputSource, name: str) -> Iterator[Problem]:
        if source.kind == "step" and source.value not in self._variables:
            message = f"There is no step {source.value}: {one_of(source.value, self._variables)}"
            yield _error(source.range, message, "workflow-unknown-step", name)
        elif source.kind == "file" and (state := self._file_state(source.value)) != "there":
            message = _FILES[state].format(source.value)
            yield _error(source.range, message, "workflow-file", name)

    def _cycles(self) -> Iterator[Problem]:
        steps = self._config.by_id
        graph = {
            step.id: [source.value for source in step.inputs.values() if source.kind == "step"]
            for step in steps.values()
        }
        for cycle in cycles(graph):
            path = " → ".join([*cycle, cycle[0]])
            first, taken = steps[cycle[0]], cycle[1 % len(cycle)]
            where = next(
                source.range
                for source in first.inputs.values()
                if source.kind == "step" and source.value == taken
            )
            message = (
                f"These steps wait for each other's responses, so none can run: {path}; take one "
                "of the inputs out."
            )
            yield _error(where, message, "workflow-cycle")


_FILES = {
    "missing": "There is no file {} in the workspace folder: create it, or correct its path.",
    "hidden": "{} is hidden (a name that starts with a dot), which a workflow may not read: name "
    "another file.",
    "outside": "{} is outside the workspace folder, where a workflow may not read: name a file "
    "inside it.",
}


def _misfits(step: StepConfig, variables: Sequence[PromptTemplateVariable]) -> Iterator[Problem]:
    """Values that are not of the kind that the prompt declares for their input."""
    for variable in variables:
        source = step.inputs.get(variable.name)
        if source is None or source.kind != "value" or source.value is None:
            continue
        try:
            variable.checked(source.value)
        except MisfitError as takes:
            how = "put it in quotes" if variable.kind == "string" else "correct its value"
            message = f"The input {variable.name} of {step.id} takes {takes}: {how}."
            yield _error(source.range, message, "workflow-input-kind", variable.name)


def _unfed(step: StepConfig, variable: PromptTemplateVariable, entry: bool) -> Iterator[Problem]:
    """A required input that neither the file nor a default gives a value."""
    severity: Severity = "information" if entry else "warning"
    if variable.example is None:
        why = f"which {step.id} cannot run without"
    elif entry:
        return  # the example is what a first step starts from
    else:
        why = f"so {step.id} would run with its example"
    message = f"Nothing feeds {variable.name}, {why}: add it to its inputs."
    yield Problem(step.range, message, severity, "workflow-unfed-input", variable.name)


def _error(where: Range, message: str, code: str, subject: str | None = None) -> Problem:
    return Problem(where, message, "error", code, subject)
