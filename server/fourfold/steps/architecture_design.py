"""The step that designs: which components there are, and a diagram of them."""

from __future__ import annotations

from typing import Any

from fourfold.steps.base import BaseStep
from fourfold.steps.components import component_diagram, read_components
from fourfold.steps.diagrams import read_diagrams
from fourfold.steps.responses.errors import ResponseError
from fourfold.text.markdown import diagram


class ArchitectureDesignStep(BaseStep):
    """Reads a design's components, and checks the syntax of its diagrams.

    Its value is `{"markdown": the response, "components": [{"name", "text"}…], "diagrams":
    [{"kind": "mermaid"|"plantuml", "source"}…]}`. With `response: {kind: json}` or `code` the value
    is what that rule reads.
    """

    type = "architecture_design"

    def process_response(self, response: str) -> Any:
        """The design; ResponseError, naming the line, where a diagram is broken."""
        read = super().process_response(response)
        if not isinstance(read, str):
            return read
        if not read.strip():
            raise ResponseError("The response is empty.", "Answer with the design.")
        return {
            "markdown": read,
            "components": read_components(read),
            "diagrams": read_diagrams(read),
        }

    def describe(self, value: Any) -> str:
        """The diagrams, or one drawn from the components where the response has none."""
        if not isinstance(value, dict) or "components" not in value:
            return ""
        diagrams = value.get("diagrams") or component_diagram(value["components"])
        return "\n\n".join(
            ["### Diagram", *(diagram(it["source"].rstrip(), it["kind"]) for it in diagrams)]
            if diagrams
            else []
        )
