"""What each tool answers, and how it says that it cannot."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from mcp import MCPError

from support.agents import GREET, texts
from support.scripted_model import Gate, scripted_model, tokens

if TYPE_CHECKING:
    from mcp_types import CallToolResult

READING = ["list_steps", "read_version", "compare", "test_report"]
RUNNING = ["run_step", "run_tests"]
WRITING = ["save_version", "use_version", "pin_version", "undo"]
TESTS = "".join(
    f"- description: about t{number}\n  vars: {{name: t{number}}}\n"
    "  assert: [{type: contains, value: yes}]\n"
    for number in range(3)
)
BETTER = GREET.replace("Greet", "Warmly greet")


async def test_tools_say_what_they_take_and_answer(place: Any) -> None:
    async with place.agent() as agent:
        listed = (await agent.client.list_tools()).tools
    assert [tool.name for tool in listed] == [*READING, *RUNNING, *WRITING]
    for tool in listed:
        for schema in (tool.input_schema, tool.output_schema):
            assert schema["type"] == "object"
            jsonschema_rs.Draft202012Validator(schema)
        hints = tool.annotations
        assert hints.read_only_hint is (tool.name in READING)
        assert hints.open_world_hint is (tool.name in RUNNING)
        assert hints.destructive_hint is (tool.name in {"save_version", "use_version", "undo"})
        assert hints.idempotent_hint is (tool.name not in {"run_step", "undo"})
        assert tool.title
        assert len(tool.description) > 40
    run_tests = listed[5].input_schema
    assert run_tests["required"] == ["step"]
    assert {"budgetUsd", "maxCalls", "until"} <= run_tests["properties"].keys()
    assert '"null"' not in json.dumps(run_tests)


async def test_who_may_not_write_is_offered_no_tool_that_does(place: Any) -> None:
    async with place.agent(writes=False) as agent:
        listed = (await agent.client.list_tools()).tools
        assert [tool.name for tool in listed] == [*READING, *RUNNING]
        error = await agent.refusal("save_version", step="greet", text="Hi.")
        assert "save_version" not in (agent.client.instructions or "")
    assert "fourfold mcp --allow-writes" in error["message"]
    assert (error["kind"], error["field"]) == ("bad_input", "name")
    assert place.read("prompts/greet.prompty") == GREET
    assert not (place.folder / ".fourfold").exists()


async def test_who_only_looks_puts_nothing_into_a_folder(place: Any) -> None:
    place.write("prompts/plain.md", "Say {{a}} and {{b}}.")
    async with place.agent() as agent:
        steps = {one["step"]: one for one in (await agent.answer("list_steps"))["steps"]}
        version = await agent.answer("read_version", step="greet")
        compared = await agent.refusal("compare", step="greet")
        await agent.client.list_prompts()
        await agent.client.list_resources()
    assert steps["greet"]["kept"] == [1]
    assert steps["greet"]["hasTests"] is False
    assert [one["name"] for one in steps["plain"]["inputs"]] == ["a", "b"]
    [name] = steps["greet"]["inputs"]
    assert name == {
        "name": "name",
        "kind": "string",
        "required": True,
        "description": "who is greeted",
    }
    assert (version["number"], version["text"], version["current"]) == (1, GREET, True)
    assert "greet" in compared["message"]
    assert not (place.folder / ".fourfold").exists()


async def test_versions_are_saved_used_pinned_and_taken_back(place: Any) -> None:
    async with place.agent() as agent:
        saved = await agent.answer("save_version", step="greet", text=BETTER)
        assert (saved["current"], len(saved["versions"])) == (2, 2)
        assert place.read("prompts/greet.prompty") == BETTER
        used = await agent.answer("use_version", step="greet", version=1)
        assert used["current"] == 1
        assert place.read("prompts/greet.prompty") == GREET
        pinned = await agent.answer("pin_version", step="greet", version=1)
        assert [one["pinned"] for one in pinned["versions"]] == [False, True]
        loose = await agent.answer("pin_version", step="greet", version=1, pinned=False)
        assert not any(one["pinned"] for one in loose["versions"])
        undone = await agent.answer("undo", step="greet")
        assert undone["current"] == 2
        assert place.read("prompts/greet.prompty") == BETTER
        # What a fifth one pushes out is said.
        for number in (3, 4, 5):
            last = await agent.answer("save_version", step="greet", text=f"{BETTER}{number}\n")
    assert [gone["number"] for gone in last["pushedOut"]] == [1]


async def test_what_others_have_written_meanwhile_is_a_version_first(place: Any) -> None:
    async with place.agent() as agent:
        await agent.answer("save_version", step="greet", text=BETTER)
        place.write("prompts/greet.prompty", f"{GREET}By hand.\n")
        saved = await agent.answer("save_version", step="greet", text=f"{GREET}By an agent.\n")
        by_hand = await agent.answer("read_version", step="greet", version=3)
        place.write("prompts/greet.prompty", f"{GREET}By hand again.\n")
        result = await agent.call("read_version", step="greet")
    assert (saved["current"], by_hand["text"]) == (4, f"{GREET}By hand.\n")
    assert result.structured_content["number"] == 5
    [note] = texts(result)[1:]
    assert note.startswith("greet was changed on disk, which is v5 now; ")


async def test_runs_answer_with_responses_and_cost(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    gate = Gate()

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append(done)
        assert "going on" in (message or "")
        gate.open()

    async with scripted_model(tokens("Hello, ", "you!", gate=gate)) as model:
        gate.release()
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            await agent.answer("save_version", step="greet", text=BETTER)
            asked = {"step": "greet", "versions": "all", "inputs": {"name": "Ada"}}
            result = await agent.client.call_tool("run_step", asked, progress_callback=progress)
            again = await agent.answer("run_step", **asked)
            compared = await agent.answer("compare", step="greet")
    runs = result.structured_content["runs"]
    assert [(one["version"], one["response"], one["status"]) for one in runs] == [
        (1, "Hello, you!", "succeeded"),
        (2, "Hello, you!", "succeeded"),
    ]
    assert json.loads(texts(result)[0]) == result.structured_content
    assert [one["cached"] for one in again["runs"]] == [True, True]
    assert [(one["what"], one["same"]) for one in compared["differences"]] == [
        ("prompt", False),
        ("response", True),
    ]
    assert told == sorted(set(told))
    assert told[0] >= len("Hello, ")


@pytest.mark.parametrize(("calls", "made"), [(1, 1), (3, 3), (9, 4)])
async def test_no_run_is_made_beyond_the_limit(
    place: Any, monkeypatch: pytest.MonkeyPatch, calls: int, made: int
) -> None:
    async with scripted_model(tokens("Hello!")) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            await agent.answer("save_version", step="greet", text=BETTER)
            asked: dict[str, Any] = {"versions": "all", "repeat": 2, "inputs": {"name": "Ada"}}
            ended = await agent.answer("run_step", step="greet", maxCalls=calls, **asked)
            # What was answered before is no call.
            again = await agent.answer("run_step", step="greet", maxCalls=1, **asked)
        assert len(model.requests) == min(4, made + 1)
    succeeded = [one["status"] == "succeeded" for one in ended["runs"]]
    assert sum(succeeded) == made
    refused = [one["error"] for one in ended["runs"] if one["status"] == "failed"]
    assert all("could have passed the limit" in error for error in refused)
    assert len(again["runs"]) == 4


async def test_asking_again_for_what_does_not_fit_counts_too(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write(
        "prompts/workflow.yaml", "steps:\n  greet:\n    response: {kind: json, retries: 5}\n"
    )
    async with scripted_model(tokens("no JSON")) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            asked = {"step": "greet", "inputs": {"name": "Ada"}, "maxCalls": 3}
            [run] = (await agent.answer("run_step", **asked))["runs"]
        assert len(model.requests) == 3
    assert (run["errorKind"], len(run["tries"])) == ("misfit", 2)


@pytest.mark.parametrize("tool", RUNNING)
async def test_a_budget_is_refused_where_no_price_is_known(
    place: Any, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    place.write("prompts/greet.tests.yaml", TESTS)
    inputs = {"inputs": {"name": "Ada"}} if tool == "run_step" else {}
    async with scripted_model(tokens("Hello!")) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            error = await agent.refusal(tool, step="greet", budgetUsd=1, **inputs)
        assert model.requests == []
    assert "No price of scripted is known" in error["message"]


@pytest.mark.parametrize("tool", RUNNING)
async def test_a_budget_is_kept(place: Any, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    """A tenth of a cent for each token, and each response has as many as it may."""

    def price(_: object, sent: int | None, received: int | None) -> float | None:
        return None if received is None else received * 0.001

    monkeypatch.setattr("fourfold.llm.user_models.price", price)
    limited = GREET.replace("---\n", "---\nmodel: {options: {maxOutputTokens: 10}}\n", 1)
    place.write("prompts/greet.prompty", limited)
    place.write("prompts/greet.tests.yaml", TESTS)
    more = {"repeat": 3, "inputs": {"name": "Ada"}} if tool == "run_step" else {}
    async with scripted_model(tokens("yes", usage=(7, 10))) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            answer = await agent.answer(tool, step="greet", budgetUsd=0.025, **more)
        assert len(model.requests) == 2
    assert answer["costUsd"] == pytest.approx(0.02)


async def test_tests_are_run_until_it_is_certain_and_reported(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("prompts/greet.tests.yaml", TESTS)

    async def script(exchange: Any) -> None:
        warm = "Warmly" in exchange.request.json["messages"][-1]["content"]
        await tokens("yes" if warm else "no")(exchange)

    async with scripted_model(script) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            await agent.answer("save_version", step="greet", text=BETTER)
            asked = {"step": "greet", "repeat": 40, "until": "certain", "seed": 1}
            report = await agent.answer("run_tests", **asked)
            kept = await agent.answer("test_report", step="greet")
            short = await agent.answer("run_tests", step="greet", tests=["about t1"], repeat=1)
            unknown = await agent.refusal("run_tests", step="greet", tests=["about t9"])
            first = await agent.answer("test_report", step="greet", id=report["id"])
        assert len(model.requests) < 240
    [pair] = report["pairs"]
    assert (pair["a"]["version"], pair["b"]["version"], pair["verdict"]) == (1, 2, "better")
    assert report["stopped"] == "certain"
    assert {**kept, "cached": 0} == {**report, "cached": 0} == {**first, "cached": 0}
    assert [one["name"] for one in short["tests"]] == ["about t1"]
    assert (unknown["field"], unknown["kind"]) == ("tests", "bad_input")


async def test_a_cancelled_call_keeps_what_is_done(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("prompts/greet.tests.yaml", TESTS)
    gate = Gate()

    async def script(exchange: Any) -> None:
        waits = "t0" not in exchange.request.json["messages"][-1]["content"]
        await tokens("yes", gate=gate if waits else None)(exchange)

    async with scripted_model(script) as model:
        place.asks(model, monkeypatch)
        async with place.agent(mode="legacy") as agent:
            first = asyncio.Event()

            async def progress(*_: object) -> None:
                first.set()

            calling = asyncio.create_task(
                agent.client.call_tool("run_tests", {"step": "greet"}, progress_callback=progress)
            )
            async with asyncio.timeout(10):
                await first.wait()
                calling.cancel()
                await asyncio.wait([calling])
                # The server goes on, and once the cancelled call is at its end, it is reported.
                passed = 0
                while not passed:
                    report = await agent.answer("test_report", step="greet")
                    passed = report["arms"][0]["passed"]
            gate.open()
            whole = await agent.answer("run_tests", step="greet")
    assert report["stopped"] == "cancelled"
    [arm] = report["arms"]
    assert (arm["passed"], arm["missing"]) == (1, 2)
    assert (whole["stopped"], whole["cached"], whole["arms"][0]["passed"]) == ("done", 1, 3)


@pytest.mark.parametrize(
    ("tool", "arguments", "field", "said"),
    [
        ("read_version", {}, "step", "missing"),
        ("read_version", {"step": 3}, "step", "the name of a step"),
        ("read_version", {"step": "greet", "version": 9}, "version", "v1"),
        ("read_version", {"step": "greet", "number": 1}, "number", "allowed are step, version"),
        ("read_version", {"step": "gret"}, "step", "greet"),
        ("run_step", {"step": "greet", "versions": [1, 1]}, "versions", "each once"),
        ("run_step", {"step": "greet", "maxCalls": 0}, "maxCalls", "from 1"),
        ("run_step", {"step": "greet", "budgetUsd": -1}, "budgetUsd", "from 0"),
        ("run_step", {"step": "greet"}, "inputs", "name"),
        ("run_step", {"step": "greet", "inputs": {"nme": "x"}}, "inputs", "name"),
        ("run_tests", {"step": "greet"}, "step", "has no tests"),
        ("test_report", {"step": "greet"}, "step", "no test report yet"),
        ("save_version", {"step": "greet", "text": "a\0b"}, None, "binary"),
        ("save_version", {"step": "greet", "text": "x" * 3_000_000}, None, "3.0 MB"),
        ("use_version", {"step": "greet", "version": 7}, "version", "v1"),
        ("undo", {"step": "greet"}, None, "undo"),
        ("red_version", {"step": "greet"}, "name", "did you mean read_version?"),
    ],
)
async def test_what_cannot_be_is_said_with_its_kind_and_field(
    place: Any, tool: str, arguments: dict[str, Any], field: str | None, said: str
) -> None:
    async with place.agent() as agent:
        error = await agent.refusal(tool, **arguments)
    assert error["field"] == field
    assert said in error["message"]
    assert "\n" not in error["message"]
    assert place.read("prompts/greet.prompty") == GREET


async def test_an_endpoint_that_a_prompt_names_needs_the_consent_of_the_user(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scripted_model(tokens("Hello!")) as model:
        connection = f"connection: {{kind: key, endpoint: {model.base_url}}}"
        text = f"---\nmodel: {{id: x, {connection}}}\n---\nHello.\n"
        place.write("prompts/there.prompty", text)
        async with place.agent() as agent:
            [run] = (await agent.answer("run_step", step="there"))["runs"]
        assert model.requests == []
    assert (run["status"], run["errorKind"]) == ("failed", "forbidden")
    assert "run it in an editor or a terminal and answer yes" in run["error"]


async def test_a_program_of_a_tests_file_needs_it_too(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("prompts/check.py", "open('was-here', 'w')\ndef get_assert(*_): return True\n")
    check = "- {vars: {name: Ada}, assert: [{type: python, value: 'file://check.py'}]}\n"
    place.write("prompts/greet.tests.yaml", check)
    async with scripted_model(tokens("Hello!")) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            result: CallToolResult = await agent.call("run_tests", step="greet")
    assert result.structured_content["arms"][0]["missing"] == 1
    assert any("you have not agreed to that" in note for note in texts(result)[1:])
    assert not list(place.folder.rglob("was-here"))


async def test_no_secret_reaches_the_agent(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(exchange: Any) -> None:
        await tokens("The key is ", exchange.request.headers["authorization"])(exchange)

    async with scripted_model(script) as model:
        place.asks(model, monkeypatch)
        async with place.agent() as agent:
            result = await agent.call("run_step", step="greet", inputs={"name": "Ada"})
    told = json.dumps(result.model_dump(mode="json"))
    assert "The key is" in told
    assert "sk-test" not in told


async def test_an_error_that_nobody_foresaw_is_told_without_its_text(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("sk-test-0123456789abcdef")

    monkeypatch.setattr("fourfold.mcp.tools.reading.list_steps", fails)
    monkeypatch.setattr("fourfold.mcp.prompts.all_now", fails)
    async with place.agent() as agent:
        error = await agent.refusal("list_steps")
        with pytest.raises(MCPError, match="please report") as raised:
            await agent.client.list_prompts()
    assert (error["kind"], error["field"]) == ("own", None)
    assert "ValueError at test_tools.py" in error["message"]
    assert "sk-test" not in f"{error}{raised.value.error}"


@pytest.mark.parametrize(
    "workflow", [None, "steps: [", "steps:\n  greet: {inputs: {name: {step: nowhere}}}\n"]
)
async def test_a_folder_without_prompts_and_a_broken_workflow_are_no_end(
    place: Any, workflow: str | None
) -> None:
    if workflow is None:
        (place.folder / "prompts" / "greet.prompty").unlink()
    else:
        place.write("prompts/workflow.yaml", workflow)
    known = [] if workflow is None else ["greet"]
    async with place.agent() as agent:
        steps = (await agent.answer("list_steps"))["steps"]
        assert [one["step"] for one in steps] == known
        assert [one.name for one in (await agent.client.list_prompts()).prompts] == known
        assert len((await agent.client.list_resources()).resources) == len(known)
        if workflow is None:
            error = await agent.refusal("run_step", step="greet")
            assert error["field"] == "step"
