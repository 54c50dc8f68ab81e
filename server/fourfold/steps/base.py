"""What every step of a workflow does: makes its prompt, asks, and takes the response in."""

from __future__ import annotations

import asyncio
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from fourfold.steps.file_description import describe_files
from fourfold.steps.responses.reading import ResponseError, read_response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from fourfold.prompts.references import References
    from fourfold.prompts.template import PromptTemplate
    from fourfold.workflow.file.configuration import StepConfig

    Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepContext:
    """Where a step works: the `workspace` folder, what its template may read (`references`), and
    whether tests that a response brings along may be run (`run_tests`). `inputs` are those of the
    run that goes on.

    `may_run` asks the user, once, whether an environment of the workspace's may be run; it blocks,
    so it is not for the event loop.
    """

    workspace: Path
    references: References
    run_tests: bool = False
    may_run: Callable[[Path], bool] = lambda _: False
    inputs: Mapping[str, Any] = field(default_factory=dict)


class Ask(Protocol):
    """Sends `messages` to the step's model and gives the whole response to `accept`.

    Returns what `accept` returns. A ResponseError of it makes the run a failed one, is given its
    `response`, and is raised again. `accept` is called in a thread.
    """

    async def __call__(self, messages: Sequence[Message], accept: Callable[[str], Any]) -> Any: ...


class BaseStep:
    """A step that takes its response as workflow.yaml says; others build on it.

    `type` is the name by which workflow.yaml asks for the class; a step whose id has that as its
    last part gets it without asking.
    """

    type: ClassVar[str] = ""

    def __init__(self, config: StepConfig, template: PromptTemplate, context: StepContext) -> None:
        self.config = config
        self.template = template
        self.context = context

    def with_inputs(self, inputs: Mapping[str, Any]) -> Self:
        """The same step with the inputs of a run in its context."""
        made = copy(self)
        made.context = replace(self.context, inputs=inputs)
        return made

    def construct_prompt(self, inputs: Mapping[str, Any]) -> list[dict[str, str]]:
        """The messages for these inputs. Blocks; RenderError, InputError."""
        return self.template.render(inputs, self.context.references)

    def process_response(self, response: str) -> Any:
        """What later steps get, as JSON: a text, or whatever the response rule makes of it.

        May block, and be called more than once. Raises ResponseError where the response does not
        fit, so that the model is asked again as often as the rule's `retries` say.
        """
        return read_response(response, self.config.response)

    def describe(self, value: Any) -> str:
        """Markdown about the processed response, shown below it in its document; often nothing."""
        response = self.config.response
        if response.kind != "code":
            return ""
        return describe_files(value, response.folder, self.context.workspace)

    def messages_again(
        self, messages: Sequence[Message], response: str, error: Exception, tries: int
    ) -> list[dict[str, str]] | None:
        """What asks once more after so many `tries`, the last of which failed; None where that is
        not because of its response, or `retries` allow no more."""
        if not isinstance(error, ResponseError) or tries > self.config.response.retries:
            return None
        return [
            *map(dict, messages),
            {"role": "assistant", "content": response},
            {"role": "user", "content": error.hint},
        ]

    async def execute(self, inputs: Mapping[str, Any], ask: Ask) -> Any:
        """The processed response. Raises FourfoldError where there is none to be had."""
        step = self.with_inputs(inputs)
        messages = await asyncio.to_thread(step.construct_prompt, inputs)
        for tries in count(1):
            try:
                return await ask(messages, step.process_response)
            except ResponseError as error:
                again = self.messages_again(messages, error.response, error, tries)
                if again is None:
                    raise
                messages = again
        raise AssertionError("counting never ends")
