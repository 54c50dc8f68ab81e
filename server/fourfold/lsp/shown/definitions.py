"""Where that stands what a name in workflow.yaml names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import FIRST_LINE, client_range

if TYPE_CHECKING:
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.lsp.server import FourfoldServer
    from fourfold.workflow.file.places import Place


async def definition_of(
    ls: FourfoldServer, file: OpenWorkflowFile, place: Place
) -> types.Location | None:
    """The step or the input as it is declared, else the first line of the file."""
    if place.kind == "step" and (step := (await file.config()).step(place.value)) is not None:
        return types.Location(file.uri, file.client_range(step.range))
    if place.kind == "input":
        return await _input(ls, file, place)
    (target,) = await file.targets([place])
    return None if target is None else types.Location(target, FIRST_LINE)


async def _input(ls: FourfoldServer, file: OpenWorkflowFile, place: Place) -> types.Location | None:
    """Where the prompt of the step declares or first uses an input."""
    variables = (await file.inputs()).get(place.step) or ()
    found = next((one for one in variables if one.name == place.value), None)
    uri = await file.prompt_uri(place.step)
    if found is None or uri is None:
        return None
    document = ls.workspace.get_text_document(uri)
    return types.Location(uri, client_range(document, found.range))
