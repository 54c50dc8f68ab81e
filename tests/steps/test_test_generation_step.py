"""Generated tests compile, and run with real pytest where the user allows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.steps import test_run
from fourfold.steps.responses.errors import ResponseError
from fourfold.steps.test_generation import TestGenerationStep
from support.steps import make_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def run(workspace: Path, code: str, **response: Any) -> dict[str, Any]:
    """What the tests in `code`, a file test_it.py, gave."""
    step = make_step(workspace, "test_generation", run_tests=True, kind="code", **response)
    assert type(step) is TestGenerationStep
    return step.process_response(f"```python test_it.py\n{code}\n```\n")["tests"]


def test_without_leave_nothing_runs(tmp_path: Path) -> None:
    step = make_step(tmp_path, "test_generation", kind="code")
    proof = tmp_path / "ran"
    value = step.process_response(
        f"```python test_a.py\nopen({str(proof)!r}, 'w')\ndef test_a(): pass\n```"
    )
    assert "tests" not in value
    assert not proof.exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def test_a(:\n    pass", r"test_a\.py does not compile: .+ \(line 2\)"),
        ("x = 1\n  y = 2", r"unexpected indent \(line 3\)"),
        ("return 1", r"'return' outside function \(line 2\)"),
        ("x = " + "(" * 100_000, "does not compile"),
        ("x = " + "-" * 900_000 + "1", "does not compile"),
        ("x = " + "[" * 50 + "1" + "]" * 50 + "\n" + "x.a" + ".a" * 400_000, "does not compile"),
    ],
    ids=["syntax", "indent", "return", "brackets", "minus", "dots"],
)
def test_python_that_does_not_compile_does_not_fit(tmp_path: Path, code: str, said: str) -> None:
    step = make_step(tmp_path, "test_generation")
    with pytest.raises(ResponseError, match=said) as error:
        step.process_response(f"```python\n# test_a.py\n{code}\n```")
    assert "corrected" in error.value.hint


def test_other_languages_are_only_read(tmp_path: Path) -> None:
    step = make_step(tmp_path, "test_generation", run_tests=True)
    value = step.process_response("```typescript a.test.ts\nit('is {', () => {\n```")
    assert [file["path"] for file in value["files"]] == ["a.test.ts"]
    assert "tests" not in value


def test_passed_and_failed_are_counted_and_shown(tmp_path: Path) -> None:
    step = make_step(tmp_path, "test_generation", run_tests=True)
    value = step.process_response(
        "```python test_it.py\nimport pytest\ndef test_a(): pass\ndef test_b(): assert 1 == 2\n"
        "@pytest.mark.parametrize('n', range(3))\ndef test_c(n): assert n\n"
        "@pytest.fixture\ndef broken(): raise ValueError('~~~~~~ no')\n"
        "def test_d(broken): pass\n```"
    )
    tests = value["tests"]
    assert (tests["passed"], tests["failed"], tests["error"]) == (3, 3, None)
    assert "assert 1 == 2" in tests["output"]
    assert str(tmp_path) not in tests["output"]
    described = step.describe(value)
    assert described.startswith("### Tests\n\n3 tests passed, 3 failed.\n\n```text\n")
    assert described.count("```") == 2
    assert described.endswith("### 1 file\n\n- `test_it.py`, 8 lines, 210 bytes")


def test_the_files_of_the_folder_can_be_imported(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    (folder / "package").mkdir(parents=True)
    (folder / "package" / "__init__.py").write_text("ANSWER = 42\n", "utf-8")
    (tmp_path / "secret.py").write_text("", "utf-8")
    (folder / "link.py").symlink_to(tmp_path / "secret.py")

    code = (
        "from package import ANSWER\n"
        "def test_a(): assert ANSWER == 42\n"
        "def test_b():\n    import link\n"
        "def test_c():\n    open('package/__init__.py', 'w').write('changed')\n"
    )
    tests = run(tmp_path, code, folder="src")
    assert (tests["passed"], tests["failed"]) == (2, 1)
    assert (folder / "package" / "__init__.py").read_text("utf-8") == "ANSWER = 42\n"
    assert not (folder / "test_it.py").exists()


async def test_the_code_that_the_inputs_bring_can_be_imported(tmp_path: Path) -> None:
    step = make_step(tmp_path, "test_generation", prompt="{{ code }}", run_tests=True)
    code = {"markdown": "code", "files": [{"path": "limiter.py", "content": "LIMIT = 100\n"}]}

    async def ask(messages: Sequence[Any], accept: Callable[[str], Any]) -> Any:
        assert messages[0]["content"] == "code"
        return accept("```python test_it.py\nimport limiter\ndef test_a(): limiter.LIMIT\n```")

    value = await step.execute({"code": code}, ask)
    assert value["tests"]["passed"] == 1
    assert [file["path"] for file in value["files"]] == ["test_it.py"]


@pytest.mark.parametrize(
    ("code", "error", "output"),
    [
        ("import not_there\ndef test_a(): pass", "could not run the tests", "not_there"),
        ("x = 1", "hold no test", ""),
        ("import os\nos._exit(3)", "ended before", ""),
        ("raise SystemExit(0)", "could not run|ended before", ""),
    ],
    ids=["import", "none", "exit", "system-exit"],
)
def test_tests_that_cannot_run_are_a_result_too(
    tmp_path: Path, code: str, error: str, output: str
) -> None:
    tests = run(tmp_path, code)
    assert (tests["passed"], tests["failed"]) == (0, 0)
    assert re.search(error, tests["error"]), tests
    assert output in tests["output"]


def test_nothing_of_the_environment_reaches_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-them")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--definitely-wrong")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "reachable.py").write_text("", "utf-8")
    tests = run(
        tmp_path,
        "import os, pathlib, sys\n"
        "def test_a(): assert 'sk-not-for-them' not in os.environ.values()\n"
        "def test_b(): assert 'reachable' not in sys.modules and pathlib.Path.home() != "
        f"{str(tmp_path)!r}\n"
        "def test_c():\n    import importlib.util\n"
        "    assert importlib.util.find_spec('reachable') is None\n",
    )
    assert (tests["passed"], tests["failed"]) == (3, 0), tests["output"]


def test_memory_and_output_have_limits(tmp_path: Path) -> None:
    tests = run(
        tmp_path,
        "def test_a():\n    x = bytearray(8 << 30)\n"
        "def test_b():\n    print('x' * 1_000_000); assert 0\n",
    )
    assert (tests["passed"], tests["failed"]) == (0, 2)
    assert "MemoryError" in tests["output"] or len(tests["output"]) > 9000
    assert len(tests["output"]) <= test_run.MAX_OUTPUT + 1


def test_a_folder_that_is_too_large_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_run, "_MAX_COPIED_FILES", 3)
    (tmp_path / "src").mkdir()
    for number in range(4):
        (tmp_path / "src" / f"{number}.txt").touch()
    tests = run(tmp_path, "def test_a(): pass", folder="src")
    assert tests["error"] == ("src is too large to be copied for the tests: name a smaller folder.")
