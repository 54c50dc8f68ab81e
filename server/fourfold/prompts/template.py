"""A prompt file that was read: what it asks for, and how it becomes messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fourfold.prompts.failures import (
    InputError,
    LackingPartError,
    MissingInputError,
    RenderError,
    UnreadableVariablesError,
    without_value,
)
from fourfold.prompts.kinds import MisfitError, Written, of_kind, require_whole
from fourfold.prompts.references import References, is_reference
from fourfold.text.figures import listed
from fourfold.text.nearest import one_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fourfold.errors import FourfoldError
    from fourfold.prompts.body import Body
    from fourfold.source.problem import Problem, Range

_SHORTEST_SECRET = 4
_OTHER_MODEL = "; a run that names its own model (--model NAME) works as it is"


@dataclass(frozen=True, slots=True)
class PromptTemplateVariable:
    """An input of a prompt.

    `kind` is the one that the file declares where it is `typed`, else that of its value, and then
    a value of any kind is taken. `default` and `example` are as the file has them, references
    unresolved; None when not given. `required` says that the file asks for a value, `optional` that
    the prompt does without: as the file says, or since its text does not use it or deals with its
    absence. `range` is where it is declared, or first used when `declared` is false.
    """

    name: str
    kind: str
    required: bool
    default: Any
    example: Any
    description: str | None
    range: Range
    declared: bool = True
    typed: bool = True
    optional: bool = False

    @property
    def fallback(self) -> Any:
        """The value it has when none is given: the default, else the example, else None."""
        return self.example if self.default is None else self.default

    def checked(self, value: Any, *, is_response: bool = False) -> Any:
        """A value for it, as its kind has it, one that is `Written` read. Raises MisfitError.

        A step's response may be a list or a mapping where a text is asked for: it is printed.
        """
        require_whole(value)
        if isinstance(value, Written):
            # without a kind of its own, a number is as good as a whole one
            loose = self.kind == "integer" and not self.typed
            value = of_kind("float" if loose else self.kind, value)
            require_whole(value)  # JSON can spell half a character
            return value
        printed = is_response and self.kind == "string" and isinstance(value, (list, dict))
        return of_kind(self.kind, value) if self.typed and not printed else value


@dataclass(frozen=True, slots=True)
class ModelReference:
    """Which model the file asks for, and where; references unresolved; never a key.

    `range` is where the file names it.
    """

    id: str | None = None
    provider: str | None = None
    endpoint: str | None = None
    range: Range | None = field(default=None, compare=False)

    def resolve(self, references: References) -> ModelReference:
        """The same with its `${…}` references resolved. Raises RenderError, which names all
        variables at once that it may not read."""
        resolved: list[str | None] = []
        refusals: list[UnreadableVariablesError] = []
        for value in (self.id, self.provider, self.endpoint):
            try:
                resolved.append(_text(references.resolve(value)))
            except UnreadableVariablesError as error:
                refusals.append(error)
        if refusals:
            forbidden = any(error.forbidden for error in refusals)
            same = [error for error in refusals if error.forbidden == forbidden]
            raise UnreadableVariablesError(
                [name for error in same for name in error.names],
                forbidden=forbidden,
                way_out=_OTHER_MODEL,
            )
        id_, provider, endpoint = resolved
        return replace(self, id=id_, provider=provider, endpoint=endpoint)


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt file as data.

    `parameters` have neutral names: temperature, max_output_tokens, top_p, top_k,
    frequency_penalty, presence_penalty, seed, stop (a list), additional (a mapping).
    `format` is the name of its format. `accepts_defaults` says whether Prompty's front matter can
    hold a default for an input, None where the file can hold none at all. `response_format` is
    what the file's outputs ask for, as OpenAI's API has it. `file` is known of one that was read
    by `from_file`.
    """

    format: str
    name: str | None
    description: str | None
    model: ModelReference
    parameters: Mapping[str, Any]
    variables: tuple[PromptTemplateVariable, ...]
    problems: tuple[Problem, ...]
    body: Body = field(repr=False)
    accepts_defaults: bool | None = True
    response_format: Mapping[str, Any] | None = None
    file: Path | None = field(default=None, compare=False)

    @classmethod
    def from_text(cls, text: str, suffix: str = ".md") -> PromptTemplate:
        """What a text holds, read as a prompt file with that suffix: `.prompty`, or a plain one,
        whose `{{ variables }}` are its inputs. Never raises: see `problems`."""
        from fourfold.prompts.formats import parse

        return parse(text, suffix)

    @classmethod
    def from_file(cls, path: str | Path) -> PromptTemplate:
        """What a prompt file holds. OSError and UnicodeDecodeError where it cannot be read as
        UTF-8; never for what it says: see `problems`."""
        path = Path(path)
        read = cls.from_text(path.read_text(encoding="utf-8"), path.absolute().as_posix())
        return replace(read, file=path)

    def given(self, values: Mapping[str, Any], responses: Collection[str] = ()) -> dict[str, Any]:
        """The values that are given to inputs, as their kinds have them; None is no value.

        `responses` names those that are responses of steps. Raises InputError for an input that
        the prompt does not have, and for a value of another kind. What it asks for is not known
        where it has an error; rendering it says so.
        """
        given = {name: value for name, value in values.items() if value is not None}
        if self.error is not None:
            return given
        known = {variable.name: variable for variable in self.variables}
        for name, value in given.items():
            if name not in known:
                has = one_of(name, known, "it has none; leave it out.")
                raise InputError(f"The prompt has no input {name}: {has}")
            if value is not known[name].fallback:
                given[name] = _checked(known[name], value, is_response=name in responses)
        return given

    def inputs(self, given: Mapping[str, Any], responses: Collection[str] = ()) -> dict[str, Any]:
        """The value of each input: the one given, else its default, else its example.

        Raises as `given` does, and MissingInputError naming every input that it cannot do without.
        """
        values = self.body.completed(self.given(given, responses))
        if self.error is not None:
            return values
        missing = []
        for variable in self.variables:
            if variable.name in values:
                continue
            if variable.fallback is not None:
                values[variable.name] = variable.fallback
            elif not variable.optional:
                missing.append(variable)
        if missing:
            raise without_value(missing, declarable=self.accepts_defaults)
        return values

    def has_input(self, name: str) -> bool:
        """Whether it asks for an input of that name."""
        return any(variable.name == name for variable in self.variables)

    def used_examples(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The inputs whose example stands in for a value, in the order of the file."""
        return tuple(
            variable.name
            for variable in self.variables
            if given.get(variable.name) is None
            and variable.default is None
            and variable.example is not None
        )

    def render(
        self,
        inputs: Mapping[str, Any] = MappingProxyType({}),
        references: References | None = None,
    ) -> list[dict[str, str]]:
        """The messages, each `{"role": "system"|"developer"|"user"|"assistant", "content": text}`.

        `inputs` are the values given, or those of `inputs`; each may be a step's response. Blocks
        for up to two seconds: call it from a thread. References are resolved in the file's own
        defaults only, never in a value that was given; without `references` they may read files
        below the prompt's own folder, and no variables. Raises RenderError, and InputError as
        `inputs` does.
        """
        if self.error is not None:
            raise RenderError(self.error.message, line=self.error.range.start.line)
        if self.body.is_blank:
            raise RenderError("The prompt is empty: write its text, then run it.")
        references = references or self._own_references()
        values, resolved = self._resolved(self.inputs(inputs, inputs.keys()), references)
        try:
            messages = self.body.messages(values, references)
        except RenderError as error:
            raise self._located(error, resolved) from None
        if not any(message["content"].strip() for message in messages):
            raise self._empty(values)
        return messages

    def _own_references(self) -> References:
        file = (self.file or Path("prompt")).absolute()
        return References({}, frozenset(), prompt_file=file, workspace=file.parent)

    @property
    def error(self) -> Problem | None:
        """Why the prompt cannot be run."""
        return next((it for it in self.problems if it.severity == "error"), None)

    def _empty(self, values: Mapping[str, Any]) -> FourfoldError:
        blank = [
            variable
            for variable in self.variables
            if not (value := values.get(variable.name)) or not str(value).strip()
        ]
        if blank:
            return MissingInputError(
                blank,
                "The prompt is empty once rendered: give "
                f"{listed([one.name for one in blank])} a value.",
            )
        return RenderError("The prompt is empty once rendered: write text that it always sends.")

    def _resolved(
        self, inputs: Mapping[str, Any], references: References
    ) -> tuple[dict[str, Any], list[str]]:
        values = dict(inputs)
        secrets: list[str] = []
        for variable in self.variables:
            own = variable.fallback
            is_own = own is not None and variable.declared and values.get(variable.name) == own
            if is_own and self.accepts_defaults:
                try:
                    resolved = references.resolve(own)
                except LackingPartError:
                    if not variable.optional:
                        raise
                    del values[variable.name]
                    continue
                if is_reference(own):
                    if isinstance(resolved, str):
                        secrets.append(resolved)
                        resolved = Written(resolved)
                    resolved = _checked(variable, resolved, is_response=True)
                values[variable.name] = resolved
        return values, secrets

    def _located(self, error: RenderError, secrets: list[str]) -> RenderError:
        """The error with its line counted from the file's first, and no resolved value in it."""
        if error.line is None:
            return error
        message = error.reason
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                message = message.replace(secret, "…")
        return RenderError(message, line=error.line + self.body.first_line)


def _checked(variable: PromptTemplateVariable, value: Any, *, is_response: bool = False) -> Any:
    try:
        return variable.checked(value, is_response=is_response)
    except MisfitError as takes:
        raise InputError(f"The input {variable.name} takes {takes}.") from None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
