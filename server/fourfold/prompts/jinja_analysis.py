"""Finds out what a Jinja text asks for, without running any of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import TrackingCodeGenerator
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fourfold.prompts.jinja_source import JinjaError, JinjaSource, UsedVariable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

MAX_TOKENS = 20_000
MAX_DIGITS = 4300
_TAG = re.compile(r"\{[{%]")
_LONG_NUMBER = re.compile(
    rf"(?P<number>[0-9_]{{{MAX_DIGITS + 1},}})|(?P<end>[%}}]\}})"
    r"""|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""",
    re.DOTALL,
)
_LOADING = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    start: int
    line: int


def read_jinja(source: str) -> JinjaSource:
    """The analysis of `source`, a text with LF line ends. Never raises."""
    tokens: list[_Token] = []
    try:
        return _analyse(source, tokens)
    except TemplateSyntaxError as error:
        message = (error.message or "it cannot be read").rstrip(".")
        return _failed(source, tokens, message, error.lineno)
    except RecursionError:
        return _failed(source, tokens, "it is nested too deeply", 1)
    except Exception as error:  # Jinja's reading of numbers and texts raises what Python raises
        return _failed(source, tokens, f"{error}".rstrip("."), tokens[-1].line if tokens else 1)


def _analyse(source: str, tokens: list[_Token]) -> JinjaSource:
    """Fills `tokens` as far as they can be read, for what an error is to be told about."""
    environment = _environment()
    _check_numbers(source)
    tokens.extend(_tokens(environment, source))
    tree = Parser(environment, source).parse()
    tracker = _Tracker(environment)
    tracker.visit(tree)
    optional = _optional_names(tree)
    read = [node for node in tree.find_all(nodes.Name) if node.ctx == "load"]
    walked = {id(loop.iter) for loop in tree.find_all(nodes.For)}
    otherwise = {node.name for node in read if id(node) not in walked}
    loading = next(iter(tree.find_all(_LOADING)), None)
    message = "A prompt cannot include or import another file: write its text here."
    return JinjaSource(
        variables=tuple(
            UsedVariable(name, start, start + len(name), name in optional, name not in otherwise)
            for name, start in _first_uses(tokens, tracker.undeclared_identifiers)
        ),
        names=frozenset(node.name for node in read),
        data_spans=tuple((t.start, t.start + len(t.value)) for t in tokens if t.kind == "data"),
        error=_error(source, tokens, message, loading.lineno, "jinja-include") if loading else None,
    )


class _Tracker(TrackingCodeGenerator):
    """Jinja's own scoping, without computing constants: that would run hostile arithmetic."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.optimizer = None

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        raise nodes.Impossible


@cache
def _environment() -> Environment:
    return ImmutableSandboxedEnvironment(keep_trailing_newline=True)


def _tokens(environment: Environment, source: str) -> Iterator[_Token]:
    position = 0
    text = source.replace("\r", "\n")
    for count, (line, kind, value) in enumerate(environment.lexer.tokeniter(text, None)):
        # whitespace control drops text between tokens, so look for the next one
        position = text.find(value, position)
        yield _Token(kind, value, position, line)
        position += len(value)
        if count > MAX_TOKENS:
            raise TemplateSyntaxError(f"it has more than {MAX_TOKENS:,} parts", line)


def _check_numbers(source: str) -> None:
    """Refuses numbers that Python would refuse, which Jinja's patterns take long to look at."""
    position = 0
    while (tag := _TAG.search(source, position)) is not None:
        position = tag.end()
        for found in _LONG_NUMBER.finditer(source, position):
            if found["number"]:
                line = source.count("\n", 0, found.start()) + 1
                raise TemplateSyntaxError(f"a number has more than {MAX_DIGITS:,} digits", line)
            if found["end"]:
                position = found.end()
                break
        else:
            return


def _first_uses(tokens: list[_Token], names: set[str]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    doubtful: dict[str, int] = {}
    significant = [token for token in tokens if token.kind != "whitespace"]
    for index, token in enumerate(significant):
        if token.kind != "name" or token.value not in names:
            continue
        before = significant[index - 1].value if index else ""
        after = significant[index + 1].value if index + 1 < len(significant) else ""
        # an attribute, a filter, a test and a keyword argument only look like the variable
        clear = before not in {".", "|", "is"} and after != "="
        (found if clear else doubtful).setdefault(token.value, token.start)
    return sorted(({**doubtful, **found}).items(), key=lambda item: item[1])


def _optional_names(tree: nodes.Template) -> set[str]:
    names: set[str] = set()
    for node in tree.find_all((nodes.Filter, nodes.Test, nodes.If, nodes.CondExpr, nodes.Or)):
        if isinstance(node, nodes.Filter):
            if node.name in {"default", "d"} and isinstance(node.node, nodes.Name):
                names.add(node.node.name)
        elif isinstance(node, nodes.Test):
            if node.name in {"defined", "undefined"} and isinstance(node.node, nodes.Name):
                names.add(node.node.name)
        elif isinstance(node, nodes.Or):
            names.update(_asked(node.left))
        elif isinstance(node, nodes.If | nodes.CondExpr):
            names.update(_asked(node.test))
    return names


def _asked(condition: nodes.Node) -> Iterator[str]:
    pending = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Name):
            yield node.name
        elif isinstance(node, nodes.Not | nodes.And | nodes.Or):
            pending.extend(node.iter_child_nodes())


def _failed(source: str, tokens: list[_Token], message: str, line: int) -> JinjaSource:
    explained = (
        f"The template cannot be read: {message}. Correct it, or put text that is meant as it "
        "stands between {% raw %} and {% endraw %}."
    )
    error = _error(source, tokens, explained, line, "jinja-syntax")
    return JinjaSource((), frozenset(), (), error)


def _error(source: str, tokens: list[_Token], message: str, line: int, code: str) -> JinjaError:
    lines = source.replace("\r", "\n").split("\n")
    number = max(0, min(line - 1, len(lines) - 1))
    line_start = sum(len(text) + 1 for text in lines[:number])
    text = lines[number]
    # from the last brace that was opened on the line; without one, the line's text
    opened = [
        token.start
        for token in tokens
        if token.line == line and token.kind in {"variable_begin", "block_begin"}
    ]
    start = opened[-1] if opened else line_start + len(text) - len(text.lstrip())
    return JinjaError(message, start, line_start + len(text.rstrip()), code)
