"""A workspace folder as Python programs work on it: its versions, its runs and its workflow."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from fourfold.errors import FourfoldError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from types import TracebackType

    from fourfold.app.engine import Engine
    from fourfold.app.workflow import Workflow
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.reports.comparison import Comparison
    from fourfold.store.records import Run, StepHistory, Version

    Listener = Callable[[Run], None]
    Versions = int | Sequence[int] | Literal["all"] | None

_log = logging.getLogger(__name__)


class Folder:
    """A workspace folder with the versions of its prompts; `fourfold.open` gives one.

        async with fourfold.open("project") as folder:
            runs = await folder.run("requirement", versions="all", inputs={"request": "A diary"})

    It is opened with the first call, and `close` gives everything back where there is no `with`.
    A `step` is named by its id (`requirement/refine`) or by the path of its file. Every method
    raises FourfoldError with a sentence for the user, InvalidArgumentError for an argument.
    """

    def __init__(self, path: Path, on_change: Listener) -> None:
        self.path = path
        self._on_change = on_change
        self._opening = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stack = AsyncExitStack()
        self._engine: Engine | None = None
        self._workflow: Workflow | None = None
        self._troubles: list[FourfoldError] = []

    async def __aenter__(self) -> Self:
        await self._opened()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.close()
        except FourfoldError:
            if error is None:
                raise

    async def close(self) -> None:
        """Cancels what goes on and gives everything back; the next call opens the folder again.

        Raises FourfoldError where something could not be kept.
        """
        self._engine = self._workflow = self._loop = None
        self._opening = asyncio.Lock()  # the old one may belong to a loop that has ended
        await self._stack.aclose()
        troubles, self._troubles = self._troubles, []
        if troubles:
            raise troubles[-1]

    async def steps(self) -> list[str]:
        """The ids of the steps that have a file, in the order of workflow.yaml."""
        engine = await self._opened()
        files = await engine.call(engine.project.all_steps)
        return [file.step for file in files]

    async def versions(self, step: str | Path) -> StepHistory:
        """The versions of a step, newest first, with what other programs left in its file."""
        engine = await self._opened()
        _, history = await engine.call(_now, engine, step)
        return history

    async def runs(self, step: str | Path | None = None, *, limit: int = 20) -> list[Run]:
        """The newest `limit` runs of a step, or of all, with their responses, the newest first."""
        engine = await self._opened()
        return await engine.call(_kept_runs, engine, step, limit)

    async def run(
        self,
        step: str | Path,
        versions: Versions = None,
        *,
        inputs: Mapping[str, Any] | None = None,
        model: str | None = None,
        repeat: int = 1,
        fresh: bool = False,
    ) -> list[Run]:
        """Runs versions of a step, all at once; the ended runs, each version `repeat` times.

        `versions` are numbers, or "all", oldest first; without them the text in the file is run,
        which becomes a version where it is none. `inputs` are values by name, which win over what
        workflow.yaml says; `model` wins over what the prompt asks for; `fresh` asks it even where
        it has answered the same before. A run that fails says so in `status` and `error`. A version
        that cannot be run at all has one failed run, which is not kept; where that is so for every
        one, its error is raised.
        """
        from fourfold.app.requests import RunOptions, make_requests

        if repeat < 1:
            raise InvalidArgumentError("repeat", "repeat has to be a whole number from 1.")
        engine = await self._opened()
        file, chosen = await engine.call(_to_run, engine, step, versions)
        options = RunOptions(
            inputs=inputs or {},
            repeat=repeat,
            model=model,
            fresh=fresh,
            named=versions not in (None, "all"),
        )
        requests, refusals = await make_requests(
            engine.project, engine.registry, file, chosen, options, None
        )
        ended = await engine.carry_out(requests)
        ended += [refusal.as_run(engine.runner.new_id(), model) for refusal in refusals]
        order = [version.hash for version in chosen]
        return sorted(ended, key=lambda run: order.index(run.hash))

    async def compare(self, step: str | Path, *versions: int) -> Comparison:
        """Two to four versions side by side, each with the run that speaks for it; without any, the
        current one against the one that it is best held against."""
        from fourfold.app.contents import make_comparison

        engine = await self._opened()

        def compared() -> Comparison:
            _, history = _now(engine, step)
            return make_comparison(engine.project, history, versions or None, engine.runner.live)

        return await engine.call(compared)

    async def use(self, step: str | Path, version: int) -> StepHistory:
        """Makes a version current and gives the prompt file its text; the versions after that.

        Text in the file that no version has is never overwritten: FourfoldError.
        """
        from fourfold.app.switching import use_version

        engine = await self._opened()

        def used() -> StepHistory:
            file, _ = _now(engine, step, refuses=True)
            use_version(engine.project, file, version)
            return engine.project.history(file)

        return await engine.call(used)

    async def workflow(self) -> Workflow:
        """The workflow of the folder's steps, to run and to look at."""
        from fourfold.app.workflow import Workflow

        engine = await self._opened()
        if self._workflow is None:
            self._workflow = Workflow(engine)
        return self._workflow

    async def _opened(self) -> Engine:
        from fourfold.app.engine import open_engine

        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            raise FourfoldError(
                f"{self.path} was opened in an event loop that has ended; close it there, or give "
                "all calls to one asyncio.run."
            )
        async with self._opening:
            if self._engine is None:
                project = await asyncio.to_thread(_open_project, self.path)
                self._stack.push_async_callback(asyncio.to_thread, project.close)
                self._engine = await self._stack.enter_async_context(
                    open_engine(
                        project,
                        on_change=self._on_change,
                        on_error=self._troubles.append,
                        on_news=_log.info,
                    )
                )
                self._loop = loop
        return self._engine


