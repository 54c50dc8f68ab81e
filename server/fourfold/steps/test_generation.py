"""The step that writes tests: they compile at least, and run where the user allows it."""

from __future__ import annotations

from typing import Any

from fourfold.errors import FourfoldError
from fourfold.steps.implementation import ImplementationStep
from fourfold.steps.python_syntax import first_syntax_error
from fourfold.steps.responses.errors import ResponseError
from fourfold.steps.test_run import not_run, run_tests
from fourfold.text.figures import counted
from fourfold.text.markdown import fenced, plain
from fourfold.text.visible import visible


class TestGenerationStep(ImplementationStep):
    """Reads test files; those in Python have to compile.

    Its value is that of `ImplementationStep`, and where the user allows it (`context.run_tests`)
    with `"tests": {"passed", "failed", "error": text or null, "exposed": text or null, "output":
    text}`: what pytest said about them, beside copies of the files in the response's `folder` and
    of those that the inputs bring; `exposed` says what the system could not keep from them.
    Failing tests are a result, not an error.
    """

    __test__ = False  # pytest takes a class of this name for a test
    type = "test_generation"

    def process_response(self, response: str) -> Any:
        """The files, and what running them gave; ResponseError where one does not compile."""
        value = super().process_response(response)
        python = [file for file in value["files"] if file["path"].endswith((".py", ".pyi"))]
        problem = first_syntax_error(python)
        if problem is not None:
            raise ResponseError(
                f"{problem.path} does not compile: {problem.message} (line {problem.line}).",
                f"{problem.path} is no valid Python, line {problem.line}: {problem.message}. "
                "Answer again with the whole file corrected.",
            )
        if not self.context.run_tests or not python:
            return value
        return {**value, "tests": self._run(value["files"])}

    def describe(self, value: Any) -> str:
        """What running the tests gave, then the files."""
        files = super().describe(value)
        tests = value.get("tests") if isinstance(value, dict) else None
        if tests is None:
            return files
        lines = ["### Tests", ""]
        lines += [f"{plain(said)}\n" for said in (tests["error"], tests["exposed"]) if said]
        lines += [f"{counted(tests['passed'], 'test')} passed, {tests['failed']:,} failed.", ""]
        lines += [fenced(visible(tests["output"]), "text"), ""]
        return "\n".join([*lines, files])

    def _run(self, files: list[dict[str, str]]) -> dict[str, Any]:
        """The code that the inputs bring is what the tests import."""
        brought = [
            file
            for value in self.context.inputs.values()
            if isinstance(value, dict) and isinstance(value.get("files"), list)
            for file in value["files"]
        ]
        try:
            return run_tests(
                self.context.workspace,
                self.config.response.folder,
                [*brought, *files],
                self.context.may_run,
            )
        except FourfoldError as error:
            return not_run(str(error))
