"""Keeps the last four versions of every prompt, runs any of them, and compares the responses.

    import fourfold

    async with fourfold.open("project") as folder:          # a notebook does without the `with`
        history = await folder.versions("requirement")
        runs = await folder.run("requirement", "all", inputs={"request": "A diary"}, repeat=3)
        comparison = await folder.compare("requirement", 2, 4)
        await folder.use("requirement", 4)
        workflow = await folder.workflow()
        await workflow.start_workflow()

    messages = fourfold.PromptTemplate.from_file("prompts/greet.md").render({"name": "Ada"})

    fourfold.register_step(OurStep)                         # a subclass of BaseStep with a `type`
    fourfold.register_integration("ours", OurIntegration)   # the models ours/…

Whatever can go wrong is a FourfoldError, whose text says what happened and what to do. The names of
the older design mean what is here by another name: AutomatedCodingWorkflow is Workflow,
StepsTemplateConfig is StepConfig, WorkspaceSetting is WorkspaceSettings, and WORKFLOW_CONFIG is the
WorkflowConfig of the sample workflow.

Each name is imported when it is first asked for, since an editor waits for the rest to start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fourfold.api.folder import (
        Folder,
        open,  # noqa: A004
        open_workflow,
    )
    from fourfold.api.older_names import (
        WORKFLOW_CONFIG,
        AutomatedCodingWorkflow,
        StepsTemplateConfig,
        WorkspaceSetting,
    )
    from fourfold.app.answers.workflow import WorkflowDocument
    from fourfold.app.workflow import Workflow
    from fourfold.errors import FourfoldError, InvalidArgumentError
    from fourfold.evals.verdict import Verdict, verdict
    from fourfold.llm.integration import ChatRequest, Delta, LLMIntegration, Usage
    from fourfold.llm.plugins import register_integration
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.prompts.template import PromptTemplate, PromptTemplateVariable
    from fourfold.reports.comparison import Comparison
    from fourfold.settings import WorkspaceSettings
    from fourfold.steps.architecture_design import ArchitectureDesignStep
    from fourfold.steps.base import BaseStep
    from fourfold.steps.implementation import ImplementationStep
    from fourfold.steps.plugins import register_step
    from fourfold.steps.requirement import RequirementStep
    from fourfold.steps.responses.errors import ResponseError
    from fourfold.steps.test_generation import TestGenerationStep
    from fourfold.store.records import Run, StepHistory, Version, WorkflowRun
    from fourfold.workflow.evaluation import WorkflowStatus
    from fourfold.workflow.file.configuration import StepConfig, WorkflowConfig

__version__ = "0.1.0"

__all__ = [
    "WORKFLOW_CONFIG",
    "ArchitectureDesignStep",
    "AutomatedCodingWorkflow",
    "BaseStep",
    "ChatRequest",
    "Comparison",
    "Delta",
    "Folder",
    "FourfoldError",
    "ImplementationStep",
    "InvalidArgumentError",
    "LLMIntegration",
    "LLMIntegrationRegistry",
    "PromptTemplate",
    "PromptTemplateVariable",
    "RequirementStep",
    "ResponseError",
    "Run",
    "StepConfig",
    "StepHistory",
    "StepsTemplateConfig",
    "TestGenerationStep",
    "Usage",
    "Verdict",
    "Version",
    "Workflow",
    "WorkflowConfig",
    "WorkflowDocument",
    "WorkflowRun",
    "WorkflowStatus",
    "WorkspaceSetting",
    "WorkspaceSettings",
    "open",
    "open_workflow",
    "register_integration",
    "register_step",
    "verdict",
]

_PLACES = {
    "ArchitectureDesignStep": "steps.architecture_design",
    "AutomatedCodingWorkflow": "api.older_names",
    "BaseStep": "steps.base",
    "ChatRequest": "llm.integration",
    "Comparison": "reports.comparison",
    "Delta": "llm.integration",
    "Folder": "api.folder",
    "FourfoldError": "errors",
    "ImplementationStep": "steps.implementation",
    "InvalidArgumentError": "errors",
    "LLMIntegration": "llm.integration",
    "LLMIntegrationRegistry": "llm.registry",
    "PromptTemplate": "prompts.template",
    "PromptTemplateVariable": "prompts.template",
    "RequirementStep": "steps.requirement",
    "ResponseError": "steps.responses.errors",
    "Run": "store.records",
    "StepConfig": "workflow.file.configuration",
    "StepHistory": "store.records",
    "StepsTemplateConfig": "api.older_names",
    "TestGenerationStep": "steps.test_generation",
    "Usage": "llm.integration",
    "Verdict": "evals.verdict",
    "Version": "store.records",
    "WORKFLOW_CONFIG": "api.older_names",
    "Workflow": "app.workflow",
    "WorkflowConfig": "workflow.file.configuration",
    "WorkflowDocument": "app.answers.workflow",
    "WorkflowRun": "store.records",
    "WorkflowStatus": "workflow.evaluation",
    "WorkspaceSetting": "api.older_names",
    "WorkspaceSettings": "settings",
    "open": "api.folder",
    "open_workflow": "api.folder",
    "register_integration": "llm.plugins",
    "register_step": "steps.plugins",
    "verdict": "evals.verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'fourfold' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"fourfold.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
