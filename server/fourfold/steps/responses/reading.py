"""A response, read by the rule that workflow.yaml gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.steps.responses.errors import ResponseError

if TYPE_CHECKING:
    from fourfold.workflow.file.configuration import ResponseConfig

__all__ = ["ResponseError", "read_response"]


def read_response(response: str, rule: ResponseConfig) -> Any:
    """The value of `response` under `rule`; ResponseError where it does not fit.

    A text for the kinds text and markdown, the JSON value for json, and for code `{"markdown":
    the response, "files": [{"path", "language", "content"}…]}`.
    """
    if rule.kind == "markdown":
        from fourfold.steps.responses.markdown import read_markdown

        return read_markdown(response)
    if rule.kind == "json":
        from fourfold.steps.responses.json_value import read_json

        return read_json(response, rule.schema)
    if rule.kind == "code":
        from fourfold.steps.responses.code import read_code

        return read_code(response, rule.folder)
    return response
