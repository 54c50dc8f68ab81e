"""The names of the older design for what has another one today: the same things, importable.

Nothing in Fourfold uses them. ARCHITECTURE.md has the whole table.
"""

from __future__ import annotations

from fourfold.app.sample import sample_folder
from fourfold.app.workflow import Workflow
from fourfold.settings import WorkspaceSettings
from fourfold.workflow.file.configuration import StepConfig, WorkflowConfig, parse


def _built_in() -> WorkflowConfig:
    return parse((sample_folder() / "workflow.yaml").read_text(encoding="utf-8"))


AutomatedCodingWorkflow = Workflow
"""The workflow of a folder. "Automated Coding" is the name of the sample that comes along."""

StepsTemplateConfig = StepConfig
"""What workflow.yaml says of a step: the prompt's inputs, its model, how its response is read."""

WorkspaceSetting = WorkspaceSettings
"""What can be set for a workspace folder."""

WORKFLOW_CONFIG = _built_in()
"""The configuration of the built-in workflow: requirement, architecture design, implementation and
test generation, each in the class of its name. It is the sample's workflow.yaml."""
