"""A workspace folder with a workflow, and a model that answers each prompt with itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from support.scripted_model import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lsp.support.session import Session
    from support.scripted_model import Exchange, Request

WORKFLOW = """\
name: Chain
steps:
  greet:
    steps:
      polish:
        inputs:
          text: {step: greet}
  translate:
    inputs:
      text: {step: greet/polish}
  joke: {}
"""
FILES = {
    "prompts/workflow.yaml": WORKFLOW,
    "prompts/greet/polish.md": "Polish {{ text }}",
    "prompts/translate.md": "Translate {{ text }}",
    "prompts/joke.md": "Joke",
}
STEPS = ["greet", "greet/polish", "translate", "joke"]


async def echo(exchange: Exchange) -> None:
    """Answers the last message with itself, in brackets."""
    text = exchange.request.json["messages"][-1]["content"].strip()
    await tokens(f"({text})")(exchange)


def held(start: str, until: asyncio.Event) -> Callable[[Exchange], Any]:
    """As `echo`, but a prompt that starts like that waits for the event."""

    async def script(exchange: Exchange) -> None:
        if exchange.request.json["messages"][-1]["content"].startswith(start):
            closed = asyncio.ensure_future(exchange.closed.wait())
            freed = asyncio.ensure_future(until.wait())
            await asyncio.wait([closed, freed], return_when=asyncio.FIRST_COMPLETED)
        if not exchange.closed.is_set():
            await echo(exchange)

    return script


def asked(s: Session) -> list[str]:
    """What the model was asked so far, in the order of the alphabet."""
    return texts(s.model.requests)


def texts(requests: Sequence[Request]) -> list[str]:
    """What these requests ask, in the order of the alphabet."""
    return sorted(one.json["messages"][-1]["content"].strip() for one in requests)


async def states(s: Session) -> dict[str, str]:
    """The status of each step by its id, as showWorkflow has it."""
    return statuses(await s.client.run("fourfold.showWorkflow", uri=s.uri))


def statuses(workflow: dict[str, Any]) -> dict[str, str]:
    """The status of each step of a Workflow, by its id."""
    found = {}
    pending = list(workflow["steps"])
    while pending:
        step = pending.pop(0)
        found[step["id"]] = step["status"]
        pending += step["steps"]
    return found
