"""A prompt file that was read: what it asks for, and how it becomes messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from fourfold.prompts.failures import MissingInputError, RenderError
from fourfold.prompts.references import References, is_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.prompts.problem import Problem, Range

_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True)
class PromptTemplateVariable:
    """An input of a prompt.

    `default` and `example` are as the file has them, references unresolved; None when not given.
    `range` is where it is declared, or first used when `declared` is false.
    """

    name: str
    kind: str
    required: bool
    default: Any
    example: Any
    description: str | None
    range: Range
    declared: bool = True

    @property
    def fallback(self) -> Any:
        """The value it has when none is given: the default, else the example, else None."""
        return self.example if self.default is None else self.default


@dataclass(frozen=True, slots=True)
class ModelReference:
    """Which model the file asks for, and where; references unresolved; never a key."""

    id: str | None = None
    provider: str | None = None
    endpoint: str | None = None

    def resolve(self, references: References) -> ModelReference:
        """The same with its `${…}` references resolved. Raises RenderError."""
        return replace(
            self,
            id=_text(references.resolve(self.id)),
            provider=_text(references.resolve(self.provider)),
            endpoint=_text(references.resolve(self.endpoint)),
        )


@dataclass(frozen=True, slots=True)
class TemplateBody:
    """The part of the file that is rendered; `source` has its role markers made unforgeable.

    `roles` says whether it is split into messages; otherwise it is one user message, unchanged.
    `first_line` is its 0-based line in the file.
    """

    source: str
    first_line: int
    roles: bool
    default_role: Literal["system", "user"]


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt file as data.

    `parameters` have neutral names: temperature, max_output_tokens, top_p, top_k,
    frequency_penalty, presence_penalty, seed, stop (a list), additional (a mapping).
    `accepts_defaults` says whether the format can hold a default for an input.
    """

    format: Literal["prompty", "text"]
    name: str | None
    description: str | None
    model: ModelReference
    parameters: Mapping[str, Any]
    variables: tuple[PromptTemplateVariable, ...]
    problems: tuple[Problem, ...]
    body: TemplateBody = field(repr=False)
    accepts_defaults: bool = True

    def inputs(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The value of each input: the one given, else its default, else its example.

        What is given and not declared is kept, since the text may use it. Raises
        MissingInputError, naming every required input without a value.
        """
        values = {name: value for name, value in given.items() if value is not None}
        missing = []
        for variable in self.variables:
            if variable.name in values:
                continue
            if variable.fallback is not None:
                values[variable.name] = variable.fallback
            elif variable.required:
                missing.append(variable.name)
        if missing:
            raise MissingInputError(missing, declarable=self.accepts_defaults)
        return values

    def render(self, inputs: Mapping[str, Any], references: References) -> list[dict[str, str]]:
        """The messages, each `{"role": "system"|"user"|"assistant", "content": text}`.

        Blocks for up to two seconds: call it from a thread. References are resolved in the file's
        own defaults only, never in a value that was given. Raises RenderError.
        """
        from fourfold.prompts.rendering import shared_renderer
        from fourfold.prompts.roles import split_roles

        for problem in self.problems:
            if problem.severity == "error":
                raise RenderError(problem.message, line=problem.range.start.line)
        if not self.body.source.strip():
            raise RenderError("The prompt is empty: write its text, then run it.")
        values, resolved = self._resolved(inputs, references)
        try:
            rendered = shared_renderer().render(self.body.source, values)
        except RenderError as error:
            raise self._located(error, resolved) from None
        if self.body.roles:
            messages = split_roles(rendered, self.body.default_role)
        else:
            messages = [{"role": "user", "content": rendered}]
        if not any(message["content"].strip() for message in messages):
            raise RenderError("The prompt is empty once rendered: give its inputs a value.")
        return messages

    def _resolved(
        self, inputs: Mapping[str, Any], references: References
    ) -> tuple[dict[str, Any], list[str]]:
        values = dict(inputs)
        secrets: list[str] = []
        for variable in self.variables:
            own = variable.fallback
            if own is not None and variable.declared and values.get(variable.name) == own:
                resolved = references.resolve(own)
                values[variable.name] = resolved
                if is_reference(own) and isinstance(resolved, str):
                    secrets.append(resolved)
        return values, secrets

    def _located(self, error: RenderError, secrets: list[str]) -> RenderError:
        """The error with its line counted from the file's first, and no resolved value in it."""
        if error.line is None:
            return error
        message = str(error).partition(": ")[2]
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                message = message.replace(secret, "…")
        return RenderError(message, line=error.line + self.body.first_line)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
