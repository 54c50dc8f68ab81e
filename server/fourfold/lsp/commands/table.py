"""Every command by its name; tests hold this table to PROTOCOL.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer

COMMANDS = {
    "fourfold.listVersions": "versions.list_versions",
    "fourfold.setCurrentVersion": "versions.set_current_version",
    "fourfold.showVersion": "versions.show_version",
    "fourfold.saveVersion": "versions.save_version",
    "fourfold.undo": "versions.undo",
    "fourfold.pinVersion": "marks.pin_version",
    "fourfold.nameVersion": "marks.name_version",
    "fourfold.runStep": "runs.run_step",
    "fourfold.rate": "runs.rate_run",
    "fourfold.renderStep": "render.render_step",
    "fourfold.cancelRuns": "runs.cancel_runs",
    "fourfold.showRun": "runs.show_run",
    "fourfold.compareVersions": "runs.compare_versions",
    "fourfold.openBoard": "boards.open_board",
    "fourfold.showResponse": "responses.show_response",
    "fourfold.startWorkflow": "workflow.start_workflow",
    "fourfold.showWorkflow": "workflow.show_workflow",
    "fourfold.showWorkflowDocument": "workflow.show_workflow_document",
    "fourfold.listWorkflowRuns": "workflow.list_workflow_runs",
    "fourfold.compareWorkflowRuns": "workflow.compare_workflow_runs",
    "fourfold.writeFiles": "write_files.write_files",
    "fourfold.listSteps": "workspace.list_steps",
    "fourfold.listRuns": "workspace.list_runs",
    "fourfold.listModels": "workspace.list_models",
}
"""Names to functions of this package's modules, which are imported when first called."""

Handler = Callable[["FourfoldServer", dict[str, Any]], Awaitable[Any]]


def handler_of(command: str) -> Handler:
    from importlib import import_module

    module, _, function = COMMANDS[command].partition(".")
    handler: Handler = getattr(import_module(f"fourfold.lsp.commands.{module}"), function)
    return handler
