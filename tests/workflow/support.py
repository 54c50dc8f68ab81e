"""A workflow in a real folder with a real database, on a model that answers what it is told to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from fourfold.app.engine import Engine
from fourfold.app.workflow import Workflow
from fourfold.llm.integration import ChatRequest, Delta, ModelError, ResolvedModel, Usage
from fourfold.project.project import Project
from fourfold.runs.runner import Runner
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable
    from pathlib import Path

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.store.records import Run


@dataclass
class Model:
    """An integration that answers each prompt with `answer(text)`, an exception being a failure.

    `asked` are the texts of the last message of each request, in order. While `gate` is set, a
    request waits until it is released. With a `crowd`, each request that begins with `wide` waits
    until so many of them are open.
    """

    answer: Callable[[str], str | Exception] = lambda text: f"({text})"
    asked: list[str] = field(default_factory=list)
    most_at_once: int = 0
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    arrived: dict[str, asyncio.Event] = field(default_factory=dict)
    name: str = "model"
    concurrency: int = 64
    crowd: int = 0
    _open: int = 0
    _crowded: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, start: str) -> None:
        """Requests whose text starts like this wait until `release`."""
        self.gates[start] = asyncio.Event()
        self.arrived[start] = asyncio.Event()

    def release(self, start: str) -> None:
        self.gates[start].set()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta | Usage, None]:
        text = request.messages[-1]["content"].strip()
        self.asked.append(text)
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            if self._open >= self.crowd:
                self._crowded.set()
            if text.startswith("wide"):
                await self._crowded.wait()
            for start, gate in self.gates.items():
                if text.startswith(start):
                    yield Delta("a part")
                    self.arrived[start].set()
                    await gate.wait()
            answer = self.answer(text)
            if isinstance(answer, Exception):
                raise answer
            yield Delta(answer)
            yield Usage(len(text), len(answer))
        finally:
            self._open -= 1

    async def warm_up(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def resolve(self, **_: Any) -> ResolvedModel:
        """As the registry does it."""
        return ResolvedModel(self, "scripted", "scripted")


@dataclass
class Bench:
    """A folder with a workflow, and the model that it runs on."""

    folder: Path
    model: Model
    project: Project
    engine: Engine
    workflow: Workflow

    def write(self, step: str, text: str) -> None:
        """Gives a step another prompt, as an editor saves it."""
        path = self.folder / "prompts" / f"{step}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        file = self.project.step_at(path)
        assert file is not None
        self.project.save(file, text, "save")

    def configure(self, yaml: str) -> None:
        """Gives the folder another workflow.yaml."""
        path = self.folder / "prompts/workflow.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml, encoding="utf-8")

    async def states(self) -> dict[str, str]:
        """The status of every step, by id; a stale one that is not so called has a `*`."""
        document = await self.workflow.to_json()
        found = {}

        def add(steps: list[dict[str, Any]]) -> None:
            for step in steps:
                mark = "*" if step["stale"] and step["status"] != "stale" else ""
                found[step["id"]] = step["status"] + mark
                add(step["steps"])

        add(document["steps"])
        return found

    async def ran(self, **request: Any) -> list[str]:
        """The prompts that a run of the workflow sends, in order of their text."""
        before = len(self.model.asked)
        await self.workflow.start_workflow(**request)
        return sorted(self.model.asked[before:])


@asynccontextmanager
async def bench(
    folder: Path, model: Model | None = None, on_change: Callable[[Run], None] | None = None
) -> AsyncIterator[Bench]:
    """A folder whose runs go to `model`."""
    model = model or Model()
    project = Project(folder, WorkspaceSettings(concurrency=50))
    (folder / "prompts").mkdir(exist_ok=True)

    async def call(function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(function, *arguments)

    runner = Runner(
        project.store,
        call,
        on_change=on_change or (lambda _: None),
        on_error=lambda error: None,
        price=lambda *_: None,
        at_once=50,
    )
    registry = cast("LLMIntegrationRegistry", model)
    engine = Engine(project=project, call=call, runner=runner, registry=registry)
    try:
        yield Bench(folder, model, project, engine, Workflow(engine))
    finally:
        await runner.close()
        project.close()


def failure(text: str) -> ModelError:
    """What a model that fails says."""
    return ModelError(text)
