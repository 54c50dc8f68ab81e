"""A file of JavaScript that gives a value of a response: `file://check.js`, `file://check.js:name`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfold.evals.javascript.engine import JavaScriptError, shared_engine

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = re.compile(r"(.+\.(?:js|cjs|mjs))(?::(\w+))?", re.IGNORECASE)
_MODULE = re.compile(r"^\s*(?:export|import)\b", re.MULTILINE)
_REQUIRE = "name => { throw new Error(`it requires ${name}, and there are no packages here`); }"
_EXPORTS = (
    "(module => { new Function('module', 'exports', 'require', source)"
    f"(module, module.exports, {_REQUIRE}); return module.exports; }})({{exports: {{}}}})"
)
_CALL = """(async exported => {
  const found = name === null ? exported.default ?? exported : exported[name];
  if (typeof found !== 'function') throw new Error('it exports no function' + (name ?? ''));
  const value = await found(output, context);
  return typeof value === 'number' && !Number.isFinite(value) ? {endless: String(value)} : value;
})"""


@dataclass(frozen=True, slots=True)
class Program:
    """The text of a file, and the function in it that is called; None is the one it exports."""

    reference: str
    source: str
    function: str | None

    def call(self, output: Any, context: Mapping[str, Any]) -> Any:
        """What the function gives for a response. Raises JavaScriptError."""
        values = {"name": self.function, "output": output, "context": dict(context)}
        engine = shared_engine()
        try:
            if ".mjs" in self.reference.lower() or _MODULE.search(self.source):
                return engine.evaluate(f"{_CALL}(imported)", module=self.source, **values)
            return engine.evaluate(f"{_CALL}({_EXPORTS})", source=self.source, **values)
        except JavaScriptError as error:
            raise JavaScriptError(f"{self.reference}: {error}") from None


def program_reference(reference: str) -> tuple[str, str | None] | None:
    """The path of a file of JavaScript and the function after it; None for any other file."""
    found = _REFERENCE.fullmatch(reference)
    return None if found is None else (found[1], found[2])
