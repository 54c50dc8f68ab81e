"""The step that makes a request a requirement: numbered statements with their criteria."""

from __future__ import annotations

from typing import Any

from fourfold.steps.base import BaseStep
from fourfold.steps.responses.errors import ResponseError
from fourfold.steps.statements import read_statements
from fourfold.text.figures import counted
from fourfold.text.markdown import plain


class RequirementStep(BaseStep):
    """Reads a requirement as a list that later steps can address.

    Its value is `{"markdown": the response, "requirements": [{"id": "R1", "text", "criteria":
    [text…]}…], "criteria": [text…]}`, the last ones being those that name no statement. A template
    prints it as the text, and `{{ requirement.requirements[0].criteria }}` addresses into it. With
    `response: {kind: json}` the value is the JSON as it is.
    """

    type = "requirement"

    def process_response(self, response: str) -> Any:
        """The requirement; ResponseError where the response states nothing."""
        read = super().process_response(response)
        if not isinstance(read, str):
            return read
        statements, criteria = read_statements(read)
        if not statements:
            raise ResponseError(
                "The response holds no requirement.",
                "State what the system must do: a section ## Requirements with one statement per "
                "line, like `- R1: The system must …`.",
            )
        return {"markdown": read, "requirements": statements, "criteria": criteria}

    def describe(self, value: Any) -> str:
        """Which statements there are, and how many criteria each of them has."""
        if not isinstance(value, dict) or not isinstance(value.get("requirements"), list):
            return ""
        lines = [f"### {counted(len(value['requirements']), 'requirement')}", ""]
        for statement in value["requirements"]:
            lines.append(f"- **{plain(statement['id'])}**: {plain(statement['text'])}")
            lines += [f"  - {plain(criterion)}" for criterion in statement["criteria"]]
        if value["criteria"]:
            lines += ["", "For all of them:", "", *(f"- {plain(it)}" for it in value["criteria"])]
        return "\n".join(lines)
