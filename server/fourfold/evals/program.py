"""A file that gives a value of a response: `file://check.js`, `file://check.py:name`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fourfold.evals.javascript.engine import shared_engine
from fourfold.evals.outside import CallProgram, ProgramFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fourfold.evals.outside import Asking

_REFERENCE = re.compile(r"(.+\.(?:js|cjs|mjs|py))(?::(\w+))?", re.IGNORECASE)
_MODULE = re.compile(r"^\s*(?:export|import)\b", re.MULTILINE)
_IMPORTS = re.compile(
    r"\brequire\s*\(|\bimport\s*\(|^\s*import\b|^\s*export\b[^;\n]*\bfrom\b", re.MULTILINE
)
_EXPORTS = (
    "(module => { new Function('module', 'exports', source)"
    "(module, module.exports); return module.exports; })({exports: {}})"
)
_CALL = """(async exported => {
  const found = name === null ? exported.default ?? exported : exported[name];
  if (typeof found !== 'function') throw new Error('it exports no function' + (name ?? ''));
  const value = await found(output, context);
  return typeof value === 'number' && !Number.isFinite(value) ? {endless: String(value)} : value;
})"""


@dataclass(frozen=True, slots=True)
class Program:
    """The text of a file at `path`, and the function in it that is called; None is the usual one
    for what is asked."""

    reference: str
    source: str
    path: Path
    function: str | None

    @property
    def language(self) -> Literal["python", "javascript"]:
        return "python" if self.path.suffix.lower() == ".py" else "javascript"

    def call(
        self, output: Any, context: Mapping[str, Any], usual: str = "get_assert"
    ) -> Asking[Any]:
        """What the function gives for a response; `usual` is its name in Python. JavaScript that
        imports nothing runs in the embedded engine.

        Raises ProgramFailedError.
        """
        try:
            if self.language == "javascript" and not _IMPORTS.search(self.source):
                return self._embedded(output, context)
            function = self.function or (usual if self.language == "python" else "")
            reply = yield CallProgram(
                self.language, self.source, self.path, function, output, context
            )
        except ProgramFailedError as error:
            raise ProgramFailedError(f"{self.reference}: {error}") from None
        return reply.value

    def _embedded(self, output: Any, context: Mapping[str, Any]) -> Any:
        values = {"name": self.function, "output": output, "context": dict(context)}
        engine = shared_engine()
        if ".mjs" in self.reference.lower() or _MODULE.search(self.source):
            return engine.evaluate(f"{_CALL}(imported)", module=self.source, **values)
        return engine.evaluate(f"{_CALL}({_EXPORTS})", source=self.source, **values)


def program_reference(reference: str) -> tuple[str, str | None] | None:
    """The path of a program's file and the function after it; None for any other file."""
    found = _REFERENCE.fullmatch(reference)
    return None if found is None else (found[1], found[2])
