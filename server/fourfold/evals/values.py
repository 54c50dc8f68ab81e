"""The value of an assertion: from a file, and with the test's variables put in."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.prompts.failures import RenderError
from fourfold.prompts.rendering import has_jinja, shared_renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.evals.cases import Assertion, AssertionSet

FILE = "file://"


def read_value(
    value: Any, variables: Mapping[str, Any], read_file: Callable[[str], Any] | None
) -> Any:
    """A text, and the texts of a list, are templates; texts within a mapping are not.

    Raises FourfoldError.
    """
    if isinstance(value, str) and value.startswith(FILE) and read_file is not None:
        value = read_file(value)
    if isinstance(value, list):
        return [_rendered(item, variables) for item in value]
    return _rendered(value, variables)


def named(
    assertion: Assertion | AssertionSet, variables: Mapping[str, Any]
) -> Assertion | AssertionSet:
    """The assertion with the variables put into the name of its metric. Raises FourfoldError."""
    if assertion.metric is None or not has_jinja(assertion.metric):
        return assertion
    return replace(assertion, metric=_rendered(assertion.metric, variables))


def _rendered(value: Any, variables: Mapping[str, Any]) -> Any:
    if not isinstance(value, str) or not has_jinja(value):
        return value
    try:
        return _text(value, json.dumps(variables, default=str))
    except RenderError as error:
        raise FourfoldError(f"The value “{value}” of an assertion: {error}") from None


@lru_cache(maxsize=4096)
def _text(template: str, variables: str) -> str:
    """Rendered with variables in JSON, which are the same for each version and repeat of a test."""
    return shared_renderer().render(template, json.loads(variables))
