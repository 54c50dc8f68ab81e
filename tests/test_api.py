"""What Python programs use: `import fourfold`, with no editor."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import fourfold
from fourfold import FourfoldError, InvalidArgumentError, WorkflowDocument, WorkflowStatus
from fourfold.store.sqlite.store import SqliteStore
from lsp.support.workflow import FILES, WORKFLOW, echo, held, texts
from support.scripted_model import ScriptedModel, scripted_model
from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parents[1]


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedModel]:
    """The default model, which answers each prompt with itself, in brackets."""
    async with scripted_model(echo) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_MODEL", "scripted")
        yield endpoint


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a chain of prompts."""
    for path, text in {**FILES, "prompts/greet.md": "Greet {{ name }}"}.items():
        write(tmp_path / path, text)
    write(tmp_path / "prompts/workflow.yaml", WORKFLOW.replace("greet:\n", GREET, 1))
    return tmp_path


GREET = "greet:\n    inputs: {name: {value: Ada}}\n"


def write(path: Path, text: str) -> None:
    """As an editor does, and long enough ago to count as done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    done = path.stat().st_mtime - 5
    os.utime(path, (done, done))


def test_every_name_is_there_and_listed() -> None:
    assert sorted(fourfold.__all__) == sorted(fourfold._PLACES)
    for name in fourfold.__all__:
        assert getattr(fourfold, name).__doc__, name
        assert name in dir(fourfold)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fourfold.nothing  # noqa: B018


def test_type_checkers_see_the_names_that_are_there() -> None:
    (names,) = [
        node.body
        for node in ast.parse(Path(fourfold.__file__).read_text()).body
        if isinstance(node, ast.If)
    ]
    seen = {alias.name: node.module for node in names for alias in node.names}
    assert seen == {name: f"fourfold.{place}" for name, place in fourfold._PLACES.items()}


def test_importing_the_package_loads_nothing_else() -> None:
    program = "import fourfold, sys; print([n for n in sys.modules if n.startswith('fourfold.')])"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_help_explains_the_package() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import fourfold; help(fourfold)"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PAGER": "cat", "TERM": "dumb"},
    ).stdout
    for said in ("async with fourfold.open(", "class Folder", "register_step(", "execute_step("):
        assert said in found


async def test_the_example_of_the_readme_runs(
    tmp_path: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        code = compile(block, "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        running = eval(code, {})
        if running is not None:
            await running
    assert any("A diary" in text for text in texts(model.requests))


async def test_versions_are_run_compared_and_made_current(
    place: Path, model: ScriptedModel
) -> None:
    seen: list[str] = []
    path = place / "prompts/greet.md"
    async with fourfold.open(str(place), lambda run: seen.append(run.status)) as folder:
        assert await folder.steps() == ["greet", "greet/polish", "translate", "joke"]
        assert (await folder.versions("greet")).current == 1
        write(path, "Hail {{ name }}")
        (new,) = await folder.run("greet", inputs={"name": "Bo"})
        assert (new.version, new.response) == (2, "(Hail Bo)")
        runs = await folder.run(path, "all", inputs={"name": "Cy"}, model="scripted-2", repeat=2)
        assert [(run.version, run.repeat, run.response) for run in runs] == [
            *((1, repeat, "(Greet Cy)") for repeat in (1, 2)),
            *((2, repeat, "(Hail Cy)") for repeat in (1, 2)),
        ]
        assert {run.model for run in runs} == {"scripted-2"}
        compared = await folder.compare("greet")
        assert compared.versions == (2, 1)
        assert (await folder.compare("greet", 1, 2)).compared[0].run is not None
        kept = await folder.runs("greet")
        assert len(kept) == 5
        assert (kept[-1].id, kept[-1].response) == (new.id, new.response)
        assert (await folder.use("greet", 1)).current == 1
        assert path.read_text() == "Greet {{ name }}"
        assert [run.response for run in await folder.run("greet", [2, 2])] == ["(Hail Ada)"]
    assert {"queued", "running", "succeeded"} == set(seen)


async def test_a_text_runs_also_where_others_push_its_version_out_meanwhile(
    place: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_runs = SqliteStore.insert_runs

    def raced(store: SqliteStore, *arguments: Any) -> None:
        monkeypatch.setattr(SqliteStore, "insert_runs", insert_runs)
        with Workspace(place) as other:
            for text in "BCDEF":
                other.command(text, "joke")
        insert_runs(store, *arguments)

    async with fourfold.open(place) as folder:
        monkeypatch.setattr(SqliteStore, "insert_runs", raced)
        (run,) = await folder.run("joke")
        assert (run.version, run.status, run.response) == (1, "succeeded", "(Joke)")
        (kept,) = await folder.runs("joke")
        assert (kept.id, kept.version, kept.response) == (run.id, None, "(Joke)")
        monkeypatch.setattr(SqliteStore, "insert_runs", raced)
        with pytest.raises(FourfoldError, match="no longer kept"):
            await folder.run("joke", [3])


async def test_a_folder_is_a_plain_object_too(
    place: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    folder = fourfold.open()
    (run,) = await folder.run("prompts/joke.md", 1)
    assert run.response == "(Joke)"
    await folder.close()
    assert [kept.id for kept in await folder.runs()] == [run.id]
    await folder.close()
    await folder.close()


def test_a_folder_belongs_to_the_event_loop_that_opened_it(place: Path) -> None:
    folder = fourfold.open(place)
    assert asyncio.run(folder.steps())
    with pytest.raises(FourfoldError, match="event loop that has ended"):
        asyncio.run(folder.steps())
    asyncio.run(folder.close())
    assert asyncio.run(folder.steps())
    asyncio.run(folder.close())


async def test_text_that_no_version_has_is_never_overwritten(place: Path) -> None:
    (place / "fourfold.toml").write_text('versionOnSave = "never"')
    path = place / "prompts/joke.md"
    async with fourfold.open(place) as folder:
        await folder.versions("joke")
        write(path, "Another joke")
        with pytest.raises(FourfoldError, match="text that no version has"):
            await folder.use("joke", 1)
    assert path.read_text() == "Another joke"


async def test_a_broken_version_keeps_no_other_from_running(
    place: Path, model: ScriptedModel
) -> None:
    async with fourfold.open(place) as folder:
        for text in ("Joke", "{% if %}", "Joke again"):
            write(place / "prompts/joke.md", text)
            await folder.versions("joke")
        runs = await folder.run("joke", "all")
        assert [(run.version, run.status) for run in runs] == [
            (1, "succeeded"),
            (2, "failed"),
            (3, "succeeded"),
        ]
        assert runs[1].error
        assert len(await folder.runs("joke")) == 2
        with pytest.raises(FourfoldError, match=re.escape(runs[1].error)):
            await folder.run("joke", 2)


async def test_what_is_not_there_is_said(place: Path) -> None:
    with pytest.raises(FourfoldError, match="is no folder"):
        fourfold.open(place / "nowhere")
    async with fourfold.open(place) as folder:
        for call in (
            folder.run("nobody"),
            folder.run("joke", 7),
            folder.run("joke", repeat=0),
            folder.run("joke", inputs={"nothing": 1}),
            folder.use("joke", 7),
            folder.compare("joke", 1, 7),
            folder.versions(place / "elsewhere.md"),
        ):
            with pytest.raises(FourfoldError) as caught:
                await call
            assert caught.value.kind == "bad_input"


async def test_a_cancelled_run_is_kept_as_one(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted_model(held("Joke", asyncio.Event())) as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_MODEL", "scripted")
        begun = asyncio.Event()
        async with fourfold.open(
            place, lambda run: begun.set() if run.status == "running" else None
        ) as folder:
            running = asyncio.create_task(folder.run("joke"))
            await asyncio.wait_for(begun.wait(), 10)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            (run,) = await folder.runs("joke")
            assert run.status == "cancelled"


async def test_a_workflow_runs_from_python(place: Path, model: ScriptedModel) -> None:
    async with fourfold.open_workflow(str(place)) as workflow:
        assert isinstance(workflow, fourfold.AutomatedCodingWorkflow)
        assert await workflow.execute_step("greet/polish") == "(Polish (Greet Ada))"
        ended = await workflow.start_workflow()
        assert (ended.name, ended.status) == ("Chain", "succeeded")
        document = WorkflowDocument.from_json(await workflow.to_json())
        assert document.status is WorkflowStatus.SUCCEEDED
        assert len(texts(model.requests)) == WORKFLOW.count("step:") + 2
        for step in ("greet", place / "prompts/greet.md"):
            assert await workflow.execute_step(step, inputs={"name": "Bo"}) == "(Greet Bo)"
        ended = await workflow.start_workflow(start="greet", inputs={"greet.name": "Cy"})
        assert ended.status == "succeeded"
        assert "Translate (Polish (Greet Cy))" in texts(model.requests)
        with pytest.raises(InvalidArgumentError, match="there is no step nobody"):
            await workflow.execute_step("nobody")


async def test_a_second_step_waits_for_the_first(place: Path, model: ScriptedModel) -> None:
    async with fourfold.open_workflow(place) as workflow:
        steps = ("translate", "joke", "greet/polish")
        assert await asyncio.gather(*(workflow.execute_step(step) for step in steps)) == [
            "(Translate (Polish (Greet Ada)))",
            "(Joke)",
            "(Polish (Greet Ada))",
        ]
        assert len(model.requests) == 4


async def test_a_step_and_an_integration_are_registered_without_a_package(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shouting(fourfold.BaseStep):
        type = "joke"

        def process_response(self, response: str) -> Any:
            return response.upper()

    class Canned(fourfold.LLMIntegration):
        name = "canned"
        concurrency = 2
        text = "ha"

        async def stream(self, request: fourfold.ChatRequest) -> AsyncIterator[fourfold.Delta]:
            yield fourfold.Delta(f"{self.text} {request.model}")

    class Other(Canned):
        text = "ho"

    monkeypatch.setattr("fourfold.steps.plugins._registered", {})
    monkeypatch.setattr("fourfold.llm.plugins._registered", {})
    fourfold.register_step(Shouting)
    fourfold.register_integration("canned", Canned)
    async with fourfold.open(place) as folder:
        (run,) = await folder.run("joke", model="canned/x")
        assert (run.response, run.processed()) == ("ha x", "HA X")
        fourfold.register_integration("canned", Other)
        (run,) = await folder.run("joke", model="canned/x", fresh=True)
        assert run.response == "ho x"
    for wrong in (Canned, object(), type("NoType", (fourfold.BaseStep,), {})):
        with pytest.raises(InvalidArgumentError):
            fourfold.register_step(wrong)  # type: ignore[type-var]
    for name, factory in (("", Canned), ("a/b", Canned), ("a", "no factory")):
        with pytest.raises(InvalidArgumentError):
            fourfold.register_integration(name, factory)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["construct_prompt", "process_response", "execute"])
async def test_an_exception_of_a_step_class_is_said_to_be_its_own(
    place: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("shelf 7, sk-0123456789abcdef")

    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
    broken_step = type("Broken", (fourfold.BaseStep,), {"type": "joke", method: broken})
    monkeypatch.setattr("fourfold.steps.plugins._registered", {"joke": broken_step})
    said = f"Broken of {__name__} failed \\(KeyError: 'shelf 7, [^s]"
    async with fourfold.open(place) as folder:
        workflow = await folder.workflow()
        with pytest.raises(FourfoldError, match=said):
            await workflow.execute_step("joke")
        if method == "process_response":
            (run,) = await folder.run("joke")
            assert (run.status, run.response) == ("failed", "(Joke)")
            assert re.match(said, run.error or "")
        elif method == "construct_prompt":
            with pytest.raises(FourfoldError, match=said):
                await folder.run("joke")


async def test_an_exception_of_an_integration_is_said_to_be_its_own(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(fourfold.LLMIntegration):
        name = "broken"
        concurrency = 1

        async def stream(self, request: fourfold.ChatRequest) -> AsyncIterator[fourfold.Delta]:
            yield fourfold.Delta("Half")
            raise OSError("no route")

    monkeypatch.setattr("fourfold.llm.plugins._registered", {"broken": Broken})
    async with fourfold.open(place) as folder:
        (run,) = await folder.run("joke", model="broken/x")
    assert (run.status, run.response) == ("failed", "Half")
    assert "Broken of " in (run.error or "")
    assert "(OSError: no route)" in (run.error or "")


def test_a_template_is_rendered_in_one_call(tmp_path: Path) -> None:
    template = fourfold.PromptTemplate.from_text("Greet {{ name }}")
    assert template.render({"name": "Ada"}) == [{"role": "user", "content": "Greet Ada"}]
    assert fourfold.PromptTemplate.from_text("Hi").render()[0]["content"] == "Hi"
    (tmp_path / "tone.txt").write_text("kindly")
    path = tmp_path / "greet.prompty"
    path.write_text(
        "---\ninputs:\n  tone:\n    type: string\n    default: ${file:tone.txt}\n---\n"
        "system:\nGreet {{ tone }}\n\nuser:\n{{ name }}\n",
        newline="\r\n",
    )
    for given in (path, str(path)):
        messages = fourfold.PromptTemplate.from_file(given).render({"name": "Bo"})
        assert [(each["role"], each["content"].strip()) for each in messages] == [
            ("system", "Greet kindly"),
            ("user", "Bo"),
        ]
    path.write_text(path.read_text().replace("file:tone.txt", "env:HOME"))
    with pytest.raises(FourfoldError, match="HOME"):
        fourfold.PromptTemplate.from_file(path).render({"name": "Bo"})
    with pytest.raises(FileNotFoundError):
        fourfold.PromptTemplate.from_file(tmp_path / "none.md")


def test_the_names_of_the_older_design_are_those_of_today() -> None:
    assert fourfold.AutomatedCodingWorkflow is fourfold.Workflow
    assert fourfold.StepsTemplateConfig is fourfold.StepConfig
    assert fourfold.WorkspaceSetting is fourfold.WorkspaceSettings
    assert fourfold.WORKFLOW_CONFIG.name == "Automated Coding"
    assert fourfold.WORKFLOW_CONFIG.problems == ()
    assert {step.id for step in fourfold.WORKFLOW_CONFIG.steps} == {
        step.type
        for step in (
            fourfold.RequirementStep,
            fourfold.ArchitectureDesignStep,
            fourfold.ImplementationStep,
            fourfold.TestGenerationStep,
        )
    }
    page = (ROOT / "server/ARCHITECTURE.md").read_text()
    for name in ("AutomatedCodingWorkflow", "StepsTemplateConfig", "WorkspaceSetting"):
        assert f"| `{name}` | `{getattr(fourfold, name).__name__}` |" in page
    assert "| `WORKFLOW_CONFIG` | `WorkflowConfig` |" in page
