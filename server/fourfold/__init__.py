"""Keeps the last four versions of every prompt, runs any of them, and compares the responses.

What Python programs use is here, by its own name; each is imported when it is first asked for,
since an editor waits for the rest to start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fourfold.errors import FourfoldError as FourfoldError
    from fourfold.evals.verdict import Verdict as Verdict
    from fourfold.evals.verdict import verdict as verdict
    from fourfold.llm.registry import LLMIntegrationRegistry as LLMIntegrationRegistry
    from fourfold.project.workflow.json_document import WorkflowDocument as WorkflowDocument
    from fourfold.project.workflow.workflow import Workflow as Workflow
    from fourfold.project.workflow.workflow import open_workflow as open_workflow
    from fourfold.prompts.template import PromptTemplate as PromptTemplate
    from fourfold.prompts.template import PromptTemplateVariable as PromptTemplateVariable
    from fourfold.settings import WorkspaceSettings as WorkspaceSettings
    from fourfold.workflow.configuration import StepConfig as StepConfig
    from fourfold.workflow.configuration import WorkflowConfig as WorkflowConfig
    from fourfold.workflow.evaluation import WorkflowStatus as WorkflowStatus
    from fourfold.workflow.steps.architecture_design import (
        ArchitectureDesignStep as ArchitectureDesignStep,
    )
    from fourfold.workflow.steps.base import BaseStep as BaseStep
    from fourfold.workflow.steps.implementation import ImplementationStep as ImplementationStep
    from fourfold.workflow.steps.requirement import RequirementStep as RequirementStep
    from fourfold.workflow.steps.test_generation import TestGenerationStep as TestGenerationStep

__version__ = "0.1.0"

_PLACES = {
    "ArchitectureDesignStep": "workflow.steps.architecture_design",
    "BaseStep": "workflow.steps.base",
    "FourfoldError": "errors",
    "ImplementationStep": "workflow.steps.implementation",
    "LLMIntegrationRegistry": "llm.registry",
    "PromptTemplate": "prompts.template",
    "PromptTemplateVariable": "prompts.template",
    "RequirementStep": "workflow.steps.requirement",
    "StepConfig": "workflow.configuration",
    "TestGenerationStep": "workflow.steps.test_generation",
    "Verdict": "evals.verdict",
    "Workflow": "project.workflow.workflow",
    "WorkflowConfig": "workflow.configuration",
    "WorkflowDocument": "project.workflow.json_document",
    "WorkflowStatus": "workflow.evaluation",
    "WorkspaceSettings": "settings",
    "open_workflow": "project.workflow.workflow",
    "verdict": "evals.verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'fourfold' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"fourfold.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