def open(path: str | Path = ".", on_change: Listener = lambda _: None) -> Folder:  # noqa: A001
    """The workspace folder at `path`, with its settings and the user's models.

        async with fourfold.open("project") as folder: ...

        folder = fourfold.open("project")     # or without `with`, in a notebook say
        await folder.versions("requirement")
        await folder.close()

    `on_change(run)` is told how runs go on, with the response so far. FourfoldError where there is
    no such folder; where its database cannot be opened, the first call says so.
    """
    folder = Path(path).absolute()
    if not folder.is_dir():
        raise FourfoldError(f"{folder} is no folder; give the one that has the prompts in it.")
    return Folder(folder, on_change)


@asynccontextmanager
async def open_workflow(
    path: str | Path = ".", on_change: Listener = lambda _: None
) -> AsyncIterator[Workflow]:
    """The workflow of the workspace folder at `path`, where nothing else of the folder is asked.

        async with fourfold.open_workflow("project") as workflow:
            await workflow.start_workflow()
            print(await workflow.to_json())

    Arguments and errors are those of `open`.
    """
    async with open(path, on_change) as folder:
        yield await folder.workflow()


def _open_project(folder: Path) -> Project:
    """The project with its store opened, for a thread."""
    from fourfold.project.project import Project
    from fourfold.settings import load_settings

    project = Project(folder, load_settings(folder))
    project.store.end_interrupted_runs()
    for sentence in (*project.settings.problems, *project.notices):
        _log.warning(sentence)
    return project


def _now(
    engine: Engine, step: str | Path, *, refuses: bool = False
) -> tuple[StepFile, StepHistory]:
    from fourfold.app.steps_now import step_now

    return step_now(engine.project, str(step), _log.warning, refuses=refuses)


def _to_run(engine: Engine, step: str | Path, versions: Versions) -> tuple[StepFile, list[Version]]:
    from fourfold.app.steps_now import versions_to_run

    asked = [versions] if isinstance(versions, int) else versions
    return versions_to_run(engine.project, str(step), asked, _log.warning)


def _kept_runs(engine: Engine, step: str | Path | None, limit: int) -> list[Run]:
    store = engine.project.store
    steps = None if step is None else [_now(engine, step)[0].step]
    found = (
        engine.runner.live(run.id) or store.find_run(run.id) for run in store.run_log(steps, limit)
    )
    return [run for run in found if run is not None]
