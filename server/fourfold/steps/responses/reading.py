"""A response, read by the rule that workflow.yaml gives. Each kind of response stands here once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fourfold.steps.responses.errors import ResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.workflow.file.configuration import ResponseConfig

__all__ = ["KINDS", "ResponseError", "ResponseKind", "read_response"]

ResponseKind = Literal["text", "markdown", "json", "code"]


class Kind(NamedTuple):
    """What is read, as an editor says it beside the name, and how."""

    detail: str
    read: Callable[[str, ResponseConfig], Any]


def read_response(response: str, rule: ResponseConfig) -> Any:
    """The value of `response` under `rule`; ResponseError where it does not fit.

    A text for the kinds text and markdown, the JSON value for json, and for code `{"markdown":
    the response, "files": [{"path", "language", "content"}…]}`.
    """
    return KINDS[rule.kind].read(response, rule)


def _markdown(response: str, _: ResponseConfig) -> Any:
    from fourfold.steps.responses.markdown import read_markdown

    return read_markdown(response)


def _json(response: str, rule: ResponseConfig) -> Any:
    from fourfold.steps.responses.json_value import read_json

    return read_json(response, rule.schema)


def _code(response: str, rule: ResponseConfig) -> Any:
    from fourfold.steps.responses.code import read_code

    return read_code(response, rule.folder)


KINDS: Mapping[ResponseKind, Kind] = {
    "text": Kind("as it is", lambda response, _: response),
    "markdown": Kind("as it is, with its sections", _markdown),
    "json": Kind("a JSON value", _json),
    "code": Kind("files with paths", _code),
}
